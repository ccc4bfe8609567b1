"""What of a query matched, as ranges of a document's own words.

A mark is one word, phrase or pattern of a query. It finds itself among the tokens
of a text by the same terms that found the document.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Protocol

from searchapp.engines.analysis import QueryTerm, Token
from searchapp.engines.whoosh.stemming import stemmer
from searchapp.engines.whoosh.words import Beginning, Range, Text, words, words_near

# Stems up to this long may differ from their words in all but the first letter (`dying`).
_SHORT = 3
# Longer ones begin like their words: so far at least, English ones but for the last letter.
_ALIKE = 2


class Mark(Protocol):
    """One part of a query that can be shown in a text."""

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields it looks in."""

    def tokens(self, text: Text, language: str | None) -> list[Token]:
        """The tokens of a text it may stand at; `ranges` looks at no others."""

    def ranges(self, tokens: Sequence[Token], language: str | None) -> list[Range]:
        """Where it stands among the tokens of a text, in code points."""


@dataclass(frozen=True)
class StemMark:
    """A word in any inflection."""

    fields: tuple[str, ...]
    stems: frozenset[str]

    def tokens(self, text: Text, language: str | None) -> list[Token]:
        """The words that begin like one of the stems of the document's language."""
        return words(text, _beginnings(self.stems, (language or "").partition("-")[0].lower()))

    def ranges(self, tokens: Sequence[Token], language: str | None) -> list[Range]:
        """The words with one of the stems in the document's language."""
        stem = stemmer(language)
        return [(t.start, t.end) for t in tokens if stem(t.term) in self.stems]


@dataclass(frozen=True)
class TermMark:
    """The words a pattern or a misspelling stood for."""

    fields: tuple[str, ...]
    terms: frozenset[str]

    def tokens(self, text: Text, language: str | None) -> list[Token]:  # noqa: ARG002 - exact
        """The words that are one of the terms."""
        return words(text, self._beginnings)

    @cached_property
    def _beginnings(self) -> Collection[Beginning]:
        return [Beginning(term) for term in self.terms]

    def ranges(self, tokens: Sequence[Token], language: str | None) -> list[Range]:  # noqa: ARG002 - exact
        """The words that are one of the terms."""
        return [(t.start, t.end) for t in tokens if t.term in self.terms]


@dataclass(frozen=True)
class PhraseMark:
    """Words in sequence."""

    fields: tuple[str, ...]
    terms: tuple[QueryTerm, ...]
    slop: int

    def tokens(self, text: Text, language: str | None) -> list[Token]:  # noqa: ARG002 - exact
        """The words of the phrase where all of them stand close; one alone wherever it stands."""
        terms = [t.term for t in self.terms]
        if len(terms) == 1:
            return words(text, [Beginning(terms[0])])
        return words_near(text, terms, self.terms[-1].offset + self.slop)

    def ranges(self, tokens: Sequence[Token], language: str | None) -> list[Range]:  # noqa: ARG002 - exact
        """The words of the phrase, only where they stand in sequence."""
        wanted = {t.term for t in self.terms}
        if len(self.terms) == 1:
            # Its position is nothing to go by: see `words`.
            return [(t.start, t.end) for t in tokens if t.term in wanted]
        places: dict[str, dict[int, Range]] = {term: {} for term in wanted}
        for token in tokens:
            if token.term in wanted:
                places[token.term][token.position] = (token.start, token.end)
        if not all(places.values()):
            return []
        found = list(self._sequences({term: list(at) for term, at in places.items()}))
        return [
            places[term.term][sequence[n]]
            for n, term in enumerate(self.terms)
            for sequence in found
        ]

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


@lru_cache(maxsize=1_000)
def _beginnings(stems: frozenset[str], language: str) -> Collection[Beginning]:
    """How the words of a language begin that have one of some stems."""
    found = []
    for stem in stems:
        code, _, text = stem.rpartition(":")
        if not code:
            found.append(Beginning(text))
        elif code == language:
            kept = len(text) - 1 if code == "en" else _ALIKE
            found.append(Beginning(text[: kept if len(text) > _SHORT else 1], whole=False))
    return found
