"""Counts the facet values of the matching docs: a collector beside `top_docs`.

Few docs: their values are gathered and counted. Many: of each value the docs
that have it are looked at. Both count all values, exactly. The loops are those of
`kernels.numba_kernels` where they are loaded, else `_count_in_numpy`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from searchapp.engines.base import Facet, FacetValue, FieldFilter, ValueState
from searchapp.engines.whoosh.kernels.dispatch import compiled_kernels
from searchapp.engines.whoosh.query.docset import ScoredDocs, intersect_masks
from searchapp.engines.whoosh.segment.columns import Columns
from searchapp.engines.whoosh.segment.facet_column import FacetColumn
from searchapp.engines.whoosh.segment.types import Array, Ints, Longs, Mask

# Of a smaller share of all docs, values are gathered: measured, see docs/decisions.
_FEW = 0.12
# So few hits are counted one by one; among so many more values, gathered ones are sorted. Set by
# hand, not measured.
_HANDFUL = 24
_SPARSE = 64

_Counts = list[tuple[int, int]]  # ord and count, unordered


@dataclass(frozen=True)
class FacetFilters:
    """A request's facet filters as masks by doc: of each facet's `any`, and of all the others."""

    any: Mapping[str, Mask]
    others: Mask | None

    @classmethod
    def evaluate(cls, columns: Columns, filters: Mapping[str, FieldFilter]) -> FacetFilters:
        """Evaluate filters on a snapshot's columns. Raises Damaged."""
        others: Mask | None = None
        for name, wanted in filters.items():
            column = columns.facets[name]
            for value in wanted.all:
                others = intersect_masks(others, _mask(column, (value,)))
            if wanted.none:
                others = intersect_masks(others, ~_mask(column, wanted.none))
        masks = {n: _mask(columns.facets[n], f.any) for n, f in filters.items() if f.any}
        return cls(masks, others)

    def any_mask(self, without: str | None = None) -> Mask | None:
        """The docs that have any of the values of each facet, but for one facet; None is all."""
        return intersect_masks(*(mask for name, mask in self.any.items() if name != without))


class _Tally(NamedTuple):
    """The values most hits have; how many values any hit has; how many hits have none."""

    top: _Counts
    distinct: int
    missing: int


def count_values(
    name: str,
    column: FacetColumn,
    hits: ScoredDocs,
    limit: int,
    chosen: FieldFilter,
    ords: Ints | None = None,
) -> Facet:
    """A facet's most frequent values among the hits, and the chosen ones. Raises Damaged.

    With `ords` (ascending int32) only those values are listed and counted.
    """
    if ords is None:
        tally = _cached_tally(column, hits, limit)
    else:
        tally = _Tally(*_count_ords(column, hits, limit, ords), _missing(column, hits))
    values = {column.value(n): count for n, count in tally.top}
    states = chosen.states()
    for value, state in states.items():
        if value not in values:
            values[value] = _count_chosen(column, hits, value, state)
    ordered = sorted(values.items(), key=lambda item: (-item[1], item[0]))
    listed = tuple([FacetValue(v, n, states.get(v, ValueState.NONE)) for v, n in ordered])
    return Facet(name, listed, tally.distinct, tally.missing)


def _cached_tally(column: FacetColumn, hits: ScoredDocs, limit: int) -> _Tally:
    if hits.facet_cache is None:
        return _tally(column, hits, limit)
    key = id(column), limit
    if key not in hits.facet_cache:
        hits.facet_cache[key] = _tally(column, hits, limit)
    tally: _Tally = hits.facet_cache[key]
    return tally


def _tally(column: FacetColumn, hits: ScoredDocs, limit: int) -> _Tally:
    kernels = compiled_kernels()
    if len(hits) == hits.doc_count or kernels is None or not column.is_compact:
        return _Tally(*_count_in_numpy(column, hits, limit), _missing(column, hits))
    if column.cheaper_by_value(len(hits)):
        ords, counts, distinct = kernels.count_by_value(
            column.docs, column.value_starts, column.frequent_bitsets, hits.bits, limit
        )
        missing = _missing(column, hits)
    else:
        ords, counts, distinct, missing = kernels.count_by_doc(
            column.starts, column.doc_values, hits.docs, len(column.dict_ords), limit
        )
    return _Tally(_top(column, ords, counts, limit), distinct, missing)


