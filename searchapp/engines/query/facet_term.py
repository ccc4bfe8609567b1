"""Which values of a facet `person:"Full Name"`, `person:name` or `site:host` stand for."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from searchapp.engines.analysis.spelling import fold
from searchapp.engines.analysis.terms import analyse, query_terms
from searchapp.engines.query import FacetTerm


@dataclass(frozen=True)
class FacetTerms:
    """The values of one facet, found by their folded form or by a word of it."""

    facet: str
    values: Sequence[str]

    def ords_of(self, term: FacetTerm) -> list[int]:
        """The indices in `values` that a query's term stands for, ascending: an engine's ords."""
        if self.facet == "site":
            return self._sites(term.value)
        if self.facet == "lang":
            return self._whole.get(_fold(re.split("[-_]", term.value)[0]), [])
        if term.whole:
            return self._whole.get(_fold(term.value), [])
        return self._with_words(term.value)

    def _sites(self, host: str) -> list[int]:
        """The host itself and its subdomains."""
        wanted = fold(host.strip()).removeprefix("www.").rstrip(".")
        found = enumerate(fold(value) for value in self.values)
        return [n for n, v in found if v == wanted or v.endswith(f".{wanted}")] if wanted else []

    def _with_words(self, words: str) -> list[int]:
        """The values that have every word asked for."""
        terms, _ = query_terms(words)
        found = [self.by_word.get(t.term, set()) for t in terms]
        return sorted(set.intersection(*found)) if found else []

    @cached_property
    def _whole(self) -> Mapping[str, list[int]]:
        by_form: dict[str, list[int]] = defaultdict(list)
        for n, value in enumerate(self.values):
            by_form[_fold(value)].append(n)
        return by_form

    @cached_property
    def by_word(self) -> Mapping[str, set[int]]:
        """The indices of the values with each word; a site is one word."""
        by_word: dict[str, set[int]] = defaultdict(set)
        for n, value in enumerate(self.values):
            for term in [_fold(value)] if self.facet == "site" else _terms(value):
                by_word[term].add(n)
        return by_word

    def words_of(self, name: str) -> list[str]:
        """The words that a name is looked up by in `by_word`."""
        if self.facet == "site":
            host = _fold(name).removeprefix("www.").rstrip(".")
            return [host] if host else []
        return [term.term for term in query_terms(name)[0]]

    def written_alike(self, name: str) -> list[str]:
        """The values that differ from a name by case, accents, spaces and marks alone."""
        return [self.values[n] for n in self._bare.get(_bare(name), [])]

    @cached_property
    def _bare(self) -> Mapping[str, list[int]]:
        by_form: dict[str, list[int]] = defaultdict(list)
        for n, value in enumerate(self.values):
            by_form[_bare(value)].append(n)
        return by_form


def _terms(value: str) -> list[str]:
    return [token.term for token in analyse(value)]


def _bare(value: str) -> str:
    """The letters and digits of a value; itself where there are none."""
    folded = fold(value)
    return "".join(filter(str.isalnum, folded)) or folded


def _fold(value: str) -> str:
    return " ".join(fold(value).split())
