"""Distinct words in order, and those that begin within some edits of what is typed.

Part of `name_index`. Beginnings that words share are compared once: rows of the table of
edit distances (optimal string alignment, Damerau 1964) are kept for all of them at a time,
near its diagonal, and what is too far off is looked at no more.
"""

from functools import cached_property
from itertools import pairwise

import numpy as np

from searchapp.engines.whoosh.segment.termdict import Dictionary
from searchapp.engines.whoosh.segment.types import Array, Ints, Longs, Mask

# Words alike in so many letters are compared as one: at 280,000 words 4 to 7 take as long.
_SHARED = 6
_FAR = 9


class Vocabulary:
    """The words of a dictionary, by ord."""

    def __init__(self, words: Dictionary) -> None:
        self.words = words

    def with_prefix(self, typed: str) -> tuple[int, int]:
        """The ords of the words that begin so, half-open."""
        return self.words.prefix_range(typed.encode("utf-8", "surrogatepass"))

    def near(self, typed: str, most: int) -> tuple[Ints, Array]:
        """The ords (int32) of words with a beginning at most `most` edits off, and how many."""
        table = _Table(self, typed, most)
        for row in range(1, len(typed) + 1):
            table.add(row)
        return table.found()

    def letters(self, place: int, words: Array) -> Array:
        """The code points at one place of some words, 0 behind their ends."""
        points, starts = self._points
        at = starts[words] + place
        inside = at < starts[words + 1]
        return np.where(inside, points[np.where(inside, at, 0)], 0)

    def shared_letters(self, place: int) -> Array:
        """The same of the first of each group."""
        return self._shared_letters[place]

    @cached_property
    def groups(self) -> Longs:
        """The first word of each group of words with the same beginning, and the end: int64."""
        every = np.arange(len(self.words))
        differs: Mask = np.zeros(len(every), bool)
        differs[:1] = True
        for place in range(_SHARED):
            letters = self.letters(place, every)
            differs[1:] |= letters[1:] != letters[:-1]
        return np.append(np.flatnonzero(differs), len(every))

    @cached_property
    def _shared_letters(self) -> list[Array]:
        return [self.letters(place, self.groups[:-1]) for place in range(_SHARED)]

    @cached_property
    def _points(self) -> tuple[Array, Longs]:
        """The code points of all words in a row, and where each word begins, and the end."""
        data, offsets = self.words.arrays()
        starts = offsets.astype(np.int64)
        if not len(data) or data.max() < 0x80:  # noqa: PLR2004 - ASCII
            return np.append(data, np.uint8(0)), starts
        text = data.tobytes().decode("utf-8", "surrogatepass")
        points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
        before = np.concatenate([[0], np.cumsum((data & 0xC0) != 0x80)])  # noqa: PLR2004 - UTF-8
        return np.append(points, np.uint32(0)), before[starts]


class _Table:
    """Rows of the table of edit distances, of all words still near, a column each.

    Row `i`, place `b` of a column is the distance of `i` letters typed from `i - most + b`
    letters of the word.
    """

    def __init__(self, vocabulary: Vocabulary, typed: str, most: int) -> None:
        self._vocabulary, self._most = vocabulary, most
        self._typed = list(map(ord, typed))
        self._grouped = True
        self._nodes: Array = np.arange(len(vocabulary.groups) - 1)
        count, width = len(self._nodes), 2 * most + 1
        first = [b - most if b >= most else _FAR for b in range(width)]
        self._last = np.repeat(np.array(first, np.uint8)[:, None], count, axis=1)
        self._before = np.full_like(self._last, _FAR)
        # The letters of the words beside the diagonal, and one more for swaps.
        self._letters: list[Array] = [np.zeros(count, np.uint8)] * (most + 2)
        for place in range(most):
            self._letters.append(self._column(place))

    def add(self, row: int) -> None:
        """Go on by a letter typed, the `row`th."""
        if self._grouped and row + self._most > _SHARED:
            self._ungroup()
        self._letters = [*self._letters[1:], self._column(row + self._most - 1)]
        letter = self._typed[row - 1]
        same = [column == letter for column in self._letters]
        distances = self._last + ~np.array(same[1:])
        np.minimum(distances[:-1], self._last[1:] + 1, out=distances[:-1])
        if row > 1:
            previous = self._typed[row - 2]
            swapped = np.array(same[:-1])
            swapped &= np.array([column == previous for column in self._letters[1:]])
            np.minimum(distances, self._before + 1, out=distances, where=swapped)
        for below, here in pairwise(distances):
            np.minimum(here, below + 1, out=here)
        self._before, self._last = self._last, distances
        if row > self._most:
            self._prune()

    def found(self) -> tuple[Ints, Array]:
        """The words that are near, and how far off."""
        self._prune()
        if self._grouped:
            self._ungroup()
        return self._nodes.astype(np.int32), self._last.min(axis=0)

    def _column(self, place: int) -> Array:
        if not self._grouped:
            return self._vocabulary.letters(place, self._nodes)
        return self._vocabulary.shared_letters(place)[self._nodes]

    def _prune(self) -> None:
        near = np.flatnonzero(self._last.min(axis=0) <= self._most)
        if len(near) < len(self._nodes):
            self._nodes = self._nodes[near]
            self._take(near)

    def _ungroup(self) -> None:
        """From groups of words to the words in them."""
        starts, stops = (
            self._vocabulary.groups[self._nodes],
            self._vocabulary.groups[1:][self._nodes],
        )
        self._take(np.repeat(np.arange(len(starts)), stops - starts))
        self._nodes = slices_to_indices(starts, stops - starts)
        self._grouped = False

    def _take(self, columns: Array) -> None:
        self._last, self._before = self._last[:, columns], self._before[:, columns]
        self._letters = [letters[columns] for letters in self._letters]


def slices_to_indices(starts: Array, lengths: Array) -> Longs:
    """The indices of slices, one after the other: int64."""
    ends = np.cumsum(lengths, dtype=np.int64)
    shift = starts.astype(np.int64) - (ends - lengths)
    indices: Longs = np.repeat(shift, lengths) + np.arange(int(ends[-1]) if len(ends) else 0)
    return indices
