"""The words of a segment, and those a wildcard, a misspelling or a typing error means.

Over its dictionary of exact terms; an ord is a term's number in that.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import NDArray

from searchapp.engines.analysis.name_key import name_keys
from searchapp.engines.analysis.terms import LONGEST_FUZZY, LONGEST_TERM
from searchapp.engines.analysis.wildcards import as_regex, literal_prefix
from searchapp.engines.whoosh.segment.types import Array, Longs

# Terms looked at together: some 10 MiB. Set by hand.
_TERMS = 50_000
# One code point of UTF-8 in a line.
_LETTER = r"[^\n\x80-\xbf][\x80-\xbf]*"


@dataclass(frozen=True)
class Lexicon:
    """Every exact term of a segment's titles and texts, by ord.

    `text` has one a line, in UTF-8: only terms that are asked for become strings.
    """

    text: bytes

    @classmethod
    def of(cls, terms: Iterable[bytes]) -> Self:
        """From the terms in that order."""
        return cls(b"".join([term + b"\n" for term in terms]))

    def matching(self, pattern: str) -> Longs:
        """The ords (ascending int64) of the terms that fit a pattern of `*` and `?`."""
        first, stop = self.prefix_range(literal_prefix(pattern))
        regex = re.compile(
            as_regex(pattern, _LETTER).encode("utf-8", "surrogatepass"), re.MULTILINE
        )
        parts = [np.zeros(0, np.int64)]
        for ord_ in range(first, stop, _TERMS):
            start, end = self._starts[ord_], self._starts[min(stop, ord_ + _TERMS)]
            fits = regex.finditer(self.text[start : end - 1])
            begins = np.fromiter((line.start() for line in fits), np.int64)
            parts.append(np.searchsorted(self._starts, begins + start))
        ords: Longs = np.concatenate(parts)
        return ords

    def with_prefix(self, prefix: str, count: int) -> list[str]:
        """The first `count` terms with a prefix."""
        first, stop = self.prefix_range(prefix)
        return [self._term(n) for n in range(first, min(stop, first + count))]

    def within_edits(self, word: str, distance: int) -> dict[str, int]:
        """The terms at most `distance` edits from a word, with how many.

        Edits are insertions, deletions, substitutions and swaps of neighbours (optimal
        string alignment; Damerau 1964), counted in code points.
        """
        if len(word) > LONGEST_FUZZY:
            first, stop = self.prefix_range(word)
            return {word: 0} if first < stop and self._term(first) == word else {}
        near: dict[str, int] = {}
        for length in range(max(1, len(word) - distance), len(word) + distance + 1):
            ords = self._alike(word, length, distance)
            for start in range(0, len(ords), _TERMS):
                near |= self._close(word, ords[start : start + _TERMS], length, distance)
        return near

    def with_key(self, key: str) -> list[str]:
        """The terms with a key of `analysis.name_key`, and perhaps others."""
        order, hashes = self._by_key
        wanted = _hashes(key.encode() + b"\n")
        first, stop = (int(np.searchsorted(hashes, wanted, side)[0]) for side in _SIDES)
        return [self._term(ord_) for ord_ in order[first:stop].tolist()]

    @cached_property
    def _by_key(self) -> tuple[NDArray[np.int32], NDArray[np.uint64]]:
        """The ords of the terms in the order of their keys' hashes, and those."""
        hashes = _hashes(name_keys(self.text))
        order = np.argsort(hashes, kind="stable").astype(np.int32)
        return order, hashes[order]

    def _close(self, word: str, ords: NDArray[Any], length: int, distance: int) -> dict[str, int]:
        """Of terms of one length those at most `distance` edits from a word, with how many."""
        starts = self._starts[ords]
        plain = self._starts[ords + 1] - starts - 1 == length  # a byte for each letter
        letters = np.empty((len(ords), length), np.uint32)
        units = np.frombuffer(self.text, np.uint8)
        letters[plain] = units[starts[plain, None] + np.arange(length)]
        others = [self._term(ord_) for ord_ in ords[~plain].tolist()]
        letters[~plain] = np.array(others, f"U{length}").view(np.uint32).reshape(-1, length)
        rows, edits = _within(word, letters, distance)
        return {self._term(int(ords[n])): int(e) for n, e in zip(rows, edits, strict=True)}

    def _alike(self, word: str, length: int, distance: int) -> NDArray[Any]:
        """The ords of the terms of a length that have nearly the letters of a word.

        An edit changes two letters at most: takes one out, puts one in. So it does of those at
        both ends together, when at least one stands between; where none does, a swap may
        change two at either end.
        """
        ords, shapes, ends = self._of_length.get(length, (_NO_WORDS, _NO_WORDS, _NO_WORDS))
        points = np.array([min(ord(letter), 0xFF) for letter in word], np.uint8)
        wanted = np.bitwise_or.reduce(_LETTERS[points])
        shortest = min(len(word), length)
        if shortest < 2 * _END:
            return np.compress(np.bitwise_count(shapes ^ wanted) <= 2 * distance, ords)
        ends_wanted = _ends(points, np.zeros(1, np.int64), np.array([len(word)]))
        most = (2 if shortest > 2 * _END else 4) * distance
        near = np.flatnonzero(np.bitwise_count(ends ^ ends_wanted) <= most)
        alike = np.bitwise_count(shapes[near] ^ wanted) <= 2 * distance
        found: NDArray[Any] = np.take(ords, near[alike])
        return found

    def prefix_range(self, prefix: str) -> tuple[int, int]:
        """The ords of the terms with a prefix, half-open."""
        wanted = prefix.encode("utf-8", "surrogatepass")
        ords = range(len(self._starts) - 1)
        first = bisect_left(ords, wanted, key=self._bytes)
        stop = bisect_right(ords, wanted, first, key=lambda n: self._bytes(n)[: len(wanted)])
        return first, stop if prefix else len(ords)

    def _bytes(self, ord_: int) -> bytes:
        return self.text[self._starts[ord_] : self._starts[ord_ + 1] - 1]

    def _term(self, ord_: int) -> str:
        return self._bytes(ord_).decode()

    @cached_property
    def _starts(self) -> NDArray[np.int64]:
        """Where each term begins in `text`, by ord, and the end."""
        ends = np.flatnonzero(np.frombuffer(self.text, np.uint8) == ord("\n"))
        return np.concatenate([np.zeros(1, np.int64), ends + 1])

    @cached_property
    def _of_length(self) -> dict[int, tuple[NDArray[Any], ...]]:
        """By length the ords of its terms (int32), and the letters they have.

        Those of the whole term as uint32 bits, and as uint64 those of its two ends.
        """
        if not self.text:
            return {}
        units = np.frombuffer(self.text, np.uint8)
        starts = self._starts[:-1]
        points = np.add.reduceat((units & 0xC0) != 0x80, starts, dtype=np.int32) - 1  # noqa: PLR2004 - UTF-8
        shapes = np.bitwise_or.reduceat(_LETTERS[units], starts)
        leading = units[(units & 0xC0) != 0x80]  # noqa: PLR2004 - UTF-8
        stops = np.flatnonzero(leading == ord("\n"))
        ends = _ends(leading, stops - points, stops)
        longest = LONGEST_FUZZY + 2
        counts = np.bincount(points.clip(max=longest + 1))[: longest + 1]
        order = np.argsort(points, kind="stable")[: counts.sum()].astype(np.int32)
        parts = np.split(order, np.cumsum(counts)[:-1])
        return {n: (part, shapes[part], ends[part]) for n, part in enumerate(parts)}


