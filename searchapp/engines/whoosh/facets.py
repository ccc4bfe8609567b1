"""Counts what the matching documents have: facet values and periods of time.

Few documents: their values are gathered and counted. Many: values are counted from the
most frequent on, each by the documents that have it, until the next is had by fewer
documents than the last one to be listed counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from searchapp.engines.base import Facet, FacetValue, FieldFilter, ValueState
from searchapp.engines.whoosh.columns import Columns, FacetColumn, Longs, Mask
from searchapp.engines.whoosh.hits import Match

# Of a smaller share of all documents, values are gathered: measured, see docs/decisions.
_FEW = 0.17
_FIRST_VALUES = 64
_TABLES = 8
_PROBES = 24


@dataclass(frozen=True)
class Filters:
    """A request's facet filters, evaluated: what each lets through; None is everything."""

    any: Mapping[str, Mask]
    others: Mask | None

    @classmethod
    def of(cls, columns: Columns, filters: Mapping[str, FieldFilter]) -> Filters:
        """Evaluate filters on a snapshot's columns."""
        others: list[Mask] = []
        for name, wanted in filters.items():
            column = columns.facets[name]
            others += [_having(column, (value,)) for value in wanted.all]
            if wanted.none:
                others.append(~_having(column, wanted.none))
        either = {n: _having(columns.facets[n], f.any) for n, f in filters.items() if f.any}
        return cls(either, _intersection(others))

    def mask(self, without: str | None = None) -> Mask | None:
        """The documents all filters let through, but for one facet's `any`."""
        passing = [mask for name, mask in self.any.items() if name != without]
        return _intersection(passing if self.others is None else [self.others, *passing])


def _intersection(masks: list[Mask]) -> Mask | None:
    if len(masks) < 2:  # noqa: PLR2004 - nothing to intersect
        return masks[0] if masks else None
    found: Mask = np.logical_and.reduce(masks)
    return found


def count_values(
    name: str, column: FacetColumn, hits: Match, limit: int, chosen: FieldFilter
) -> Facet:
    """A facet's most frequent values among the hits, and the chosen ones."""
    top, distinct = _remembered(column, hits, limit)
    values = {column.value(n): count for n, count in top}
    states = _states(chosen)
    for value in states:
        if value not in values:
            ordinal = column.ordinal(value)
            values[value] = _owners(column, hits, ordinal) if ordinal >= 0 else 0
    ordered = sorted(values.items(), key=lambda item: (-item[1], item[0]))
    listed = tuple(FacetValue(v, n, states.get(v, ValueState.NONE)) for v, n in ordered)
    return Facet(name, listed, distinct, _missing(column, hits))


def _remembered(column: FacetColumn, hits: Match, limit: int) -> tuple[list[tuple[int, int]], int]:
    if hits.counted is None:
        return _counted(column, hits, limit)
    key = id(column), limit
    if key not in hits.counted:
        hits.counted[key] = _counted(column, hits, limit)
    return hits.counted[key]


def _counted(column: FacetColumn, hits: Match, limit: int) -> tuple[list[tuple[int, int]], int]:
    """The numbers of the values most hits have, with the counts, and how many there are."""
    if len(hits) == hits.count:
        # Values are numbered in the order wanted.
        return list(enumerate(column.frequency[:limit].tolist())), len(column.places)
    if not 0 < limit < len(column.places) or len(hits) < hits.count * _FEW:
        counts = column.counts(hits.documents)
        return _most(column, *counts, limit), len(counts[0])
    return _most(column, *_from_the_top(column, hits, limit), limit), _distinct(column, hits)


def _from_the_top(column: FacetColumn, hits: Match, limit: int) -> tuple[Longs, Longs]:
    """Numbers and counts of all values that may be among the first `limit`."""
    frequency, parts = column.frequency, []
    first, size, least = 0, _FIRST_VALUES, 1
    while first < len(frequency) and frequency[first] >= least:
        last = min(len(frequency), first + size)
        parts.append(_owned(column, hits, first, last))
        counts = np.concatenate(parts)
        if len(counts) >= limit:
            least = max(1, int(np.partition(counts, -limit)[-limit]))
        # As far as one more step surely has to go, at most twice as far as before.
        needed = column.had_by(least) - last
        first, size = last, max(_FIRST_VALUES, min(needed, 2 * last))
    return np.arange(first), np.concatenate(parts)


