"""What searching needs of all documents at once, as arrays over document ordinals.

Of one segment they are views of its file, of several they are joined once per
snapshot, each when it is first asked for. Facet values are numbered by falling
frequency, so that counting can stop early, and kept both ways: the values of document
`d` are `values[starts[d]:starts[d + 1]]`, the documents of value `v` are
`documents[value_starts[v]:value_starts[v + 1]]`.
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
from searchapp.engines.whoosh.segment.format import UNDATED, as_bits, inverse, words_of_bits
from searchapp.engines.whoosh.segment.termdict import Dictionary, dictionary, joined
from searchapp.engines.whoosh.segment.types import Array, Bits, Ints, Longs, Mask
from searchapp.model import FACET_FIELDS

_T = TypeVar("_T")
# So many of a facet's values stay strings.
_FREQUENT = 1_000
# Values of so great a part of all documents, at most so many, are kept as bits too.
_DENSE, _DENSEST = 128, 32
EPOCH = 719_163  # the proleptic ordinal of 1970-01-01, where NumPy's days begin


@dataclass(frozen=True)
class FacetColumn:
    """One facet's values of all documents, as `layout` describes."""

    strings: Dictionary
    places: Ints
    ordinals: Ints
    starts: Longs
    values: Ints
    value_starts: Longs
    documents: Ints

    @classmethod
    def of(cls, file: ArrayFile, facet: str) -> Self:
        """A segment's."""
        names = ("places", "ordinals", "starts", "values", "value_starts", "documents")
        arrays: list[Any] = [file[f"{facet}.{name}"] for name in names]
        return cls(dictionary(file, facet), *arrays)

    @classmethod
    def join(cls, columns: Sequence[Self]) -> Self:
        """The columns of several segments, one after the other."""
        strings = sorted(set(chain.from_iterable(c.strings for c in columns)))
        place = {value: n for n, value in enumerate(strings)}
        maps = [
            np.fromiter(map(place.__getitem__, c.strings), np.int32, len(c.strings))[c.places]
            for c in columns
        ]
        frequency = np.zeros(len(strings), np.int64)
        for column, mapped in zip(columns, maps, strict=True):
            frequency[mapped] += column.frequency
        places = np.argsort(-frequency, kind="stable").astype(np.int32)
        ordinals = inverse(places)
        numbers = [ordinals[m] for m in maps]
        starts = _ends(_joined(np.diff(c.starts.astype(np.int64)) for c in columns))
        starts = starts.astype(np.uint32)
        values = _joined(n[c.values] for n, c in zip(numbers, columns, strict=True))
        value_starts = _ends(frequency[places])
        documents = _woven(columns, numbers, value_starts)
        found = Dictionary(*joined(strings))
        if len(documents) < 2**32:
            value_starts = value_starts.astype(np.uint32)
        return cls(found, places, ordinals, starts, values, value_starts, documents)

    @property
    def count(self) -> int:
        """How many documents there are."""
        return len(self.starts) - 1

    @property
    def compact(self) -> bool:
        """Whether compiled loops know the arrays' types: all but over four thousand million."""
        return self.starts.dtype == self.value_starts.dtype == np.uint32

    def wide(self, documents: int) -> bool:
        """Whether to look at each value's documents costs less than at each document's values.

        Measured, see docs/decisions/0012-codec.md: 9 ns for a document and 2 for each of its
        values, against a third of one for each value of all.
        """
        values = len(self.values)
        return documents * (9 * self.count + 2 * values) > values * self.count // 3

    @cached_property
    def dense(self) -> Bits:
        """The documents of the first values, those that many have, as rows of bits."""
        most = int(np.searchsorted(-self.frequency[:_DENSEST], -self.count / _DENSE))
        rows = [as_bits(self.owners(value), self.count) for value in range(most)]
        return np.array(rows, np.uint64).reshape(most, words_of_bits(self.count))

    @cached_property
    def frequency(self) -> Longs:
        """How many documents have each value, deleted ones included; falling."""
        starts = self.value_starts.astype(np.int64)
        frequency: Longs = starts[1:] - starts[:-1]
        return frequency

    def value(self, ordinal: int) -> str:
        """A value by its number."""
        if (text := self._frequent.get(ordinal)) is None:
            text = self.strings[int(self.places[ordinal])].decode("utf-8", "surrogatepass")
            if ordinal < _FREQUENT:
                self._frequent[ordinal] = text
        return text

    @cached_property
    def _frequent(self) -> dict[int, str]:
        """The most frequent values, as far as they were asked for."""
        return {}

    def ordinal(self, value: str) -> int:
        """A value's number, -1 for one no document has."""
        place = self.strings.find(value.encode("utf-8", "surrogatepass"))
        return int(self.ordinals[place]) if place >= 0 else -1

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """All values by number: as many strings in memory."""
        listed = [s.decode("utf-8", "surrogatepass") for s in self.strings]
        return tuple(listed[n] for n in self.places.tolist())

    def having(self, ordinals: Sequence[int]) -> Mask:
        """The documents that have any of these values."""
        mask = np.zeros(self.count, bool)
        for ordinal in ordinals:
            mask[self.owners(ordinal)] = True
        return mask

    def owners(self, ordinal: int) -> Ints:
        """The documents that have a value, ascending."""
        return self.documents[int(self.value_starts[ordinal]) : int(self.value_starts[ordinal + 1])]

    def every(self, documents: Ints) -> Longs:
        """How many of some documents have each value, by number."""
        return np.bincount(self.gathered(documents), minlength=len(self.places))

    def owned(self, mask: Mask) -> Ints:
        """How many documents of a mask have each value, by number."""
        if not len(self.places):
            return np.zeros(0, np.int32)
        among = mask.take(self.documents)
        owned: Ints = np.add.reduceat(among, self._begins, dtype=np.int32)
        return owned

    @cached_property
    def _begins(self) -> Longs:
        return self.value_starts[:-1].astype(np.int64)

    def listed(self, documents: Ints) -> list[int]:
        """The numbers of the values of a few documents, one after the other."""
        starts, stops = self.starts.take(documents), self.starts.take(documents + 1)
        runs = zip(starts.tolist(), stops.tolist(), strict=True)
        return [n for start, stop in runs if start < stop for n in self.values[start:stop].tolist()]

    @cached_property
    def valueless(self) -> Bits | None:
        """The documents without a value, as bits; None when all have one."""
        without = self.starts[1:] == self.starts[:-1]
        return as_bits(np.flatnonzero(without), self.count) if without.any() else None

    def gathered(self, documents: Array) -> Ints:
        """The numbers of the values of some documents, one after the other."""
        starts = self.starts.take(documents).view(np.int32)
        lengths = self.starts[1:].take(documents).view(np.int32)
        lengths -= starts
        ends = lengths.cumsum(dtype=np.int32)
        starts -= ends
        starts += lengths
        places = starts.repeat(lengths)
        places += np.arange(len(places), dtype=np.int32)
        gathered: Ints = self.values.take(places)
        return gathered


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
    """A snapshot's documents, by ordinal.

    `day` is a proleptic Gregorian ordinal or `UNDATED`; `certain` says whether the
    date is of high confidence; `lengths` are positions in each of `FIELDS`.
    """

    def __init__(self, files: Sequence[ArrayFile]) -> None:
        self._files = files
        counts = [f.count("day") for f in files]
        self.bases = [sum(counts[:n]) for n in range(len(files))]
        self.count = sum(counts)
        self.facets = ByFacet(self._facet)

    def _facet(self, facet: str) -> FacetColumn:
        columns = [FacetColumn.of(file, facet) for file in self._files]
        return columns[0] if len(columns) == 1 else FacetColumn.join(columns)

    def _column(self, name: str, kind: Any) -> Array:
        parts = [file[name] for file in self._files]
        if len(parts) == 1:
            return parts[0]
        return np.concatenate([np.zeros(0, kind), *parts])

    def id(self, ordinal: int) -> str:
        """A document's id."""
        segment = bisect_right(self.bases, ordinal) - 1
        file, number = self._files[segment], ordinal - self.bases[segment]
        place = int(file.part("ids.places", number, number + 1)[0])
        start, stop = file.part("ids.offsets", place, place + 2).tolist()
        return bytes(file.part("ids.strings", start, stop)).decode("utf-8", "surrogatepass")

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """All ids: as many strings in memory."""
        return tuple(map(self.id, range(self.count)))

    @cached_property
    def day(self) -> Ints:
        """Each document's day, certain or not."""
        return self._column("day", np.int32)

    @cached_property
    def certain(self) -> Mask:
        """Whether each document's day is certain."""
        return self._column("certain", bool)

    @cached_property
    def lengths(self) -> dict[str, Array]:
        """How many positions each document has in each field."""
        return {field: self._column(f"{field}.length", np.uint16) for field in FIELDS}

    def days(self, *, uncertain: bool) -> Ints:
        """Each document's day; one of low confidence counts only if `uncertain`."""
        return self.day if uncertain else self._certain_days

    def rank(self, *, newest: bool, uncertain: bool) -> Longs:
        """Each document's place by date, undated last, then by id."""
        if newest not in self._ranks or uncertain not in self._ranks[newest]:
            days = self.days(uncertain=uncertain)
            self._ranks.setdefault(newest, {})[uncertain] = self._rank(days, newest=newest)
        return self._ranks[newest][uncertain]

    def published(self, first: date | None, last: date | None, *, uncertain: bool) -> Mask:
        """The documents with a date, from one day to another, both inclusive."""
        days = self.days(uncertain=uncertain)
        low = first.toordinal() if first else UNDATED + 1
        high = last.toordinal() if last else date.max.toordinal()
        if uncertain:
            within: Mask = (days >= low) & (days <= high)
            return within
        inside = np.zeros(self.count, bool)
        for start, stop in pairwise([*self.bases, self.count]):
            # A segment's documents stand by falling day.
            head, end = (
                bisect_left(range(start, stop), -day, key=lambda n: -int(days[n]))
                for day in (high, low - 1)
            )
            inside[start + head : start + end] = True
        return inside

    def runs(self, unit: str) -> tuple[Longs, Longs, list[str]]:
        """Where another day, month or year (NumPy's `unit`) of certain date begins.

        The documents of a segment stand by date. Beside it the place of its name among all,
        which are in ISO 8601 and in calendar order, behind them an empty one for no date.
        """
        if unit not in self._runs:
            days = self.days(uncertain=False)
            moments = (days.astype(np.int64) - EPOCH).astype("datetime64[D]")
            periods = moments.astype(f"datetime64[{unit}]")
            periods[days == UNDATED] = "NaT"
            numbers = periods.astype(np.int64)
            starts = np.flatnonzero(np.diff(numbers, prepend=numbers[:1] - 1))
            written = np.datetime_as_string(periods[starts])
            names, places = np.unique(written, return_inverse=True)
            named = ["" if name == "NaT" else name for name in names.tolist()]
            self._runs[unit] = starts, places, named
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
    def _by_id(self) -> Longs:
        if len(self._files) == 1:
            return self._files[0]["ids.places"]
        return inverse(np.array(sorted(range(self.count), key=self.ids.__getitem__), np.int64))

    @cached_property
    def _ranks(self) -> dict[bool, dict[bool, Longs]]:
        return {}

    def _rank(self, days: Ints, *, newest: bool) -> Longs:
        order = np.lexsort((self._by_id, -days if newest else days, days == UNDATED))
        return inverse(order)


def _joined(parts: Iterable[Array]) -> Array:
    return np.concatenate([np.zeros(0, np.int32), *parts])


def _ends(lengths: Array) -> Longs:
    """Where lists of these lengths begin, one after the other, and where the last ends."""
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths, dtype=np.int64)])


def _woven(columns: Sequence[FacetColumn], numbers: Sequence[Array], value_starts: Longs) -> Ints:
    """Each value's documents in all segments, ascending."""
    documents = np.empty(int(value_starts[-1]), np.int32)
    filled = value_starts[:-1].copy()
    base = 0
    for column, number in zip(columns, numbers, strict=True):
        lengths = column.frequency
        before = column.value_starts[:-1].astype(np.int64)
        shift = np.repeat(filled[number] - before, lengths)
        documents[shift + np.arange(len(column.documents))] = column.documents + np.int32(base)
        filled[number] += lengths
        base += column.count
    return documents
