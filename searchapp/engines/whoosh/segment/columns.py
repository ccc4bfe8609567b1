"""What searching needs of all documents at once, as arrays by doc.

Of one segment they are views of its file, of several they are joined once per snapshot, each
when it is first asked for; `format` says what the arrays of a file are. A value's ord is its
number by falling frequency, so that counting can stop early. Values are kept both ways: the
ords of doc `d` are `doc_values[starts[d]:starts[d + 1]]`, ascending, the docs of ord `v` are
`docs[value_starts[v]:value_starts[v + 1]]`, ascending.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import chain, pairwise
from typing import Any, Self, TypeVar

import numpy as np

from searchapp.engines.analysis.fields import FIELDS
from searchapp.engines.whoosh.segment.array_file import ArrayFile
from searchapp.engines.whoosh.segment.format import (
    UNDATED,
    bitset_words,
    inverse_permutation,
    to_bitset,
)
from searchapp.engines.whoosh.segment.termdict import (
    Dictionary,
    encode_dictionary,
    offsets_of,
    read_dictionary,
)
from searchapp.engines.whoosh.segment.types import Array, Bits, Ints, Longs, Mask
from searchapp.model import FACET_FIELDS

_T = TypeVar("_T")
# So many of a facet's values stay strings; set by hand, not measured.
_CACHED_VALUES = 1_000
# Values that a 128th of all docs have are kept as bits too, at most 32 of a facet: 4 MiB at a
# million docs. Set by hand, not measured.
_FREQUENT, _MOST_BITSETS = 128, 32
EPOCH = 719_163  # the proleptic ordinal of 1970-01-01, where NumPy's days begin


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


class ByFacet(dict[str, _T]):
    """Something of each facet, made when first asked for. Raises KeyError for no facet."""

    def __init__(self, make: Callable[[str], _T]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, facet: str) -> _T:
        if facet not in FACET_FIELDS:
            raise KeyError(facet)
        made = self[facet] = self._make(facet)
        return made


class Columns:
    """A snapshot's documents, by doc.

    `day` is a proleptic Gregorian ordinal or `UNDATED`; `certain` says whether the
    date is of high confidence; `lengths` are positions in each of `FIELDS`. `bases` are
    the first docs of the segments. All raise Damaged when an array is first read.
    """

    def __init__(self, files: Sequence[ArrayFile]) -> None:
        self._files = files
        counts = [f.count("day") for f in files]
        self.bases = [sum(counts[:n]) for n in range(len(files))]
        self.doc_count = sum(counts)
        self.facets = ByFacet(self._facet)

    def _facet(self, facet: str) -> FacetColumn:
        columns = [FacetColumn.read(file, facet) for file in self._files]
        return columns[0] if len(columns) == 1 else FacetColumn.concatenate(columns)

    def _column(self, name: str, dtype: Any) -> Array:
        parts = [file[name] for file in self._files]
        if len(parts) == 1:
            return parts[0]
        return np.concatenate([np.zeros(0, dtype), *parts])

    def id(self, doc: int) -> str:
        """A document's id."""
        segment = bisect_right(self.bases, doc) - 1
        file, local = self._files[segment], doc - self.bases[segment]
        ord_ = int(file.part("ids.places", local, local + 1)[0])
        start, stop = file.part("ids.offsets", ord_, ord_ + 2).tolist()
        return bytes(file.part("ids.strings", start, stop)).decode("utf-8", "surrogatepass")

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """All ids by doc: as many strings in memory."""
        return tuple(map(self.id, range(self.doc_count)))

    @cached_property
    def day(self) -> Ints:
        """Each doc's day, certain or not: int32 by doc."""
        return self._column("day", np.int32)

    @cached_property
    def certain(self) -> Mask:
        """Whether each doc's day is certain, by doc."""
        return self._column("certain", bool)

    @cached_property
    def lengths(self) -> dict[str, Array]:
        """How many positions each doc has in each field: uint16 or int32 by doc."""
        return {field: self._column(f"{field}.length", np.uint16) for field in FIELDS}

    def days(self, *, uncertain: bool) -> Ints:
        """Each doc's day, int32 by doc; one of low confidence counts only if `uncertain`."""
        return self.day if uncertain else self._certain_days

    def date_ranks(self, *, newest: bool, uncertain: bool) -> Longs:
        """Each doc's rank by date, undated last, then by id: a permutation, by doc."""
        if newest not in self._ranks or uncertain not in self._ranks[newest]:
            days = self.days(uncertain=uncertain)
            self._ranks.setdefault(newest, {})[uncertain] = self._rank(days, newest=newest)
        return self._ranks[newest][uncertain]

    def dated_between(self, first: date | None, last: date | None, *, uncertain: bool) -> Mask:
        """The docs with a date from one day to another, both inclusive, as a mask by doc."""
        days = self.days(uncertain=uncertain)
        low = first.toordinal() if first else UNDATED + 1
        high = last.toordinal() if last else date.max.toordinal()
        if uncertain:
            within: Mask = (days >= low) & (days <= high)
            return within
        inside = np.zeros(self.doc_count, bool)
        for start, stop in pairwise([*self.bases, self.doc_count]):
            # A segment's docs stand by falling day.
            head, end = (
                bisect_left(range(start, stop), -day, key=lambda n: -int(days[n]))
                for day in (high, low - 1)
            )
            inside[start + head : start + end] = True
        return inside

    def period_runs(self, unit: str) -> tuple[Longs, Longs, list[str]]:
        """The first docs of runs of one day, month or year (NumPy's `unit`) of certain date.

        The docs of a segment stand by date. Beside them, by run, the index of its name among
        the third, which are in ISO 8601 and in calendar order; an empty one is for no date.
        """
        if unit not in self._runs:
            days = self.days(uncertain=False)
            moments = (days.astype(np.int64) - EPOCH).astype("datetime64[D]")
            periods = moments.astype(f"datetime64[{unit}]")
            periods[days == UNDATED] = "NaT"
            numbers = periods.astype(np.int64)
            starts = np.flatnonzero(np.diff(numbers, prepend=numbers[:1] - 1))
            written = np.datetime_as_string(periods[starts])
            unique, indices = np.unique(written, return_inverse=True)
            names = ["" if name == "NaT" else name for name in unique.tolist()]
            self._runs[unit] = starts, indices, names
        return self._runs[unit]

    @cached_property
    def _runs(self) -> dict[str, tuple[Longs, Longs, list[str]]]:
        return {}

    @cached_property
    def _certain_days(self) -> Ints:
        if self.certain.all():
            return self.day
        days: Ints = np.where(self.certain, self.day, np.int32(UNDATED))
        return days

    @cached_property
    def _id_ranks(self) -> Longs:
        if len(self._files) == 1:
            return self._files[0]["ids.places"]
        by_id = sorted(range(self.doc_count), key=self.ids.__getitem__)
        return inverse_permutation(np.array(by_id, np.int64))

    @cached_property
    def _ranks(self) -> dict[bool, dict[bool, Longs]]:
        return {}

    def _rank(self, days: Ints, *, newest: bool) -> Longs:
        order = np.lexsort((self._id_ranks, -days if newest else days, days == UNDATED))
        return inverse_permutation(order)


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
