"""Counts what documents have: values of facets, and periods of time."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

from searchapp.engines.analysis.spelling import fold
from searchapp.engines.base import (
    DATE_FACET,
    Facet,
    FacetValue,
    FieldFilter,
    Interval,
    ValueState,
)
from searchapp.engines.memory.entries import Entry

_FIRST_IDEOGRAPH = "\u3000"
_LENGTH = {Interval.DAY: 10, Interval.MONTH: 7, Interval.YEAR: 4}


def count_values(
    name: str, hits: Sequence[Entry], limit: int, chosen: FieldFilter, finding: str
) -> Facet:
    """A facet's most frequent values among hits, of those looked for, and the chosen ones."""
    states = chosen.states()
    counts = Counter(value for entry in hits for value in entry.values[name])
    if finding:
        begun = fold(finding).split()
        looked_for = {v for v in counts if begun and all(has_word(v, word) for word in begun)}
        counts = Counter({v: n for v, n in counts.items() if v in looked_for or v in states})
    top = sorted(counts, key=lambda value: (-counts[value], value))[:limit]
    listed = sorted({*top, *states}, key=lambda value: (-counts[value], value))
    values = tuple(FacetValue(v, counts[v], states.get(v, ValueState.NONE)) for v in listed)
    missing = sum(not entry.values[name] for entry in hits)
    return Facet(name, values, len(counts), missing)


def count_periods(days: Iterable[date | None], interval: Interval) -> Facet:
    """How many documents were published in each day, month or year; the rest are missing."""
    every = list(days)
    dated = [day for day in every if day]
    if interval == Interval.AUTO:
        interval = Interval.of_span(min(dated), max(dated)) if dated else Interval.MONTH
    found = Counter(day.isoformat()[: _LENGTH[interval]] for day in dated)
    values = tuple(FacetValue(period, found[period]) for period in sorted(found))
    return Facet(DATE_FACET, values, len(values), len(every) - len(dated), interval)


def has_word(value: str, begun: str) -> bool:
    """Whether a value has, from the beginning of a word on, a folded text."""
    folded = fold(value)
    place = folded.find(begun)
    while place >= 0:
        if not place or not folded[place - 1].isalnum() or begun[0] >= _FIRST_IDEOGRAPH:
            return begun[0].isalnum()
        place = folded.find(begun, place + 1)
    return False
