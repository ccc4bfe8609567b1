"""Counts what the matching documents have: facet values and periods of time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from searchapp.engines.base import (
    DATE_FACET,
    Facet,
    FacetValue,
    FieldFilter,
    Interval,
    ValueState,
)
from searchapp.engines.whoosh.columns import Columns, FacetColumn, Ints, Longs, Mask
from searchapp.engines.whoosh.layout import UNDATED

_DAYS_SPAN = 62
_MONTHS_SPAN = 240
_UNIT = {Interval.DAY: "D", Interval.MONTH: "M", Interval.YEAR: "Y"}
_EPOCH = 719_163  # the proleptic ordinal of 1970-01-01, where NumPy's days begin


@dataclass(frozen=True)
class Filters:
    """A request's facet filters, evaluated: what each lets through."""

    any: Mapping[str, Mask]
    others: Mask

    @classmethod
    def of(cls, columns: Columns, filters: Mapping[str, FieldFilter]) -> Filters:
        """Evaluate filters on a snapshot's columns."""
        others = np.ones(columns.count, bool)
        for name, wanted in filters.items():
            for value in wanted.all:
                others &= _having(columns.facets[name], (value,))
            if wanted.none:
                others &= ~_having(columns.facets[name], wanted.none)
        either = {n: _having(columns.facets[n], f.any) for n, f in filters.items() if f.any}
        return cls(either, others)

    def mask(self, without: str | None = None) -> Mask:
        """The documents all filters let through, but for one facet's `any`."""
        mask = self.others.copy()
        for name, passing in self.any.items():
            if name != without:
                mask &= passing
        return mask


def count_values(
    name: str, column: FacetColumn, hits: Mask, limit: int, chosen: FieldFilter
) -> Facet:
    """A facet's most frequent values among the hits, and the chosen ones."""
    counts = column.counts(hits)
    values = {column.value(int(n)): int(counts[n]) for n in _most_frequent(column, counts, limit)}
    states = _states(chosen)
    for value in states:
        place = column.ordinal(value)
        values.setdefault(value, int(counts[place]) if place >= 0 else 0)
    ordered = sorted(values.items(), key=lambda item: (-item[1], item[0]))
    return Facet(
        name,
        tuple(FacetValue(v, n, states.get(v, ValueState.NONE)) for v, n in ordered),
        int(np.count_nonzero(counts)),
        column.missing(hits),
    )


def count_periods(days: Ints, hits: Mask, interval: Interval) -> Facet:
    """How many hits were published in each day, month or year; the rest are missing."""
    dated = days[hits & (days != UNDATED)]
    interval = _interval(dated) if interval == Interval.AUTO else interval
    moments = (dated.astype(np.int64) - _EPOCH).astype("datetime64[D]")
    periods, counts = np.unique(
        moments.astype(f"datetime64[{_UNIT[interval]}]"), return_counts=True
    )
    names: NDArray[np.str_] = np.datetime_as_string(periods)
    values = tuple(FacetValue(str(p), int(n)) for p, n in zip(names, counts, strict=True))
    missing = int(np.count_nonzero(hits)) - len(dated)
    return Facet(DATE_FACET, values, len(values), missing, interval)


def _interval(days: Ints) -> Interval:
    """The width that suits the span from the first day to the last."""
    if not len(days):
        return Interval.MONTH
    first, last = (np.int64(d) - _EPOCH for d in (days.min(), days.max()))
    if last - first < _DAYS_SPAN:
        return Interval.DAY
    months = np.array([first, last]).astype("datetime64[D]").astype("datetime64[M]")
    span = int(months[1].astype(np.int64) - months[0].astype(np.int64))
    return Interval.MONTH if span < _MONTHS_SPAN else Interval.YEAR


def _having(column: FacetColumn, values: tuple[str, ...]) -> Mask:
    return column.having([n for n in map(column.ordinal, values) if n >= 0])


def _states(chosen: FieldFilter) -> dict[str, ValueState]:
    return {
        **dict.fromkeys(chosen.any, ValueState.INCLUDED),
        **dict.fromkeys(chosen.all, ValueState.REQUIRED),
        **dict.fromkeys(chosen.none, ValueState.EXCLUDED),
    }


def _most_frequent(column: FacetColumn, counts: Longs, limit: int) -> Longs:
    """The numbers of the highest counts, equal ones by code point; zeros are left out."""
    found = np.flatnonzero(counts)
    if limit < len(found):
        least = np.partition(counts[found], len(found) - limit)[len(found) - limit] if limit else 0
        found = found[counts[found] >= least] if limit else found[:0]
    return found[np.lexsort((column.places[found], -counts[found]))][:limit]
