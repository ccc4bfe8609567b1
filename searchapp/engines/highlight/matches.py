"""What of a query matched, as ranges of a document's own words: for `snippets`.

A match is one word, phrase or pattern of a query. It finds itself among the tokens
of a text by the same terms that found the document.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, pairwise
from typing import Protocol

from searchapp.engines.analysis.stemming import language_code, stemmer
from searchapp.engines.analysis.terms import QueryTerm, Token
from searchapp.engines.analysis.wildcards import as_regex, literal_prefix
from searchapp.engines.highlight.source_text import SourceText
from searchapp.engines.highlight.term_offsets import (
    Prefix,
    Range,
    common_prefixes,
    find_tokens_near,
    find_words,
    find_words_among,
    prefix_of,
)

# Stems up to this long may differ from their words in all but the first letter (`dying`).
_SHORT = 3
# Longer ones begin like their words: so far at least, English ones but for the last letter.
_ALIKE = 2
_ALIKE_IN = {"uk": 1}  # `мосту`, `міст`

# Of a phrase in one text, looked for and shown; set by hand.
_MAX_STEPS, _MAX_SEQUENCES = 200_000, 500

TermTest = Callable[[str], bool]


class QueryMatch(Protocol):
    """One part of a query that can be shown in a text."""

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields it looks in."""

    def ranges(self, text: SourceText, language: str | None) -> list[Range]:
        """Where it stands in a text of a language: half-open, in code points."""


@dataclass(frozen=True)
class StemMatch:
    """A word in any inflection."""

    fields: tuple[str, ...]
    stems: frozenset[str]

    def ranges(self, text: SourceText, language: str | None) -> list[Range]:
        """The words with one of the stems in the document's language."""
        prefixes, wanted = self._prefixes_in(language)
        return find_words(text, prefixes, wanted)

    def _prefixes_in(self, language: str | None) -> tuple[Sequence[Prefix], TermTest]:
        """How the words of a language begin that have one of the stems, and whether one has."""
        if language not in self._by_language:
            stem, stems = stemmer(language), self.stems
            self._by_language[language] = (
                [prefix_of(b) for b in _stem_prefixes(stems, language_code(language))],
                lambda term: stem(term) in stems,
            )
        return self._by_language[language]

    @cached_property
    def _by_language(self) -> dict[str | None, tuple[Sequence[Prefix], TermTest]]:
        return {}


@dataclass(frozen=True)
class TermMatch:
    """The words a misspelling stood for."""

    fields: tuple[str, ...]
    terms: frozenset[str]

    def ranges(self, text: SourceText, language: str | None) -> list[Range]:  # noqa: ARG002 - exact
        """The words that are one of the terms."""
        if not self._prefixes:
            return find_words_among(text, self.terms.__contains__)
        return find_words(text, self._prefixes, self.terms.__contains__)

    @cached_property
    def _prefixes(self) -> Sequence[Prefix]:
        return common_prefixes(self.terms)


@dataclass(frozen=True)
class PatternMatch:
    """The words that fit a pattern of `*` and `?` in the form terms have, however many."""

    fields: tuple[str, ...]
    pattern: str

    def ranges(self, text: SourceText, language: str | None) -> list[Range]:  # noqa: ARG002 - exact
        """The words that fit."""
        if prefix := literal_prefix(self.pattern):
            return find_words(text, [prefix_of(prefix)], self._fits)
        return find_words_among(text, self._fits)

    @cached_property
    def _fits(self) -> Callable[[str], bool]:
        regex = re.compile(as_regex(self.pattern))
        return lambda term: regex.match(term) is not None


@dataclass(frozen=True)
class PhraseMatch:
    """Words in sequence."""

    fields: tuple[str, ...]
    terms: tuple[QueryTerm, ...]
    slop: int

    def ranges(self, text: SourceText, language: str | None) -> list[Range]:  # noqa: ARG002 - exact
        """The words of the phrase, only where they stand in sequence."""
        if len(self.terms) == 1:
            return find_words(text, self._prefixes, self.terms[0].term.__eq__)
        reach = self.terms[-1].offset + self.slop
        tokens = find_tokens_near(text, self._prefixes, reach)
        text.cost += min(_MAX_STEPS, len(tokens) * len(self.terms)) // 2
        return self.ranges_among(tokens)

    def ranges_among(self, tokens: Iterable[Token]) -> list[Range]:
        """The words of the phrase among tokens by position, where they stand in sequence."""
        by_position: dict[str, dict[int, Range]] = {term.term: {} for term in self.terms}
        for token in tokens:
            if token.term in by_position:
                by_position[token.term][token.position] = (token.start, token.end)
        if not all(by_position.values()):
            return []
        sequences = self._sequences({term: list(at) for term, at in by_position.items()})
        found = list(islice(sequences, _MAX_SEQUENCES))
        return [
            by_position[term.term][sequence[n]]
            for n, term in enumerate(self.terms)
            for sequence in found
        ]

    @cached_property
    def _prefixes(self) -> Sequence[Prefix]:
        return [prefix_of(term) for term in {term.term: None for term in self.terms}]

    def _sequences(self, by_position: Mapping[str, list[int]]) -> Iterator[list[int]]:
        """The positions of each sequence's words, of ascending ones: as an engine finds phrases."""
        first, last = self.terms[0], self.terms[-1]
        most = max(1, _MAX_STEPS // len(self.terms))
        for start in by_position[first.term][:most]:
            sequence = [start]
            for before, term in pairwise(self.terms):
                following = by_position[term.term]
                n = bisect_left(following, sequence[-1] + term.offset - before.offset)
                if n == len(following):
                    return
                sequence.append(following[n])
            if sequence[-1] - start - (last.offset - first.offset) <= self.slop:
                yield sequence


def _stem_prefixes(stems: frozenset[str], language: str) -> list[str]:
    """How the words of a language begin that have one of some stems."""
    found = []
    for stem in stems:
        code, _, text = stem.rpartition(":")
        if not code:
            found.append(text)
        elif code == language:
            kept = len(text) - 1 if code == "en" else _ALIKE_IN.get(code, _ALIKE)
            found.append(text[: kept if len(text) > _SHORT else 1])
    return found
