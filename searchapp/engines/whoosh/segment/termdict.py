"""The terms of a segment: distinct byte strings in order, found by bisection.

Part of a segment, over `array_file`; postings, columns and the ids of documents have one
each. An ord is a term's number in that order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

import numpy as np

from searchapp.engines.whoosh.segment.array_file import ArrayFile
from searchapp.engines.whoosh.segment.types import Array

_LINE, _SPACE = ord("\n"), ord(" ")


class Dictionary:
    """Distinct byte strings in ascending order, one after the other, and where each ends."""

    def __init__(self, strings: Array, offsets: Array) -> None:
        self._strings = strings
        self._bytes = strings.data
        self._offsets = offsets.data

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def __getitem__(self, place: int) -> bytes:
        return bytes(self._bytes[self._offsets[place] : self._offsets[place + 1]])

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.between(0, len(self)))

    def between(self, first: int, last: int) -> list[bytes]:
        """The strings from one place to another."""
        ends = self._offsets[first : last + 1].tolist()
        data = bytes(self._bytes[ends[0] : ends[-1]])
        shifted = [end - ends[0] for end in ends]
        return [data[a:b] for a, b in pairwise(shifted)]

    def lines(self) -> tuple[Array, Array]:
        """All strings, a line each, as one array of bytes, and where each line begins and ends.

        A line break inside a string becomes a space.
        """
        ends = np.asarray(self._offsets).astype(np.int64)
        text = np.where(self._strings == _LINE, np.uint8(_SPACE), self._strings)
        shift = np.arange(len(ends))
        return np.insert(text, ends[1:], np.uint8(_LINE)), ends + shift

    def first(self, wanted: bytes) -> int:
        """The place of the first string that is not less than another."""
        return self._first(wanted, 0, len(self))

    def _first(self, wanted: bytes, low: int, high: int) -> int:
        data, ends = self._bytes, self._offsets
        while low < high:
            middle = (low + high) // 2
            if bytes(data[ends[middle] : ends[middle + 1]]) < wanted:
                low = middle + 1
            else:
                high = middle
        return low

    def find(self, wanted: bytes) -> int:
        """The place of a string, -1 when it is not there."""
        place = self.first(wanted)
        return place if place < len(self) and self[place] == wanted else -1

    def places(self, wanted: Iterable[bytes]) -> list[int]:
        """The places of those of some ascending strings that are there."""
        found: list[int] = []
        following = 0
        for string in wanted:
            following = self._reached(string, following)
            if following == len(self):
                break
            if self[following] == string:
                found.append(following)
        return found

    def _reached(self, wanted: bytes, place: int) -> int:
        """The first place, from one on, of a string not less than another, in growing steps."""
        step, size = 1, len(self)
        while place < size and self[place] < wanted:
            place, step = place + step, 2 * step
        return self._first(wanted, place - step // 2 + 1 if step > 1 else place, min(place, size))

    def starting(self, head: bytes) -> tuple[int, int]:
        """The places of the strings that begin with others, half-open."""
        # No byte of UTF-8 is 0xff.
        return self.first(head), self.first(head + b"\xff")


def joined(strings: Iterable[bytes]) -> tuple[Array, Array]:
    """Strings as the two arrays of a `Dictionary`."""
    listed = list(strings)
    return np.frombuffer(b"".join(listed), np.uint8), ends_of(list(map(len, listed)))


def ends_of(lengths: Sequence[int]) -> Array:
    """Where each of some things begins that follow each other, and where the last ends."""
    ends = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(np.array(lengths, np.int64), out=ends[1:])
    return ends.astype(np.uint32 if ends[-1] < 2**32 else np.int64)


def dictionary(file: ArrayFile, name: str) -> Dictionary:
    """A dictionary of a segment, by name."""
    return Dictionary(file[f"{name}.strings"], file[f"{name}.offsets"])
