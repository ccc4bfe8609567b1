"""What of a query matched, as ranges of a document's own words.

A mark is one word, phrase or pattern of a query. It finds itself among the tokens
of a text by the same terms that found the document.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from searchapp.engines.analysis import QueryTerm, Token
from searchapp.engines.whoosh.phrases import matches
from searchapp.engines.whoosh.stemming import stemmer

Range = tuple[int, int]


class Mark(Protocol):
    """One part of a query that can be shown in a text."""

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields it looks in."""

    @property
    def sought(self) -> Iterable[str]:
        """The terms or stems of its words, at least how they begin."""

    @property
    def reach(self) -> int:
        """How many positions its words may be apart; 0 when it does not matter."""

    def ranges(self, tokens: Sequence[Token], language: str | None) -> list[Range]:
        """Where it stands among the tokens of a text, in code points."""


@dataclass(frozen=True)
class StemMark:
    """A word in any inflection."""

    fields: tuple[str, ...]
    stems: frozenset[str]
    reach = 0

    @property
    def sought(self) -> Iterable[str]:
        """The stems, without their languages."""
        return [stem.rpartition(":")[2] for stem in self.stems]

    def ranges(self, tokens: Sequence[Token], language: str | None) -> list[Range]:
        """The words with one of the stems in the document's language."""
        stem = stemmer(language)
        return [(t.start, t.end) for t in tokens if stem(t.term) in self.stems]


@dataclass(frozen=True)
class TermMark:
    """The words a pattern or a misspelling stood for."""

    fields: tuple[str, ...]
    terms: frozenset[str]
    reach = 0

    @property
    def sought(self) -> Iterable[str]:
        """The terms."""
        return self.terms

    def ranges(self, tokens: Sequence[Token], language: str | None) -> list[Range]:  # noqa: ARG002 - exact
        """The words that are one of the terms."""
        return [(t.start, t.end) for t in tokens if t.term in self.terms]


@dataclass(frozen=True)
class PhraseMark:
    """Words in sequence."""

    fields: tuple[str, ...]
    terms: tuple[QueryTerm, ...]
    slop: int

    @property
    def sought(self) -> Iterable[str]:
        """The terms."""
        return [t.term for t in self.terms]

    @property
    def reach(self) -> int:
        """From the first word to the last; one word alone stands anywhere."""
        return self.terms[-1].offset + self.slop if len(self.terms) > 1 else 0

    def ranges(self, tokens: Sequence[Token], language: str | None) -> list[Range]:  # noqa: ARG002 - exact
        """The words of the phrase, only where they stand in sequence."""
        wanted = {t.term for t in self.terms}
        if len(self.terms) == 1:
            # Its position is nothing to go by: see `reach`.
            return [(t.start, t.end) for t in tokens if t.term in wanted]
        places: dict[str, dict[int, Range]] = defaultdict(dict)
        for token in tokens:
            if token.term in wanted:
                places[token.term][token.position] = (token.start, token.end)
        occurrences = [np.array(list(places[t.term]), np.int64) for t in self.terms]
        _, chain = matches(self.terms, occurrences, self.slop)
        return [
            places[term.term][int(position)]
            for term, positions in zip(self.terms, chain, strict=True)
            for position in positions
        ]
