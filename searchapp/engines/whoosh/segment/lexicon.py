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
from searchapp.engines.whoosh.segment.types import Longs

# One code point of UTF-8 in a line.
# Terms looked at together: some 10 MiB. Set by hand.
_TERMS = 50_000
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
        wanted = np.bitwise_or.reduce(_LETTERS[np.frombuffer(word.encode(), np.uint8)])
        near: dict[str, int] = {}
        for length in range(max(1, len(word) - distance), len(word) + distance + 1):
            ords, shapes = self._of_length.get(length, (_NO_WORDS, _NO_WORDS))
            # An edit changes two letters at most: takes one out, puts one in.
            alike = np.flatnonzero(np.bitwise_count(shapes ^ wanted) <= 2 * distance)
            for start in range(0, len(alike), _TERMS):
                some = ords[alike[start : start + _TERMS]]
                near |= self._near_of(word, distance, length, some.tolist())
        return near

    def _near_of(self, word: str, distance: int, length: int, ords: list[int]) -> dict[str, int]:
        """Those of some terms of a length that are near enough."""
        terms = [self._term(ord_) for ord_ in ords]
        letters = np.array(terms, dtype=f"U{length}").view(np.uint32)
        edits = _edits(word, letters.reshape(len(terms), length))
        return {terms[n]: int(edits[n]) for n in np.flatnonzero(edits <= distance)}

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
    def _of_length(self) -> dict[int, tuple[NDArray[Any], NDArray[Any]]]:
        """By length the ords of its terms (int32), and the letters they have (uint32 bits)."""
        if not self.text:
            return {}
        units = np.frombuffer(self.text, np.uint8)
        starts = self._starts[:-1]
        points = np.add.reduceat((units & 0xC0) != 0x80, starts, dtype=np.int32) - 1  # noqa: PLR2004 - UTF-8
        shapes = np.bitwise_or.reduceat(_LETTERS[units], starts)
        longest = LONGEST_FUZZY + 2
        counts = np.bincount(points.clip(max=longest + 1))[: longest + 1]
        order = np.argsort(points, kind="stable")[: counts.sum()].astype(np.int32)
        parts = np.split(order, np.cumsum(counts)[:-1])
        return {length: (part, shapes[part]) for length, part in enumerate(parts)}


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


def _edits(word: str, letters: NDArray[np.uint32]) -> NDArray[np.int8]:
    """Edit distances of a word from many of one length, whose code points are rows of uint32."""
    count, length = letters.shape
    before = np.zeros((length + 1, count), np.int8)
    last = np.repeat(np.arange(length + 1, dtype=np.int8)[:, None], count, axis=1)
    for i, letter in enumerate(map(ord, word)):
        row = np.empty_like(last)
        row[0] = i + 1
        for j in range(length):
            same = letters[:, j] == letter
            row[j + 1] = np.minimum(np.minimum(last[j + 1], row[j]) + 1, last[j] + ~same)
            if i and j:
                swapped = (letters[:, j - 1] == letter) & (letters[:, j] == ord(word[i - 1]))
                row[j + 1] = np.where(
                    swapped, np.minimum(row[j + 1], before[j - 1] + 1), row[j + 1]
                )
        before, last = last, row
    return last[length]


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
