"""Counts what the matching documents have: facet values and periods of time.

Few documents: their values are gathered and counted. Many: of each value the documents
that have it are looked at. Both count all values, exactly.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from searchapp.engines.base import Facet, FacetValue, FieldFilter, ValueState
from searchapp.engines.whoosh.kernels.dispatch import compiled
from searchapp.engines.whoosh.query.docset import Match, intersection
from searchapp.engines.whoosh.segment.columns import Columns, FacetColumn
from searchapp.engines.whoosh.segment.types import Array, Ints, Longs, Mask

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
        return cls(either, intersection(*others))

    def either(self, without: str | None = None) -> Mask | None:
        """The documents that have any of the values of each facet, but for one facet."""
        return intersection(*(mask for name, mask in self.any.items() if name != without))


class _Tally(NamedTuple):
    """The values most hits have, by number, with how many; of how many; hits without any."""

    top: list[tuple[int, int]]
    distinct: int
    missing: int


def count_values(
    name: str,
    column: FacetColumn,
    hits: Match,
    limit: int,
    chosen: FieldFilter,
    among: Ints | None = None,
) -> Facet:
    """A facet's most frequent values among the hits, of some numbers only, and the chosen ones."""
    if among is None:
        tally = _remembered(column, hits, limit)
    else:
        tally = _Tally(*_counted_among(column, hits, limit, among), _missing(column, hits))
    values = {column.value(n): count for n, count in tally.top}
    states = _states(chosen)
    for value, state in states.items():
        if value not in values:
            values[value] = _having_chosen(column, hits, value, state)
    ordered = sorted(values.items(), key=lambda item: (-item[1], item[0]))
    listed = tuple([FacetValue(v, n, states.get(v, ValueState.NONE)) for v, n in ordered])
    return Facet(name, listed, tally.distinct, tally.missing)


def _remembered(column: FacetColumn, hits: Match, limit: int) -> _Tally:
    if hits.counted is None:
        return _tally(column, hits, limit)
    key = id(column), limit
    if key not in hits.counted:
        hits.counted[key] = _tally(column, hits, limit)
    tally: _Tally = hits.counted[key]
    return tally


def _tally(column: FacetColumn, hits: Match, limit: int) -> _Tally:
    loops = compiled()
    if len(hits) == hits.count or loops is None or not column.compact:
        return _Tally(*_counted(column, hits, limit), _missing(column, hits))
    if column.wide(len(hits)):
        numbers, counts, distinct = loops.survey(
            column.documents, column.value_starts, column.dense, hits.bits, limit
        )
        missing = _missing(column, hits)
    else:
        numbers, counts, distinct, missing = loops.tally(
            column.starts, column.values, hits.documents, len(column.places), limit
        )
    return _Tally(_most(column, numbers, counts, limit), distinct, missing)


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


def _counted_among(
    column: FacetColumn, hits: Match, limit: int, numbers: Ints
) -> tuple[list[tuple[int, int]], int]:
    """As `_counted`, of some values."""
    if len(hits) == hits.count:
        counts: Array = column.frequency[numbers]
    elif len(numbers) <= _HANDFUL:
        owned = [np.count_nonzero(hits.mask[column.owners(n)]) for n in numbers.tolist()]
        counts = np.array(owned, np.int64)
    else:
        counts = column.every(hits.documents)[numbers]
    return _most(column, numbers, counts, limit), int(np.count_nonzero(counts))


def _likely(counts: Array, limit: int) -> Longs:
    """The numbers of all values that may be among the first `limit`, few others among them."""
    first = counts[: 4 * limit]
    least = int(np.partition(first, -limit)[-limit]) if 0 < limit < len(first) else 1
    return np.flatnonzero(counts >= max(1, least))


def _having_chosen(column: FacetColumn, hits: Match, value: str, state: ValueState) -> int:
    """How many of the hits have a value that is not among the first."""
    if state in (ValueState.REQUIRED, ValueState.EXCLUDED):
        return len(hits) if state == ValueState.REQUIRED else 0
    ordinal = column.ordinal(value)
    return int(np.count_nonzero(hits.mask[column.owners(ordinal)])) if ordinal >= 0 else 0


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
    rows = zip(found.tolist(), counts.tolist(), column.places[found].tolist(), strict=True)
    ordered = sorted(rows, key=lambda row: (-row[1], row[2]))[:limit]
    return [(number, count) for number, count, _ in ordered if count]


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
