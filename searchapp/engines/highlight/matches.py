"""What of a query matched, as ranges of a document's own words.

A mark is one word, phrase or pattern of a query. It finds itself among the tokens
of a text by the same terms that found the document.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Protocol

from searchapp.engines.analysis.stemming import stemmer
from searchapp.engines.analysis.terms import QueryTerm, Token
from searchapp.engines.analysis.wildcards import as_regex, literal_prefix
from searchapp.engines.highlight.source_text import Text
from searchapp.engines.highlight.term_offsets import (
    Beginning,
    Range,
    beginning,
    beginnings,
    words,
    words_near,
    words_of,
)

# Stems up to this long may differ from their words in all but the first letter (`dying`).
_SHORT = 3
# Longer ones begin like their words: so far at least, English ones but for the last letter.
_ALIKE = 2

Wanted = Callable[[str], bool]


class Mark(Protocol):
    """One part of a query that can be shown in a text."""

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields it looks in."""

    def ranges(self, text: Text, language: str | None) -> list[Range]:
        """Where it stands in a text of a language, in code points."""


@dataclass(frozen=True)
class StemMark:
    """A word in any inflection."""

    fields: tuple[str, ...]
    stems: frozenset[str]

    def ranges(self, text: Text, language: str | None) -> list[Range]:
        """The words with one of the stems in the document's language."""
        sought, wanted = self._sought(language)
        return words(text, sought, wanted)

    def _sought(self, language: str | None) -> tuple[Sequence[Beginning], Wanted]:
        """How the words of a language begin that have one of the stems, and whether one has."""
        if language not in self._by_language:
            stem, stems = stemmer(language), self.stems
            self._by_language[language] = (
                [
                    beginning(b)
                    for b in _beginnings(stems, (language or "").partition("-")[0].lower())
                ],
                lambda term: stem(term) in stems,
            )
        return self._by_language[language]

    @cached_property
    def _by_language(self) -> dict[str | None, tuple[Sequence[Beginning], Wanted]]:
        return {}


@dataclass(frozen=True)
class TermMark:
    """The words a misspelling stood for."""

    fields: tuple[str, ...]
    terms: frozenset[str]

    def ranges(self, text: Text, language: str | None) -> list[Range]:  # noqa: ARG002 - exact
        """The words that are one of the terms."""
        if not self._sought:
            return words_of(text, self.terms.__contains__)
        return words(text, self._sought, self.terms.__contains__)

    @cached_property
    def _sought(self) -> Sequence[Beginning]:
        return beginnings(self.terms)


@dataclass(frozen=True)
class PatternMark:
    """The words that fit a pattern of `*` and `?` in the form terms have, however many."""

    fields: tuple[str, ...]
    pattern: str

    def ranges(self, text: Text, language: str | None) -> list[Range]:  # noqa: ARG002 - exact
        """The words that fit."""
        if head := literal_prefix(self.pattern):
            return words(text, [beginning(head)], self._fits)
        return words_of(text, self._fits)

    @cached_property
    def _fits(self) -> Wanted:
        regex = re.compile(as_regex(self.pattern))
        return lambda term: regex.match(term) is not None


@dataclass(frozen=True)
class PhraseMark:
    """Words in sequence."""

    fields: tuple[str, ...]
    terms: tuple[QueryTerm, ...]
    slop: int

    def ranges(self, text: Text, language: str | None) -> list[Range]:  # noqa: ARG002 - exact
        """The words of the phrase, only where they stand in sequence."""
        if len(self.terms) == 1:
            return words(text, self._sought, self.terms[0].term.__eq__)
        return self.among(words_near(text, self._sought, self.terms[-1].offset + self.slop))

    def among(self, tokens: Iterable[Token]) -> list[Range]:
        """The words of the phrase among tokens by position, where they stand in sequence."""
        places: dict[str, dict[int, Range]] = {term.term: {} for term in self.terms}
        for token in tokens:
            if token.term in places:
                places[token.term][token.position] = (token.start, token.end)
        if not all(places.values()):
            return []
        found = list(self._sequences({term: list(at) for term, at in places.items()}))
        return [
            places[term.term][sequence[n]]
            for n, term in enumerate(self.terms)
            for sequence in found
        ]

    @cached_property
    def _sought(self) -> Sequence[Beginning]:
        return [beginning(term) for term in {term.term: None for term in self.terms}]

    def _sequences(self, places: Mapping[str, list[int]]) -> Iterator[list[int]]:
        """The positions of each sequence's words: `phrases.matches` for a few places."""
        first, last = self.terms[0], self.terms[-1]
        for start in places[first.term]:
            sequence = [start]
            for before, term in pairwise(self.terms):
                following = places[term.term]
                n = bisect_left(following, sequence[-1] + term.offset - before.offset)
                if n == len(following):
                    return
                sequence.append(following[n])
            if sequence[-1] - start - (last.offset - first.offset) <= self.slop:
                yield sequence


def _beginnings(stems: frozenset[str], language: str) -> list[str]:
    """How the words of a language begin that have one of some stems."""
    found = []
    for stem in stems:
        code, _, text = stem.rpartition(":")
        if not code:
            found.append(text)
        elif code == language:
            kept = len(text) - 1 if code == "en" else _ALIKE
            found.append(text[: kept if len(text) > _SHORT else 1])
    return found
