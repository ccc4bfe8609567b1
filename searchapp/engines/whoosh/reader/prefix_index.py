"""A facet's values by how any of their words begin, for what is typed in part.

Beside the columns: made of one when first asked for. All values stand folded in one
text, a line each; where a word begins is kept in the order of its first two bytes, so
that a prefix is a slice of starts, narrowed a byte at a time.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np

from searchapp.engines.analysis.spelling import fold
from searchapp.engines.whoosh.segment.facet_column import FacetColumn
from searchapp.engines.whoosh.segment.types import Array, Ints, Longs, Mask

_LINE = ord("\n")
# Longer prefixes are cut; as many bytes without a word stand behind the last line.
_MAX_PREFIX = 200
_NOT_ASCII = 0x80
# Of a larger share of all values, repetitions are found by a mask; set by hand, not measured.
_MASK_SHARE = 64
# UTF-8 lead bytes of punctuation (General Punctuation; Latin-1), and of scripts without spaces.
_GENERAL, _LATIN, _SPACELESS = 0xE2, 0xC2, 0xE3


@dataclass(frozen=True)
class PrefixIndex:
    """The values of one facet.

    `text` (uint8) is what is searched; `word_starts` (int32) are the offsets where words
    begin, those from `bucket_starts[n]` on with `n` as their first two bytes; `ords`, beside
    them, are of their values, of which there are `count`.
    """

    text: Array
    word_starts: Ints
    ords: Ints
    bucket_starts: Longs
    count: int

    @classmethod
    def build(cls, column: FacetColumn) -> Self:
        """Of all values of a column."""
        text, line_ords = _fold_values(column)
        padded = np.concatenate([text, np.zeros(_MAX_PREFIX, np.uint8)])
        starts = _word_starts(padded)
        pairs = padded[starts].astype(np.uint16) << 8 | padded[starts + 1]
        order = np.argsort(pairs, kind="stable")
        buckets = np.searchsorted(pairs[order], np.arange(2**16 + 1))
        line = np.cumsum(padded == _LINE, dtype=np.int32)[starts[order]]
        return cls(padded, starts[order], line_ords[line], buckets, len(line_ords))

    def ords_with_prefixes(self, typed: str) -> Ints:
        """The ords of the values with a word for each prefix typed: ascending int32."""
        found: Ints | None = None
        for word in fold(typed).split():
            ords = self.ords_with_prefix(word)
            found = ords if found is None else np.intersect1d(found, ords, assume_unique=True)
        return self.ords[:0] if found is None else found

    def ords_with_prefix(self, prefix: str) -> Ints:
        """The ords of the values with a text from the start of a word on: ascending int32.

        `prefix` is folded and not empty; it may go over several words.
        """
        wanted = prefix.encode("utf-8", "surrogatepass")[:_MAX_PREFIX]
        first = wanted[0] << 8
        first, last = (
            (first, first + 256) if len(wanted) == 1 else (first + wanted[1], first + wanted[1] + 1)
        )
        bucket = slice(self.bucket_starts[first], self.bucket_starts[last])
        starts, ords = self.word_starts[bucket], self.ords[bucket]
        for offset, byte in enumerate(wanted[2:], 2):
            kept = np.flatnonzero(self.text[starts + offset] == byte)
            starts, ords = starts[kept], ords[kept]
        return self._distinct(ords)

    def _distinct(self, ords: Ints) -> Ints:
        if len(ords) * _MASK_SHARE < self.count:
            return np.unique(ords)
        mask = np.zeros(self.count, bool)
        mask[ords] = True
        return np.flatnonzero(mask).astype(np.int32)


def _fold_values(column: FacetColumn) -> tuple[Array, Ints]:
    """The values folded, a line each (uint8), and the ord of each line's value (int32).

    Those in ASCII come first: to fold the others takes most of the time.
    """
    text, ends = column.dictionary.lines()
    above = np.concatenate([[0], np.cumsum(text >= _NOT_ASCII)])
    foreign = above[ends[1:]] > above[ends[:-1]]
    chosen = np.repeat(foreign, np.diff(ends))
    plain = text[~chosen].tobytes().lower()
    other = fold(text[chosen].tobytes().decode("utf-8", "surrogatepass"))
    folded = plain + other.encode("utf-8", "surrogatepass")
    order = np.argsort(foreign, kind="stable")
    return np.frombuffer(folded, np.uint8), column.ords[order]


def _word_starts(text: Array) -> Ints:
    """Offsets where words begin: letters after something else, each of scripts without spaces."""
    before = np.concatenate([np.full(3, _LINE, np.uint8), text])
    last, second, third = before[2:-1], before[1:-2], before[:-3]
    mark = (last >= _NOT_ASCII) & ((third == _GENERAL) | (second == _LATIN))
    plain = _INITIALS[text]
    parted = ~_INITIALS[last] & (last < _NOT_ASCII) | mark
    return np.flatnonzero(plain & parted | (text >= _SPACELESS)).astype(np.int32)


def _make_initials() -> Mask:
    """Which bytes may begin a word: ASCII letters and digits, and lead bytes."""
    found = np.zeros(256, bool)
    for byte in range(256):
        found[byte] = chr(byte).isalnum() if byte < _NOT_ASCII else byte >= 0xC0  # noqa: PLR2004 - UTF-8
    return found


_INITIALS = _make_initials()
