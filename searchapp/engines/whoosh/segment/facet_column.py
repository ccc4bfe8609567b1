"""One facet's values as arrays, both ways, over `termdict` and `array_file`: part of `columns`.

A value's ord is its number by falling frequency, so that counting can stop early. The ords of
doc `d` are `doc_values[starts[d]:starts[d + 1]]`, ascending, the docs of ord `v` are
`docs[value_starts[v]:value_starts[v + 1]]`, ascending; `format` has the arrays of a file.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any, Self

import numpy as np

from searchapp.engines.whoosh.segment.array_file import ArrayFile
from searchapp.engines.whoosh.segment.format import bitset_words, inverse_permutation, to_bitset
from searchapp.engines.whoosh.segment.termdict import (
    Dictionary,
    encode_dictionary,
    offsets_of,
    read_dictionary,
)
from searchapp.engines.whoosh.segment.types import Array, Bits, Ints, Longs, Mask

# So many of a facet's values stay strings; set by hand, not measured.
_CACHED_VALUES = 1_000
# Values that a 128th of all docs have are kept as bits too, at most 32 of a facet: 4 MiB at a
# million docs. Set by hand, not measured.
_FREQUENT, _MOST_BITSETS = 128, 32


@dataclass(frozen=True)
class FacetColumn:
    """One facet's values of all docs.

    `dict_ords` has by ord the value's index in `dictionary`, `ords` by that index the ord;
    both int32. `starts` and `value_starts` are uint32, or int64 from 2**32 on.
    """

    dictionary: Dictionary
    dict_ords: Ints
    ords: Ints
    starts: Longs
    doc_values: Ints
    value_starts: Longs
    docs: Ints

    @classmethod
    def read(cls, file: ArrayFile, facet: str) -> Self:
        """A segment's. Raises Damaged."""
        # In the order of the fields above; `format` says what the names on disk mean.
        names = ("places", "ordinals", "starts", "values", "value_starts", "documents")
        arrays: list[Any] = [file[f"{facet}.{name}"] for name in names]
        return cls(read_dictionary(file, facet), *arrays)

    @classmethod
    def concatenate(cls, columns: Sequence[Self]) -> Self:
        """The columns of several segments, one after the other."""
        strings = sorted(set(chain.from_iterable(c.dictionary for c in columns)))
        index = {value: n for n, value in enumerate(strings)}
        maps = [
            np.fromiter(map(index.__getitem__, c.dictionary), np.int32, len(c.dictionary))[
                c.dict_ords
            ]
            for c in columns
        ]
        frequency = np.zeros(len(strings), np.int64)
        for column, mapped in zip(columns, maps, strict=True):
            frequency[mapped] += column.frequency
        dict_ords = np.argsort(-frequency, kind="stable").astype(np.int32)
        ords = inverse_permutation(dict_ords)
        new_ords = [ords[m] for m in maps]
        starts = offsets_of(_concatenate(np.diff(c.starts.astype(np.int64)) for c in columns))
        doc_values = _concatenate(n[c.doc_values] for n, c in zip(new_ords, columns, strict=True))
        value_starts = offsets_of(frequency[dict_ords])
        docs = _merge_docs(columns, new_ords, value_starts)
        dictionary = Dictionary(*encode_dictionary(strings))
        return cls(dictionary, dict_ords, ords, starts, doc_values, value_starts, docs)

    @property
    def doc_count(self) -> int:
        """How many docs there are."""
        return len(self.starts) - 1

    @property
    def is_compact(self) -> bool:
        """Whether the kernels know the arrays' types: all but over four thousand million."""
        return self.starts.dtype == self.value_starts.dtype == np.uint32

    def cheaper_by_value(self, docs: int) -> bool:
        """Whether counting by value costs less than by doc, for so many docs.

        Measured, see docs/decisions/0012-codec.md: 9 ns for a doc and 2 for each of its
        values, against a third of one for each value of all.
        """
        values = len(self.doc_values)
        return docs * (9 * self.doc_count + 2 * values) > values * self.doc_count // 3

    @cached_property
    def frequent_bitsets(self) -> Bits:
        """The docs of the first ords, those that many have: a row of uint64 bits by ord."""
        most = int(np.searchsorted(-self.frequency[:_MOST_BITSETS], -self.doc_count / _FREQUENT))
        rows = [to_bitset(self.docs_of(ord_), self.doc_count) for ord_ in range(most)]
        return np.array(rows, np.uint64).reshape(most, bitset_words(self.doc_count))

    @cached_property
    def frequency(self) -> Longs:
        """How many docs have each value, deleted ones included: int64 by ord, falling."""
        starts = self.value_starts.astype(np.int64)
        frequency: Longs = starts[1:] - starts[:-1]
        return frequency

    def value(self, ord_: int) -> str:
        """A value by its ord."""
        if (text := self._cached_values.get(ord_)) is None:
            text = self.dictionary[int(self.dict_ords[ord_])].decode("utf-8", "surrogatepass")
            if ord_ < _CACHED_VALUES:
                self._cached_values[ord_] = text
        return text

    @cached_property
    def _cached_values(self) -> dict[int, str]:
        return {}

    def ord_of(self, value: str) -> int:
        """A value's ord, -1 for one no doc has."""
        index = self.dictionary.find(value.encode("utf-8", "surrogatepass"))
        return int(self.ords[index]) if index >= 0 else -1

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """All values by ord: as many strings in memory."""
        values = [s.decode("utf-8", "surrogatepass") for s in self.dictionary]
        return tuple(values[n] for n in self.dict_ords.tolist())

    def docs_of(self, ord_: int) -> Ints:
        """The docs that have a value: ascending int32."""
        return self.docs[int(self.value_starts[ord_]) : int(self.value_starts[ord_ + 1])]

    def docs_with_any(self, ords: Iterable[int]) -> Mask:
        """The docs that have any of these values, as a mask by doc."""
        mask = np.zeros(self.doc_count, bool)
        for ord_ in ords:
            mask[self.docs_of(ord_)] = True
        return mask

    def count_by_ord(self, docs: Ints) -> Longs:
        """How many of `docs` (int32, any order) have each value: int64 by ord."""
        return np.bincount(self.gather_ords(docs), minlength=len(self.dict_ords))

    def count_by_ord_masked(self, mask: Mask) -> Ints:
        """How many docs of a mask by doc have each value: int32 by ord."""
        if not len(self.dict_ords):
            return np.zeros(0, np.int32)
        counts: Ints = np.add.reduceat(mask.take(self.docs), self._first_docs, dtype=np.int32)
        return counts

    @cached_property
    def _first_docs(self) -> Longs:
        return self.value_starts[:-1].astype(np.int64)

    def ords_of_few(self, docs: Ints) -> list[int]:
        """The ords of a few docs (int32, any order), one doc after the other."""
        starts, stops = self.starts.take(docs), self.starts.take(docs + 1)
        runs = zip(starts.tolist(), stops.tolist(), strict=True)
        ords = self.doc_values
        return [n for start, stop in runs if start < stop for n in ords[start:stop].tolist()]

    @cached_property
    def missing_bits(self) -> Bits | None:
        """The docs without a value, as uint64 bits by doc; None when all have one."""
        without = self.starts[1:] == self.starts[:-1]
        return to_bitset(np.flatnonzero(without), self.doc_count) if without.any() else None

    def gather_ords(self, docs: Array) -> Ints:
        """The ords of `docs` (int32, any order) as one array, one doc after the other."""
        starts = self.starts.take(docs).view(np.int32)
        lengths = self.starts[1:].take(docs).view(np.int32)
        lengths -= starts
        ends = lengths.cumsum(dtype=np.int32)
        starts -= ends
        starts += lengths
        indices = starts.repeat(lengths)
        indices += np.arange(len(indices), dtype=np.int32)
        ords: Ints = self.doc_values.take(indices)
        return ords


def _concatenate(parts: Iterable[Array]) -> Array:
    return np.concatenate([np.zeros(0, np.int32), *parts])


def _merge_docs(
    columns: Sequence[FacetColumn], new_ords: Sequence[Array], value_starts: Array
) -> Ints:
    """Each value's docs in all segments: int32, ascending for each ord."""
    docs = np.empty(int(value_starts[-1]), np.int32)
    filled = value_starts[:-1].astype(np.int64)
    base = 0
    for column, ords in zip(columns, new_ords, strict=True):
        lengths = column.frequency
        before = column.value_starts[:-1].astype(np.int64)
        shift = np.repeat(filled[ords] - before, lengths)
        docs[shift + np.arange(len(column.docs))] = column.docs + np.int32(base)
        filled[ords] += lengths
        base += column.doc_count
    return docs