def _count_in_numpy(column: FacetColumn, hits: ScoredDocs, limit: int) -> tuple[_Counts, int]:
    """The values most hits have, and how many values any has; in NumPy."""
    if len(hits) == hits.doc_count:
        # Ords are in the order wanted.
        return list(enumerate(column.frequency[:limit].tolist())), len(column.dict_ords)
    if len(hits) <= _HANDFUL:
        few = Counter(column.ords_of_few(hits.docs))
        dict_ords = column.dict_ords
        top = sorted(few.items(), key=lambda found: (-found[1], dict_ords[found[0]]))
        return top[:limit], len(few)
    if len(hits) * _SPARSE < len(column.dict_ords):
        ords, counts = np.unique(column.gather_ords(hits.docs), return_counts=True)
        return _top(column, ords, counts, limit), len(ords)
    few_hits = len(hits) < hits.doc_count * _FEW
    every: Array = (
        column.count_by_ord(hits.docs) if few_hits else column.count_by_ord_masked(hits.mask)
    )
    likely = _likely_ords(every, limit)
    return _top(column, likely, every[likely], limit), int(np.count_nonzero(every))


def _count_ords(
    column: FacetColumn, hits: ScoredDocs, limit: int, ords: Ints
) -> tuple[_Counts, int]:
    """As `_count_in_numpy`, of some values."""
    if len(hits) == hits.doc_count:
        counts: Array = column.frequency[ords]
    elif len(ords) <= _HANDFUL:
        counts = np.array(
            [np.count_nonzero(hits.mask[column.docs_of(n)]) for n in ords.tolist()], np.int64
        )
    else:
        counts = column.count_by_ord(hits.docs)[ords]
    return _top(column, ords, counts, limit), int(np.count_nonzero(counts))


def _likely_ords(counts: Array, limit: int) -> Longs:
    """The ords that may be among the first `limit`, few others; `counts` by ord."""
    first = counts[: 4 * limit]
    least = int(np.partition(first, -limit)[-limit]) if 0 < limit < len(first) else 1
    return np.flatnonzero(counts >= max(1, least))


def _count_chosen(column: FacetColumn, hits: ScoredDocs, value: str, state: ValueState) -> int:
    """How many of the hits have a value that is not among the first."""
    if state in (ValueState.REQUIRED, ValueState.EXCLUDED):
        return len(hits) if state == ValueState.REQUIRED else 0
    ord_ = column.ord_of(value)
    return int(np.count_nonzero(hits.mask[column.docs_of(ord_)])) if ord_ >= 0 else 0


def _top(column: FacetColumn, ords: Array, counts: Array, limit: int) -> _Counts:
    """Those of `ords` with the highest of the counts beside, at most `limit`, zeros left out.

    Of equal ones at the edge the first by code point; in no order.
    """
    if not limit:
        return []
    kept = counts > 0
    if limit < len(ords):
        least = max(1, int(np.partition(counts, -limit)[-limit]))
        kept = counts > least
        tied = np.flatnonzero(counts == least)
        room = limit - int(np.count_nonzero(kept))
        if room < len(tied):
            tied = tied[np.argsort(column.dict_ords[ords[tied]], kind="stable")[:room]]
        kept[tied] = True
    return list(zip(ords[kept].tolist(), counts[kept].tolist(), strict=True))


def _missing(column: FacetColumn, hits: ScoredDocs) -> int:
    """How many of the hits have no value."""
    if column.missing_bits is None:
        return 0
    if len(hits) * 64 < hits.doc_count:
        return int(np.count_nonzero(column.starts[hits.docs] == column.starts[hits.docs + 1]))
    return int(np.bitwise_count(hits.bits & column.missing_bits).sum(dtype=np.int64))


def _mask(column: FacetColumn, values: tuple[str, ...]) -> Mask:
    return column.docs_with_any(n for n in map(column.ord_of, values) if n >= 0)