def _owned(column: FacetColumn, hits: Match, first: int, last: int) -> Longs:
    """How many of the hits have each of some neighbouring values."""
    rows = min(len(column.bits), last)
    counts = np.zeros(last - first, np.int64)
    if first < rows:
        common = np.bitwise_count(column.bits[first:rows] & hits.bits)
        counts[: rows - first] = common.sum(axis=1, dtype=np.int64)
    begin = max(first, rows)
    if begin < last:
        starts = column.value_starts[begin : last + 1].astype(np.int64)
        among = hits.mask[column.documents[starts[0] : starts[-1]]]
        counts[begin - first :] = np.add.reduceat(among, starts[:-1] - starts[0], dtype=np.int32)
    return counts


def _distinct(column: FacetColumn, hits: Match) -> int:
    """How many values the hits have.

    Values had by one document are counted by document. Values of equal frequency stand
    together, so that the owners of those with few are a table. The others' owners are
    looked at until one is a hit.
    """
    found = int(column.alone[hits.documents].sum(dtype=np.int64))
    for frequency in range(2, _TABLES + 1):
        first, last = column.had_by(frequency + 0.5), column.had_by(frequency - 0.5)
        if first < last:
            start = int(column.value_starts[first])
            owners = column.documents[start : start + (last - first) * frequency]
            among = hits.mask[owners].reshape(-1, frequency)
            found += int(np.count_nonzero(among.any(axis=1)))
    return found + _frequent(column, hits, column.had_by(_TABLES + 0.5))


def _frequent(column: FacetColumn, hits: Match, last: int) -> int:
    """How many of the first values the hits have."""
    place, stop = column.value_starts[:last], column.value_starts[1 : last + 1]
    gone = 0
    for _ in range(_PROBES):
        left = np.flatnonzero(~hits.mask[column.documents[place]])
        if not len(left):
            return last - gone
        place, stop = place[left] + place.dtype.type(1), stop[left]
        more = np.flatnonzero(place < stop)
        gone += len(left) - len(more)
        if len(more) < len(left):
            place, stop = place[more], stop[more]
    if not len(place):
        return last - gone
    sizes = (stop - place).astype(np.int64)
    before = np.cumsum(sizes) - sizes
    owners = np.repeat(place - before, sizes) + np.arange(sizes.sum())
    among = np.logical_or.reduceat(hits.mask[column.documents[owners]], before)
    return last - gone - int(np.count_nonzero(~among))


def _owners(column: FacetColumn, hits: Match, ordinal: int) -> int:
    """How many of the hits have a value."""
    owners = column.owners(ordinal)
    if len(owners) > len(hits):
        return len(np.intersect1d(owners, hits.documents, assume_unique=True))
    return int(np.count_nonzero(hits.mask[owners]))


def _most(column: FacetColumn, found: Longs, counts: Longs, limit: int) -> list[tuple[int, int]]:
    """The highest counts, equal ones by code point; zeros are left out."""
    if limit < len(found):
        least = max(1, int(np.partition(counts, -limit)[-limit])) if limit else 1
        kept = counts > least
        # Among many that are equal, the first by code point.
        tied = np.flatnonzero(counts == least)
        room = limit - int(np.count_nonzero(kept))
        if room < len(tied):
            tied = tied[np.argsort(column.places[found[tied]], kind="stable")[:room]]
        kept[tied] = True
        found, counts = found[kept], counts[kept]
    order = np.lexsort((column.places[found], -counts))[:limit]
    rows = zip(found[order].tolist(), counts[order].tolist(), strict=True)
    return [(n, count) for n, count in rows if count]


def _missing(column: FacetColumn, hits: Match) -> int:
    """How many of the hits have no value."""
    if column.valueless is None:
        return 0
    if len(hits) * 64 < hits.count:
        return int(
            np.count_nonzero(column.starts[hits.documents] == column.starts[hits.documents + 1])
        )
    return int(np.bitwise_count(hits.bits & column.valueless).sum(dtype=np.int64))


def _having(column: FacetColumn, values: tuple[str, ...]) -> Mask:
    return column.having([n for n in map(column.ordinal, values) if n >= 0])


def _states(chosen: FieldFilter) -> dict[str, ValueState]:
    return {
        **dict.fromkeys(chosen.any, ValueState.INCLUDED),
        **dict.fromkeys(chosen.all, ValueState.REQUIRED),
        **dict.fromkeys(chosen.none, ValueState.EXCLUDED),
    }
