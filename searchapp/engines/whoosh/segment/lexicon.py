"""A segment's words, and those a wildcard, a misspelling or a typing error means."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from searchapp.engines.analysis.terms import LONGEST_FUZZY
from searchapp.engines.analysis.wildcards import as_regex, literal_prefix
from searchapp.engines.whoosh.segment.types import Longs

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
        """The ords of the terms that fit a pattern of `*` and `?`, ascending."""
        first, last = self.places(literal_prefix(pattern))
        start = self._starts[first]
        lines = self.text[start : self._starts[last]].removesuffix(b"\n")
        written = as_regex(pattern, _LETTER).encode("utf-8", "surrogatepass")
        fits = re.compile(written, re.MULTILINE).finditer(lines) if lines else ()
        begins = np.fromiter((line.start() for line in fits), np.int64)
        ords: Longs = np.searchsorted(self._starts, begins + start)
        return ords

    def beginning(self, head: str, count: int) -> list[str]:
        """The first `count` terms that begin so."""
        first, last = self.places(head)
        return [self._term(n) for n in range(first, min(last, first + count))]

    def within(self, word: str, distance: int) -> dict[str, int]:
        """The terms at most `distance` edits from a word, with how many.

        Edits are insertions, deletions, substitutions and swaps of neighbours (optimal
        string alignment; Damerau 1964), counted in code points.
        """
        if len(word) > LONGEST_FUZZY:
            first, last = self.places(word)
            return {word: 0} if first < last and self._term(first) == word else {}
        wanted = np.bitwise_or.reduce(_LETTERS[np.frombuffer(word.encode(), np.uint8)])
        near: dict[str, int] = {}
        for length in range(max(1, len(word) - distance), len(word) + distance + 1):
            places, shapes = self._of_length.get(length, (_NONE, _NONE))
            # An edit changes two letters at most: takes one out, puts one in.
            alike = np.flatnonzero(np.bitwise_count(shapes ^ wanted) <= 2 * distance)
            terms = [self._term(int(place)) for place in places[alike]]
            letters = np.array(terms, dtype=f"U{length}").view(np.uint32)
            edits = _edits(word, letters.reshape(len(terms), length))
            near |= {terms[n]: int(edits[n]) for n in np.flatnonzero(edits <= distance)}
        return near

    def places(self, head: str) -> tuple[int, int]:
        """The first place of the terms that begin so, and the one behind the last."""
        wanted = head.encode("utf-8", "surrogatepass")
        places = range(len(self._starts) - 1)
        first = bisect_left(places, wanted, key=self._bytes)
        behind = bisect_right(places, wanted, first, key=lambda n: self._bytes(n)[: len(wanted)])
        return first, behind if head else len(places)

    def _bytes(self, place: int) -> bytes:
        return self.text[self._starts[place] : self._starts[place + 1] - 1]

    def _term(self, place: int) -> str:
        return self._bytes(place).decode()

    @cached_property
    def _starts(self) -> NDArray[np.int64]:
        """Where each term begins, and the end."""
        ends = np.flatnonzero(np.frombuffer(self.text, np.uint8) == ord("\n"))
        return np.concatenate([np.zeros(1, np.int64), ends + 1])

    @cached_property
    def _of_length(self) -> dict[int, tuple[NDArray[Any], NDArray[Any]]]:
        """The places of the terms of each length, and which letters they have, as bits."""
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


_NONE = np.zeros(0, np.uint32)


def _letter_bits() -> NDArray[np.uint32]:
    """A bit for each letter, one for digits and marks, one for all that is not ASCII."""
    bits = np.full(256, 1 << 26, np.uint32)
    bits[0x80:] = 1 << 27
    bits[ord("\n")] = 0
    for place, letter in enumerate(range(ord("a"), ord("z") + 1)):
        bits[letter] = 1 << place
    return bits


_LETTERS = _letter_bits()


def _edits(word: str, letters: NDArray[np.uint32]) -> NDArray[np.int8]:
    """Edit distances of a word from many words of one length, all at once."""
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
