"""Words, terms, stems and facet values by number, as a writer meets them.

Every word is analysed and stemmed once, whatever number of documents it is in: a
document enters as numbers of words, and NumPy makes terms and positions of them. These
numbers are a writer's: a segment's ords are in the order of its dictionaries.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from itertools import islice

import numpy as np

from searchapp.engines.analysis.stemming import stemmer
from searchapp.engines.analysis.terms import word_terms
from searchapp.engines.whoosh.segment.types import Array, Ints


class Interner(dict[str, int]):
    """Numbers strings from 0 in the order they come."""

    def __missing__(self, text: str) -> int:
        number = self[text] = len(self)
        return number

    def truncate(self, count: int) -> None:
        """Forget all but the first."""
        for text in list(islice(self, count, None)):
            del self[text]


class WordInterner(dict[str, int]):
    """Numbers words as they are written, and holds the terms of each."""

    def __init__(self) -> None:
        super().__init__()
        self.terms = Interner()
        # The terms of word `w` are those from `_first[w]` on, `_count[w]` of them.
        self._first, self._count, self._width = array("i"), array("i"), array("i")
        self._term, self._position = array("i"), array("i")

    def __missing__(self, word: str) -> int:
        terms, width = word_terms(word)
        number = self[word] = len(self)
        self._first.append(len(self._term))
        self._count.append(len(terms))
        self._width.append(width)
        for term, position in terms:
            self._term.append(self.terms[term])
            self._position.append(position)
        return number

    def truncate(self, count: int) -> None:
        """Forget all but the first so many words, and the terms that only others have."""
        for text in list(islice(self, count, None)):
            del self[text]
        for numbers in (self._first, self._count, self._width):
            del numbers[count:]
        held = self._first[-1] + self._count[-1] if self._first else 0
        del self._term[held:], self._position[held:]
        self.terms.truncate(max(self._term, default=-1) + 1)

    def tokens(self, words: Ints, lengths: Ints) -> tuple[Ints, Ints, Ints]:
        """The tokens of texts, given the numbers of their words and how many each has.

        Three int32 arrays in the order of the words: the index of the text, the number of the
        term and the position of each token.
        """
        first, count, width = map(_as_ints, (self._first, self._count, self._width))
        texts = np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)
        positions = _word_positions(width[words], texts, lengths)
        counts = count[words]
        repeated = np.repeat(np.arange(len(words), dtype=np.int32), counts)
        tokens = first[words[repeated]] + _ranges(counts)
        return (
            texts[repeated],
            _as_ints(self._term)[tokens],
            positions[repeated] + _as_ints(self._position)[tokens],
        )


class StemInterner:
    """Numbers stems, by the term and the language they are of."""

    def __init__(self) -> None:
        self.numbers = Interner()
        self._by_language: dict[str | None, Ints] = {}

    def of(self, terms: Ints, texts: Sequence[str], language: str | None) -> Ints:
        """The numbers of the stems of `terms` (int32 indices of `texts`) in a language: int32."""
        known = self._by_language.get(language, np.zeros(0, np.int32))
        if len(known) < len(texts):
            known = np.concatenate([known, np.full(len(texts) - len(known), -1, np.int32)])
            self._by_language[language] = known
        stem, numbers = stemmer(language), self.numbers
        wanted = np.zeros(len(texts), bool)
        wanted[terms] = True
        for term in np.flatnonzero(wanted & (known < 0)).tolist():
            known[term] = numbers[stem(texts[term])]
        found: Ints = known[terms]
        return found

    def truncate(self, terms: int) -> None:
        """Forget the stems of all but the first so many terms."""
        self._by_language = {
            code: known[:terms].copy() for code, known in self._by_language.items()
        }
        last = max((int(k.max(initial=-1)) for k in self._by_language.values()), default=-1)
        self.numbers.truncate(last + 1)


def _as_ints(numbers: array[int]) -> Ints:
    return np.array(numbers, np.int32)


def _word_positions(widths: Ints, texts: Ints, lengths: Ints) -> Ints:
    """The position of each word in its text: int32; `widths` and `texts` are by word."""
    ends = np.cumsum(widths, dtype=np.int64)
    begins = ends - widths
    before = np.concatenate([np.zeros(1, np.int64), ends])[np.cumsum(lengths) - lengths]
    positions: Ints = (begins - before[texts]).astype(np.int32)
    return positions


def _ranges(counts: Array) -> Ints:
    """0, 1, 2, ... anew for each count: int32."""
    ends = np.cumsum(counts)
    numbers: Ints = np.arange(int(counts.sum()), dtype=np.int32)
    numbers -= np.repeat(ends - counts, counts).astype(np.int32)
    return numbers
