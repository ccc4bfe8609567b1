"""What searching needs of all documents at once, as arrays over document ordinals.

A segment's columns never change, so they are read once per segment and joined into
the columns of a snapshot. Facet values are CSR: the values of document `d` are
`values[ordinals[indptr[d]:indptr[d + 1]]]`. Every array is flat and of a fixed type,
fit to be memory-mapped one day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import chain
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from searchapp.engines.whoosh.records import Record
from searchapp.engines.whoosh.schema import FIELDS
from searchapp.model import FACET_FIELDS

Mask = NDArray[np.bool_]
Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
UNDATED = 0
# Below one document in so many, gathering beats a pass over the column.
_SPARSE = 8


@dataclass(frozen=True)
class FacetColumn:
    """One facet's values of all documents; `values` are in code point order."""

    values: tuple[str, ...]
    indptr: Longs
    ordinals: Ints

    @classmethod
    def of(cls, documents: Sequence[Sequence[str]]) -> Self:
        """From the values of each document, which are distinct."""
        values = tuple(sorted(set(chain.from_iterable(documents))))
        ordinal = {value: n for n, value in enumerate(values)}
        flat = [ordinal[value] for value in chain.from_iterable(documents)]
        return cls(values, _indptr([len(d) for d in documents]), np.array(flat, np.int32))

    @classmethod
    def join(cls, columns: Sequence[Self]) -> Self:
        """The columns of several segments, one after the other."""
        if len(columns) == 1:
            return columns[0]
        values = tuple(sorted(set(chain.from_iterable(c.values for c in columns))))
        ordinal = {value: n for n, value in enumerate(values)}
        renumbered = [np.array([ordinal[v] for v in c.values], np.int32) for c in columns]
        flat = [new[c.ordinals] for new, c in zip(renumbered, columns, strict=True)]
        lengths = np.concatenate([np.diff(c.indptr) for c in columns] or [np.zeros(0, np.int64)])
        return cls(values, _indptr(lengths), np.concatenate([*flat, np.zeros(0, np.int32)]))

    @cached_property
    def _documents(self) -> Ints:
        """The document of each entry of `ordinals`."""
        return np.repeat(np.arange(len(self.indptr) - 1, dtype=np.int32), np.diff(self.indptr))

    @cached_property
    def _ordinal(self) -> Mapping[str, int]:
        return {value: n for n, value in enumerate(self.values)}

    def ordinal(self, value: str) -> int:
        """A value's place in `values`, -1 for one no document has."""
        return self._ordinal.get(value, -1)

    def having(self, ordinals: Sequence[int]) -> Mask:
        """The documents that have any of these values."""
        wanted = np.zeros(len(self.values), bool)
        wanted[list(ordinals)] = True
        mask = np.zeros(len(self.indptr) - 1, bool)
        mask[self._documents[wanted[self.ordinals]]] = True
        return mask

    def counts(self, hits: Mask) -> Longs:
        """How many of the hits have each value."""
        return np.bincount(self._gather(hits), minlength=len(self.values))

    def missing(self, hits: Mask) -> int:
        """How many of the hits have no value."""
        return int(np.count_nonzero(hits & (self.indptr[1:] == self.indptr[:-1])))

    def _gather(self, hits: Mask) -> Ints:
        """The ordinals of the hits' values."""
        documents = np.flatnonzero(hits)
        if len(documents) * _SPARSE > len(hits):
            dense: Ints = self.ordinals[hits[self._documents]]
            return dense
        starts, lengths = self.indptr[documents], np.diff(self.indptr)[documents]
        before = np.cumsum(lengths) - lengths
        places = np.repeat(starts - before, lengths) + np.arange(lengths.sum())
        sparse: Ints = self.ordinals[places]
        return sparse


@dataclass(frozen=True)
class Columns:
    """A segment's or a snapshot's documents, by ordinal.

    `day` is a proleptic Gregorian ordinal or `UNDATED`; `certain` says whether the
    date is of high confidence; `lengths` are positions in each of `FIELDS`.
    """

    ids: tuple[str, ...]
    day: Ints
    certain: Mask
    lengths: Mapping[str, Ints]
    facets: Mapping[str, FacetColumn]

    @classmethod
    def of(cls, records: Sequence[Record]) -> Self:
        """The columns of one segment."""
        return cls(
            tuple(r.id for r in records),
            np.array([r.day or UNDATED for r in records], np.int32),
            np.array([r.certain for r in records], bool),
            {
                name: np.array([r.lengths[place] for r in records], np.int32)
                for place, name in enumerate(FIELDS)
            },
            {
                facet: FacetColumn.of([r.values[place] for r in records])
                for place, facet in enumerate(FACET_FIELDS)
            },
        )

    @classmethod
    def join(cls, parts: Sequence[Self]) -> Self:
        """The columns of several segments, one after the other."""
        if not parts:
            return cls.of(())
        if len(parts) == 1:
            return parts[0]
        return cls(
            tuple(chain.from_iterable(p.ids for p in parts)),
            np.concatenate([p.day for p in parts]),
            np.concatenate([p.certain for p in parts]),
            {name: np.concatenate([p.lengths[name] for p in parts]) for name in FIELDS},
            {f: FacetColumn.join([p.facets[f] for p in parts]) for f in FACET_FIELDS},
        )

    def days(self, *, uncertain: bool) -> Ints:
        """Each document's day; one of low confidence counts only if `uncertain`."""
        return self.day if uncertain else self._certain_days

    def rank(self, *, newest: bool, uncertain: bool) -> Longs:
        """Each document's place by date, undated last, then by id."""
        return self._ranks[newest, uncertain]

    def published(self, first: date | None, last: date | None, *, uncertain: bool) -> Mask:
        """The documents with a date, from one day to another, both inclusive."""
        days = self.days(uncertain=uncertain)
        inside: Mask = days != UNDATED
        if first:
            inside &= days >= first.toordinal()
        if last:
            inside &= days <= last.toordinal()
        return inside

    @cached_property
    def _certain_days(self) -> Ints:
        days: Ints = np.where(self.certain, self.day, np.int32(UNDATED))
        return days

    @cached_property
    def _by_id(self) -> Longs:
        return _places(np.array(sorted(range(len(self.ids)), key=self.ids.__getitem__), np.int64))

    @cached_property
    def _ranks(self) -> Mapping[tuple[bool, bool], Longs]:
        return {
            (newest, uncertain): self._rank(self.days(uncertain=uncertain), newest=newest)
            for newest in (True, False)
            for uncertain in (True, False)
        }

    def _rank(self, days: Ints, *, newest: bool) -> Longs:
        order = np.lexsort((self._by_id, -days if newest else days, days == UNDATED))
        return _places(order)


def _places(order: NDArray[Any]) -> Longs:
    """The inverse of a permutation."""
    places = np.empty(len(order), np.int64)
    places[order] = np.arange(len(order))
    return places


def _indptr(lengths: Sequence[int] | Longs) -> Longs:
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths, dtype=np.int64)])
