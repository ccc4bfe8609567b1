"""The index's words, and those a wildcard, a misspelling or a typing error means."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

# Longer words are codes and addresses; nobody means one by a typing error.
_LONGEST_FUZZY = 40


@dataclass(frozen=True)
class Lexicon:
    """Every exact term of title and text, distinct, in code point order.

    `text` has one a line, in UTF-8, whose order is that of code points: what a segment
    keeps is used as it is, and only terms that are asked for become strings.
    """

    text: bytes

    @classmethod
    def of(cls, lexicons: Sequence[bytes]) -> Self:
        """From the lexicons of several segments, one term a line."""
        if len(lexicons) == 1:
            return cls(lexicons[0].strip(b"\n") + b"\n" if lexicons[0] else b"")
        terms = {term for lexicon in lexicons for term in lexicon.split(b"\n")} - {b""}
        return cls(b"".join(term + b"\n" for term in sorted(terms)))

    def matching(self, pattern: str) -> list[str]:
        """The terms that fit a pattern of `*` and `?`, in the form terms have."""
        head = re.split(r"[*?]", pattern, maxsplit=1)[0]
        first, last = self.places(head)
        terms = self.text[self._starts[first] : self._starts[last]].decode()
        if pattern == f"{head}*":
            return terms.splitlines()
        return re.compile(_as_regex(pattern), re.MULTILINE).findall(terms[:-1]) if terms else []

    def beginning(self, head: str, count: int) -> list[str]:
        """The first `count` terms that begin so."""
        first, last = self.places(head)
        return [self._term(n) for n in range(first, min(last, first + count))]

    def within(self, word: str, distance: int) -> dict[str, int]:
        """The terms at most `distance` edits from a word, with how many.

        Edits are insertions, deletions, substitutions and swaps of neighbours (optimal
        string alignment; Damerau 1964), counted in code points.
        """
        if len(word) > _LONGEST_FUZZY:
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
        longest = _LONGEST_FUZZY + 2
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


def _as_regex(pattern: str) -> str:
    """The first place a middle piece fits is as good as any: no group is entered twice."""
    first, *rest = (re.escape(piece).replace(r"\?", ".") for piece in re.split(r"\*+", pattern))
    if not rest:
        return f"^{first}$"
    middle = "".join(f"(?>.*?{piece})" for piece in rest[:-1])
    return f"^{first}{middle}.*{rest[-1]}$"


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
