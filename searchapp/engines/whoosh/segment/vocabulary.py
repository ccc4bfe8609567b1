"""Distinct words in order, and those that begin within some edits of what is typed.

Part of `name_index`. Words that lack too many of the letters typed are passed over; of the
others the tables of edit distances (optimal string alignment, Damerau 1964) are filled all at
once, row by row, beside the diagonal, and what is too far off is looked at no more.
"""

from collections import Counter
from itertools import pairwise
from typing import Self

import numpy as np

from searchapp.engines.whoosh.segment.termdict import Dictionary
from searchapp.engines.whoosh.segment.types import Array, Bits, Ints, Longs

# The letters that a short text typed may mean: those at the beginning of a word.
_HEAD = 6
_FAR = 9
_LETTER_BITS = 32


class Vocabulary:
    """The words of a dictionary, by ord.

    `letters` and, of the beginnings of words, `heads` have a bit for each letter of a word,
    and another when it is there more than once: uint64 by ord. Letters share bits by their
    code points.
    """

    def __init__(self, words: Dictionary, letters: Bits, heads: Bits) -> None:
        self.words, self.letters, self.heads = words, letters, heads

    @classmethod
    def build(cls, words: Dictionary) -> Self:
        """Of a dictionary of words that are not empty."""
        points, starts = _points(words, np.arange(len(words)))
        lengths = np.diff(starts)
        places = np.arange(len(points)) - np.repeat(starts[:-1], lengths)
        in_head = places < _HEAD
        return cls(words, _bits(points, starts[:-1]), _bits(points, starts[:-1], in_head))

    def with_prefix(self, typed: str) -> tuple[int, int]:
        """The ords of the words that begin so, half-open."""
        return self.words.prefix_range(typed.encode("utf-8", "surrogatepass"))

    def near(self, typed: str, most: int) -> tuple[Ints, Array]:
        """The ords (int32) of words with a beginning at most `most` edits off, and how many."""
        # An edit takes one letter of those typed away.
        head = _bits_of(typed[: _HEAD - most])
        if len(typed) <= _HEAD - most:
            words = np.flatnonzero(np.bitwise_count(head & ~self.heads) <= most)
        else:
            missing = np.bitwise_count(_bits_of(typed) & ~self.letters)
            words = np.flatnonzero(missing <= most)
            words = words[np.bitwise_count(head & ~self.heads[words]) <= most]
        kept, off = _near(typed, most, *_points(self.words, words))
        return words[kept].astype(np.int32), off


def _points(words: Dictionary, ords: Array) -> tuple[Array, Longs]:
    """The code points of some words in a row (uint32), and where each begins, and the end."""
    data, offsets = words.arrays()
    starts = offsets[ords].astype(np.int64)
    lengths = offsets[ords + 1].astype(np.int64) - starts
    units = data[slices_to_indices(starts, lengths)]
    before = np.concatenate([[0], np.cumsum((units & 0xC0) != 0x80)])  # noqa: PLR2004 - UTF-8
    text = units.tobytes().decode("utf-8", "surrogatepass").encode("utf-32-le", "surrogatepass")
    return np.frombuffer(text, np.uint32), before[np.concatenate([[0], np.cumsum(lengths)])]


def _bits(points: Array, starts: Longs, chosen: Array | None = None) -> Bits:
    """The bits of the letters of words, of those chosen by a mask: uint64 by word."""
    bits = np.zeros(len(starts), np.uint64)
    if not len(points):
        return bits
    for n in range(_LETTER_BITS):
        there = points % _LETTER_BITS == n
        counts = np.add.reduceat(
            there if chosen is None else there & chosen, starts, dtype=np.int32
        )
        bits |= (counts > 0).astype(np.uint64) << np.uint64(n)
        bits |= (counts > 1).astype(np.uint64) << np.uint64(n + _LETTER_BITS)
    return bits


def _bits_of(typed: str) -> np.uint64:
    """The same of what is typed."""
    counts = Counter(ord(letter) % _LETTER_BITS for letter in typed)
    more = [n + _LETTER_BITS for n, count in counts.items() if count > 1]
    return np.uint64(sum(1 << n for n in (*counts, *more)))


def _near(typed: str, most: int, points: Array, starts: Longs) -> tuple[Longs, Array]:
    """Which of some words have a beginning at most `most` edits off, and how many.

    Row `i`, place `b` of a column is the distance of `i` letters typed from the first
    `i - most + b` letters of the word.
    """
    kept = np.arange(len(starts) - 1)
    letters = _letters(points, starts, range(-most - 1, len(typed) + most))
    first = [b - most if b >= most else _FAR for b in range(2 * most + 1)]
    last = np.repeat(np.array(first, np.uint8)[:, None], len(kept), axis=1)
    before, previous = np.full_like(last, _FAR), 0
    for row, letter in enumerate(map(ord, typed)):
        if not len(kept):
            break
        # Those beside the diagonal, and one more for swaps.
        beside = letters[row : row + 2 * most + 2]
        same = beside == letter
        distances = last + ~same[1:]
        np.minimum(distances[:-1], last[1:] + 1, out=distances[:-1])
        swapped = same[:-1] & (beside[1:] == previous)
        np.minimum(distances, before + 1, out=distances, where=swapped)
        for below, here in pairwise(distances):
            np.minimum(here, below + 1, out=here)
        near = np.flatnonzero(distances.min(axis=0) <= most)
        if len(near) < len(kept):
            kept, last, distances = kept[near], last[:, near], distances[:, near]
            letters = letters[:, near]
        before, last, previous = last, distances, letter
    return kept, last.min(axis=0, initial=_FAR)


def _letters(points: Array, starts: Longs, places: range) -> Array:
    """The code points at some places of words, 0 outside of them: a row a place."""
    indices = starts[:-1] + np.array(places)[:, None]
    inside = (indices >= starts[:-1]) & (indices < starts[1:])
    padded = np.append(points, np.uint32(0))
    return padded[np.where(inside, indices, len(points))]


def slices_to_indices(starts: Array, lengths: Array) -> Longs:
    """The indices of slices, one after the other: int64."""
    ends = np.cumsum(lengths, dtype=np.int64)
    shift = starts.astype(np.int64) - (ends - lengths)
    indices: Longs = np.repeat(shift, lengths) + np.arange(int(ends[-1]) if len(ends) else 0)
    return indices
