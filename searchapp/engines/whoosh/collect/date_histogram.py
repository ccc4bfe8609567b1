"""Counts hits by day, month or year: a collector beside `facet_counts` and `top_docs`."""

from collections import Counter
from datetime import date

import numpy as np
from numpy.typing import NDArray

from searchapp.engines.base import DATE_FACET, Facet, FacetValue, Interval
from searchapp.engines.whoosh.query.docset import ScoredDocs
from searchapp.engines.whoosh.segment.columns import EPOCH, Columns
from searchapp.engines.whoosh.segment.format import UNDATED
from searchapp.engines.whoosh.segment.types import Ints, Longs

_UNIT = {Interval.DAY: "D", Interval.MONTH: "M", Interval.YEAR: "Y"}


def count_periods(
    columns: Columns, hits: ScoredDocs, interval: Interval, *, uncertain: bool
) -> Facet:
    """How many hits were published in each day, month or year; the rest are missing."""
    if interval == Interval.AUTO:
        interval = _auto_interval(columns.days(uncertain=uncertain)[hits.docs])
    unit = _UNIT[interval]
    if uncertain:
        found: dict[str, int] = _count_by_day(columns.day[hits.docs], unit)
    else:
        found = _count_by_run(columns, hits, unit)
    values = tuple([FacetValue(name, found[name]) for name in sorted(found)])
    missing = len(hits) - sum(found.values())
    return Facet(DATE_FACET, values, len(values), missing, interval)


def _count_by_day(days: Ints, unit: str) -> Counter[str]:
    """How many of some days (proleptic ordinals, int32, any order) are in each period."""
    single, counts = np.unique(days[days != UNDATED], return_counts=True)
    moments = (single.astype(np.int64) - EPOCH).astype("datetime64[D]")
    names: NDArray[np.str_] = np.datetime_as_string(moments.astype(f"datetime64[{unit}]"))
    found: Counter[str] = Counter()
    for name, count in zip(names.tolist(), counts.tolist(), strict=True):
        found[name] += count
    return found


def _count_by_run(columns: Columns, hits: ScoredDocs, unit: str) -> dict[str, int]:
    """How many hits there are in each period, of certain dates: docs stand by date."""
    starts, name_indices, names = columns.period_runs(unit)
    runs, counts = _run_counts(starts, columns.doc_count, hits)
    # One period has a run in each segment.
    total = np.zeros(len(names), np.int64)
    np.add.at(total, name_indices[runs], counts)
    some = np.flatnonzero(total)
    found = {names[n]: count for n, count in zip(some.tolist(), total[some].tolist(), strict=True)}
    found.pop("", None)
    return found


def _run_counts(starts: Longs, size: int, hits: ScoredDocs) -> tuple[Longs, Longs]:
    """The runs with a hit, ascending, and how many each has, beside.

    `starts` are the first docs of the runs, `size` is how many docs there are.
    """
    if len(hits) < len(starts):
        runs = np.searchsorted(starts, hits.docs, "right") - 1
        return np.unique(runs, return_counts=True)
    ends = np.append(starts, size).astype(np.int32)
    counts = np.diff(ends if len(hits) == size else np.searchsorted(hits.docs, ends))
    some = np.flatnonzero(counts)
    return some, counts[some]


def _auto_interval(days: Ints) -> Interval:
    """The width that suits the span of some days (proleptic ordinals, int32)."""
    days = days[days != UNDATED]
    if not len(days):
        return Interval.MONTH
    return Interval.of_span(*(date.fromordinal(int(day)) for day in (days.min(), days.max())))
