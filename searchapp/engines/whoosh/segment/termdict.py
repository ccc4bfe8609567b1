"""The terms of a segment: distinct byte strings in order, found by bisection.

Part of a segment, over `array_file`; postings, columns and the ids of documents have one
each. An ord is a term's index in that order.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

import numpy as np

from searchapp.engines.whoosh.segment.array_file import ArrayFile
from searchapp.engines.whoosh.segment.types import Array

_LINE, _SPACE = ord("\n"), ord(" ")


class Dictionary:
    """Distinct byte strings in ascending order: their bytes as uint8, and offsets by ord."""

    def __init__(self, strings: Array, offsets: Array) -> None:
        self._strings = strings
        self._bytes = strings.data
        self._offsets = offsets.data

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def __getitem__(self, ord_: int) -> bytes:
        return bytes(self._bytes[self._offsets[ord_] : self._offsets[ord_ + 1]])

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.between(0, len(self)))

    def between(self, first: int, stop: int) -> list[bytes]:
        """The strings with ords from `first` to before `stop`."""
        ends = self._offsets[first : stop + 1].tolist()
        data = bytes(self._bytes[ends[0] : ends[-1]])
        shifted = [end - ends[0] for end in ends]
        return [data[a:b] for a, b in pairwise(shifted)]

    def arrays(self) -> tuple[Array, Array]:
        """The two arrays."""
        return self._strings, np.asarray(self._offsets)

    def lines(self) -> tuple[Array, Array]:
        """All strings, a line each, as uint8, and int64 offsets of the lines.

        A line break inside a string becomes a space.
        """
        ends = np.asarray(self._offsets).astype(np.int64)
        text = np.where(self._strings == _LINE, np.uint8(_SPACE), self._strings)
        shift = np.arange(len(ends))
        return np.insert(text, ends[1:], np.uint8(_LINE)), ends + shift

    def lower_bound(self, wanted: bytes) -> int:
        """The ord of the first string that is not less than another."""
        return self._lower_bound(wanted, 0, len(self))

    def _lower_bound(self, wanted: bytes, low: int, high: int) -> int:
        data, ends = self._bytes, self._offsets
        while low < high:
            middle = (low + high) // 2
            if bytes(data[ends[middle] : ends[middle + 1]]) < wanted:
                low = middle + 1
            else:
                high = middle
        return low

    def find(self, wanted: bytes) -> int:
        """The ord of a string, -1 when it is not there."""
        ord_ = self.lower_bound(wanted)
        return ord_ if ord_ < len(self) and self[ord_] == wanted else -1

    def ords_of(self, wanted: Iterable[bytes]) -> list[int]:
        """The ords of those of some ascending strings that are there, ascending."""
        found: list[int] = []
        ord_ = 0
        for string in wanted:
            ord_ = self._gallop(string, ord_)
            if ord_ == len(self):
                break
            if self[ord_] == string:
                found.append(ord_)
        return found

    def _gallop(self, wanted: bytes, ord_: int) -> int:
        """The first ord >= `ord_` of a string not less than another (galloping search)."""
        step, size = 1, len(self)
        while ord_ < size and self[ord_] < wanted:
            ord_, step = ord_ + step, 2 * step
        low = ord_ - step // 2 + 1 if step > 1 else ord_
        return self._lower_bound(wanted, low, min(ord_, size))

    def prefix_range(self, prefix: bytes) -> tuple[int, int]:
        """The ords of the strings with a prefix, half-open."""
        # No byte of UTF-8 is 0xff.
        return self.lower_bound(prefix), self.lower_bound(prefix + b"\xff")


def encode_dictionary(strings: Iterable[bytes]) -> tuple[Array, Array]:
    """Ascending strings as the two arrays of a `Dictionary`."""
    listed = list(strings)
    return np.frombuffer(b"".join(listed), np.uint8), offsets_of(list(map(len, listed)))


def offsets_of(lengths: Sequence[int] | Array) -> Array:
    """Where lists of these lengths begin, one after the other, and the last ends.

    uint32, or int64 from 2**32 on; one more than `lengths`.
    """
    ends = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(np.array(lengths, np.int64), out=ends[1:])
    return ends.astype(np.uint32 if ends[-1] < 2**32 else np.int64)


def read_dictionary(file: ArrayFile, name: str) -> Dictionary:
    """A dictionary of a segment, by name. Raises Damaged."""
    return Dictionary(file[f"{name}.strings"], file[f"{name}.offsets"])
