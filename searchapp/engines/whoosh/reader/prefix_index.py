"""A facet's values by how any of their words begin, for what is typed in part.

Beside the columns: made of one when first asked for. All values stand folded in one
text, a line each; where a word begins is kept in the order of its first two bytes, so
that a beginning is a slice of places, narrowed a byte at a time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from searchapp.engines.analysis.terms import fold
from searchapp.engines.whoosh.segment.columns import FacetColumn
from searchapp.engines.whoosh.segment.types import Ints, Longs

_LINE = ord("\n")
# Longer beginnings are cut; as many bytes without a word stand behind the last line.
_LONGEST = 200
_NOT_ASCII = 0x80
# Of a larger share of all values, repetitions are found by a mask.
_MANY = 64
# UTF-8 lead bytes of punctuation (General Punctuation; Latin-1), and of scripts without spaces.
_GENERAL, _LATIN, _SPACELESS = 0xE2, 0xC2, 0xE3


@dataclass(frozen=True)
class Names:
    """The values of one facet.

    `text` is what is searched; `words` are the places where words begin, those from
    `heads[n]` on with `n` as their first two bytes, and `owners` the numbers of their
    values, of which there are `count`.
    """

    text: NDArray[np.uint8]
    words: Ints
    owners: Ints
    heads: Longs
    count: int

    @classmethod
    def of(cls, column: FacetColumn) -> Self:
        """Of all values of a column."""
        text, numbers = _folded(column)
        padded = np.concatenate([text, np.zeros(_LONGEST, np.uint8)])
        words = _beginnings(padded)
        pairs = padded[words].astype(np.uint16) << 8 | padded[words + 1]
        order = np.argsort(pairs, kind="stable")
        heads = np.searchsorted(pairs[order], np.arange(2**16 + 1))
        line = np.cumsum(padded == _LINE, dtype=np.int32)[words[order]]
        return cls(padded, words[order], numbers[line], heads, len(numbers))

    def having(self, typed: str) -> Ints:
        """The numbers of the values that have a word begun by each one typed, ascending."""
        found: Ints | None = None
        for word in fold(typed).split():
            having = self.begun(word)
            found = having if found is None else np.intersect1d(found, having, assume_unique=True)
        return self.owners[:0] if found is None else found

    def begun(self, text: str) -> Ints:
        """The numbers of the values that have, from the beginning of a word on, a text."""
        wanted = text.encode("utf-8", "surrogatepass")[:_LONGEST]
        first = wanted[0] << 8
        first, last = (
            (first, first + 256) if len(wanted) == 1 else (first + wanted[1], first + wanted[1] + 1)
        )
        head = slice(self.heads[first], self.heads[last])
        places, owners = self.words[head], self.owners[head]
        for offset, byte in enumerate(wanted[2:], 2):
            kept = np.flatnonzero(self.text[places + offset] == byte)
            places, owners = places[kept], owners[kept]
        return self._distinct(owners)

    def _distinct(self, owners: Ints) -> Ints:
        if len(owners) * _MANY < self.count:
            return np.unique(owners)
        mask = np.zeros(self.count, bool)
        mask[owners] = True
        return np.flatnonzero(mask).astype(np.int32)


def _folded(column: FacetColumn) -> tuple[NDArray[np.uint8], Ints]:
    """The values folded, a line each, and the number of each line's value.

    Those in ASCII come first: to fold the others takes most of the time.
    """
    text, ends = column.strings.lines()
    above = np.concatenate([[0], np.cumsum(text >= _NOT_ASCII)])
    foreign = above[ends[1:]] > above[ends[:-1]]
    chosen = np.repeat(foreign, np.diff(ends))
    plain = text[~chosen].tobytes().lower()
    other = fold(text[chosen].tobytes().decode("utf-8", "surrogatepass"))
    folded = plain + other.encode("utf-8", "surrogatepass")
    order = np.argsort(foreign, kind="stable")
    return np.frombuffer(folded, np.uint8), column.ordinals[order]


def _beginnings(text: NDArray[np.uint8]) -> Ints:
    """Where words begin: letters behind something else, every letter of scripts without spaces."""
    before = np.concatenate([np.full(3, _LINE, np.uint8), text])
    last, second, third = before[2:-1], before[1:-2], before[:-3]
    mark = (last >= _NOT_ASCII) & ((third == _GENERAL) | (second == _LATIN))
    plain = _LETTERS[text]
    parted = ~_LETTERS[last] & (last < _NOT_ASCII) | mark
    return np.flatnonzero(plain & parted | (text >= _SPACELESS)).astype(np.int32)


def _letters() -> NDArray[np.bool_]:
    """Which bytes may begin a word: ASCII letters and digits, and lead bytes."""
    found = np.zeros(256, bool)
    for byte in range(256):
        found[byte] = chr(byte).isalnum() if byte < _NOT_ASCII else byte >= 0xC0  # noqa: PLR2004 - UTF-8
    return found


_LETTERS = _letters()
