"""Counts hits by day, month or year."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from searchapp.engines.base import DATE_FACET, Facet, FacetValue, Interval
from searchapp.engines.whoosh.columns import EPOCH, Columns, Ints, Longs
from searchapp.engines.whoosh.hits import Match
from searchapp.engines.whoosh.layout import UNDATED

_DAYS_SPAN = 62
_MONTHS_SPAN = 240
_UNIT = {Interval.DAY: "D", Interval.MONTH: "M", Interval.YEAR: "Y"}


def count_periods(columns: Columns, hits: Match, interval: Interval, *, uncertain: bool) -> Facet:
    """How many hits were published in each day, month or year; the rest are missing."""
    if interval == Interval.AUTO:
        interval = _suiting(columns.days(uncertain=uncertain)[hits.documents])
    if uncertain:
        days, counts = _by_day(columns.day[hits.documents])
    else:
        days, counts = _by_run(columns, hits, interval)
    periods, place = np.unique(
        (days - EPOCH).astype("datetime64[D]").astype(f"datetime64[{_UNIT[interval]}]"),
        return_inverse=True,
    )
    totals = np.bincount(place, counts, minlength=len(periods)).astype(np.int64)
    names: NDArray[np.str_] = np.datetime_as_string(periods)
    values = tuple(map(FacetValue, names.tolist(), totals.tolist()))
    return Facet(DATE_FACET, values, len(values), len(hits) - int(totals.sum()), interval)


def _by_day(days: Ints) -> tuple[Longs, Longs]:
    """The days there are, and how many times."""
    found, counts = np.unique(days[days != UNDATED], return_counts=True)
    return found.astype(np.int64), counts


def _by_run(columns: Columns, hits: Match, interval: Interval) -> tuple[Longs, Longs]:
    """A day of each period that has hits, and how many: documents stand by date."""
    starts, days = columns.runs(_UNIT[interval])
    if len(hits) < len(starts):
        return _by_day(columns.days(uncertain=False)[hits.documents])
    ends = np.append(starts, columns.count)
    counts = np.diff(ends if len(hits) == columns.count else np.searchsorted(hits.documents, ends))
    some = (counts > 0) & (days != UNDATED)
    return days[some].astype(np.int64), counts[some]


def _suiting(days: Ints) -> Interval:
    """The width that suits the span from the first day to the last."""
    days = days[days != UNDATED]
    if not len(days):
        return Interval.MONTH
    first, last = (np.int64(d) - EPOCH for d in (days.min(), days.max()))
    if last - first < _DAYS_SPAN:
        return Interval.DAY
    months = np.array([first, last]).astype("datetime64[D]").astype("datetime64[M]")
    span = int(months[1].astype(np.int64) - months[0].astype(np.int64))
    return Interval.MONTH if span < _MONTHS_SPAN else Interval.YEAR