_SIDES: tuple[Literal["left"], Literal["right"]] = ("left", "right")
_NO_WORDS = np.zeros(0, np.uint32)


def _letter_bits() -> NDArray[np.uint32]:
    """A bit for each letter, one for digits and marks, one for all that is not ASCII."""
    bits = np.full(256, 1 << 26, np.uint32)
    bits[0x80:] = 1 << 27
    bits[ord("\n")] = 0
    for bit, letter in enumerate(range(ord("a"), ord("z") + 1)):
        bits[letter] = 1 << bit
    return bits


_LETTERS = _letter_bits()
_END = 3


def _ends(points: Array, starts: Array, stops: Array) -> NDArray[np.uint64]:
    """The letters of the first and of the last three of words, as bits of uint64.

    `points` (uint8) are code points, of others than ASCII any byte above; a word goes from
    `starts` to `stops`. Of shorter words it says nothing.
    """
    last = len(points) - 1
    first, final = (np.zeros(len(starts), np.uint64) for _ in range(2))
    for place in range(_END):
        first |= _LETTERS[points[np.minimum(starts + place, last)]]
        final |= _LETTERS[points[np.maximum(stops - 1 - place, 0)]]
    both: NDArray[np.uint64] = first << np.uint64(32) | final
    return both


def _within(
    word: str, letters: NDArray[np.uint32], most: int
) -> tuple[NDArray[np.int64], NDArray[np.int8]]:
    """Which of many words of one length are at most so many edits from a word, and how many.

    `letters` has their code points, a row each. Only what differs in place by `most` is
    compared (Ukkonen 1985), and in the middle those are left that may still come near.
    """
    rows = np.arange(len(letters))
    length, far = letters.shape[1], np.int8(most + 1)
    columns = np.ascontiguousarray(letters.T)
    before = np.full((length + 1, len(rows)), far)
    last = np.full((length + 1, len(rows)), far)
    last[: most + 1] = np.arange(min(most, length) + 1, dtype=np.int8)[:, None]
    for i, letter in enumerate(map(ord, word)):
        row = np.full_like(last, far)
        row[0] = min(i + 1, far)
        for j in range(max(0, i - most), min(length, i + most + 1)):
            row[j + 1] = np.minimum(
                np.minimum(last[j + 1], row[j]) + 1, last[j] + (columns[j] != letter)
            )
            if i and j:
                swapped = (columns[j - 1] == letter) & (columns[j] == ord(word[i - 1]))
                np.minimum(row[j + 1], before[j - 1] + 1, out=row[j + 1], where=swapped)
        before, last = last, row
        if i == len(word) // 2:
            near = np.flatnonzero(np.minimum(last.min(0), before.min(0)) <= most)
            rows, columns = rows[near], columns[:, near]
            before, last = before[:, near], last[:, near]
    found = np.flatnonzero(last[length] <= most)
    return rows[found], last[length][found]


def _hashes(lines: bytes) -> NDArray[np.uint64]:
    """A number for each line: the sum of its letters, each by the power of its place."""
    units = np.frombuffer(lines, np.uint8)
    ends = np.flatnonzero(units == ord("\n"))
    if not len(ends):
        return np.zeros(0, np.uint64)
    starts = np.concatenate([np.zeros(1, np.int64), ends[:-1] + 1])
    place = np.arange(len(units)) - np.repeat(starts, ends - starts + 1)
    return np.add.reduceat(units.astype(np.uint64) * _POWERS[place % len(_POWERS)], starts)


# Odd numbers without a pattern: powers of the multiplier of FNV-1a, modulo 2**64.
_POWERS = np.multiply.accumulate(np.full(LONGEST_TERM, 0x100000001B3, np.uint64))
