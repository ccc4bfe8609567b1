"""Counts what the matching documents have: facet values and periods of time.

Few documents: their values are gathered and counted. Many: of each value the documents
that have it are looked at. Both count all values, exactly.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from searchapp.engines.base import Facet, FacetValue, FieldFilter, ValueState
from searchapp.engines.whoosh.arrays import Array
from searchapp.engines.whoosh.columns import Columns, FacetColumn, Longs, Mask
from searchapp.engines.whoosh.hits import Match

# Of a smaller share of all documents, values are gathered: measured, see docs/decisions.
_FEW = 0.12
# So few hits are counted one by one; among so many more values, gathered ones are sorted.
_HANDFUL = 24
_SPARSE = 64


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
    if len(hits) <= _HANDFUL:
        few = Counter(column.listed(hits.documents))
        places = column.places
        top = sorted(few.items(), key=lambda found: (-found[1], places[found[0]]))
        return top[:limit], len(few)
    if len(hits) * _SPARSE < len(column.places):
        found, counts = np.unique(column.gathered(hits.documents), return_counts=True)
        return _most(column, found, counts, limit), len(found)
    few_hits = len(hits) < hits.count * _FEW
    every: Array = column.every(hits.documents) if few_hits else column.owned(hits.mask)
    likely = _likely(every, limit)
    return _most(column, likely, every[likely], limit), int(np.count_nonzero(every))


def _likely(counts: Array, limit: int) -> Longs:
    """The numbers of all values that may be among the first `limit`, few others among them."""
    first = counts[: 4 * limit]
    least = int(np.partition(first, -limit)[-limit]) if 0 < limit < len(first) else 1
    return np.flatnonzero(counts >= max(1, least))


def _owners(column: FacetColumn, hits: Match, ordinal: int) -> int:
    """How many of the hits have a value."""
    owners = column.owners(ordinal)
    if len(owners) > len(hits):
        return len(np.intersect1d(owners, hits.documents, assume_unique=True))
    return int(np.count_nonzero(hits.mask[owners]))


def _most(column: FacetColumn, found: Array, counts: Array, limit: int) -> list[tuple[int, int]]:
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
