"""Counts hits by day, month or year."""

from __future__ import annotations

from collections import Counter
from datetime import date

import numpy as np
from numpy.typing import NDArray

from searchapp.engines.base import DATE_FACET, Facet, FacetValue, Interval
from searchapp.engines.whoosh.query.docset import Match
from searchapp.engines.whoosh.segment.columns import EPOCH, Columns
from searchapp.engines.whoosh.segment.format import UNDATED
from searchapp.engines.whoosh.segment.types import Ints, Longs

_UNIT = {Interval.DAY: "D", Interval.MONTH: "M", Interval.YEAR: "Y"}


def count_periods(columns: Columns, hits: Match, interval: Interval, *, uncertain: bool) -> Facet:
    """How many hits were published in each day, month or year; the rest are missing."""
    if interval == Interval.AUTO:
        interval = _suiting(columns.days(uncertain=uncertain)[hits.documents])
    unit = _UNIT[interval]
    if uncertain:
        found: dict[str, int] = _by_day(columns.day[hits.documents], unit)
    else:
        found = _by_run(columns, hits, unit)
    values = tuple([FacetValue(name, found[name]) for name in sorted(found)])
    missing = len(hits) - sum(found.values())
    return Facet(DATE_FACET, values, len(values), missing, interval)


def _by_day(days: Ints, unit: str) -> Counter[str]:
    """How many of some days are in each period."""
    single, counts = np.unique(days[days != UNDATED], return_counts=True)
    moments = (single.astype(np.int64) - EPOCH).astype("datetime64[D]")
    names: NDArray[np.str_] = np.datetime_as_string(moments.astype(f"datetime64[{unit}]"))
    found: Counter[str] = Counter()
    for name, count in zip(names.tolist(), counts.tolist(), strict=True):
        found[name] += count
    return found


def _by_run(columns: Columns, hits: Match, unit: str) -> dict[str, int]:
    """How many hits there are in each period: documents stand by date."""
    starts, places, names = columns.runs(unit)
    runs, counts = _run_counts(starts, columns.count, hits)
    # One period has a run in each segment.
    total = np.zeros(len(names), np.int64)
    np.add.at(total, places[runs], counts)
    some = np.flatnonzero(total)
    found = {names[n]: count for n, count in zip(some.tolist(), total[some].tolist(), strict=True)}
    found.pop("", None)
    return found


def _run_counts(starts: Longs, size: int, hits: Match) -> tuple[Longs, Longs]:
    """The runs with a hit, and how many each has."""
    if len(hits) < len(starts):
        places = np.searchsorted(starts, hits.documents, "right") - 1
        return np.unique(places, return_counts=True)
    ends = np.append(starts, size).astype(np.int32)
    counts = np.diff(ends if len(hits) == size else np.searchsorted(hits.documents, ends))
    some = np.flatnonzero(counts)
    return some, counts[some]


def _suiting(days: Ints) -> Interval:
    """The width that suits the span from the first day to the last."""
    days = days[days != UNDATED]
    if not len(days):
        return Interval.MONTH
    return Interval.of_span(*(date.fromordinal(int(day)) for day in (days.min(), days.max())))
