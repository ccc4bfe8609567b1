"""The date facet as a chart, a table, two bounds and the undated bucket.

From `engines.base.Facet` of `date`. The chart has a slot for every period between
the first and the last, the empty ones too: a gap in coverage is to be seen.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from searchapp.engines.base import Facet, Interval, SearchResponse, Undated
from searchapp.web.pages import wording
from searchapp.web.pages.facets import ValueView
from searchapp.web.pages.form import FormView, search_form
from searchapp.web.pages.wording import Link
from searchapp.web.params import refine
from searchapp.web.params.search import Search
from searchapp.web.params.urls import search_url

SLOT, BAR, HEIGHT, LOWEST = 10, 8, 100, 3
FEWEST_SLOTS, MOST_SLOTS = 12, 400


@dataclass(frozen=True)
class Bar:
    """One period in the chart, in the chart's own units."""

    count: int
    title: str
    href: str
    x: int
    y: int
    height: int
    width: int = BAR
    slot: int = SLOT


@dataclass(frozen=True)
class Row:
    """One period in the table."""

    name: str
    count_text: str
    href: str


@dataclass(frozen=True)
class TimelineView:
    """The date facet; `wider` leads back out of a year or a month."""

    interval: str
    bars: tuple[Bar, ...]
    rows: tuple[Row, ...]
    width: int
    ends: tuple[str, ...]
    wider: tuple[Link, ...]
    form: FormView
    from_day: str
    to_day: str
    uncertain: bool
    undated: ValueView | None
    field: str = "date"
    height: int = HEIGHT


def timeline(search: Search, response: SearchResponse, root: str) -> TimelineView | None:
    """Show the date facet; None when it was not asked for."""
    facet = next((one for one in response.facets if one.field == "date"), None)
    if facet is None:
        return None
    request = search.request
    bars = _bars(search, facet, root)
    return TimelineView(
        interval=wording.INTERVALS.get(facet.interval or Interval.MONTH, "month"),
        bars=bars,
        rows=_rows(search, facet, root),
        width=SLOT * max(len(bars), FEWEST_SLOTS),
        ends=_ends(facet, len(bars)),
        wider=_wider_spans(search, root),
        form=search_form(search, root, own=("from", "to", "undated", "uncertain")),
        from_day=request.first_day.isoformat() if request.first_day else "",
        to_day=request.last_day.isoformat() if request.last_day else "",
        uncertain=request.uncertain,
        undated=_undated_value(search, facet.missing, root),
    )


def _bars(search: Search, facet: Facet, root: str) -> tuple[Bar, ...]:
    counts = {value.value: value.count for value in facet.values}
    most = max(counts.values(), default=0)
    if not most:
        return ()
    return tuple(
        _bar(search, value, (counts.get(value, 0), most), place, root)
        for place, value in enumerate(_slots(counts))
    )


def _bar(search: Search, value: str, share: tuple[int, int], place: int, root: str) -> Bar:
    count, most = share
    height = max(LOWEST, round(HEIGHT * count / most)) if count else 0
    return Bar(
        count,
        f"{wording.period(value)}: {wording.quantity(count, 'result')}",
        search_url(refine.narrow_to_period(search, value), root),
        x=SLOT * place,
        y=HEIGHT - height,
        height=height,
    )


def _ends(facet: Facet, slots: int) -> tuple[str, ...]:
    """Label both ends of the axis, in one label when the bars do not reach across."""
    periods = dict.fromkeys(facet.values[end].value for end in (0, -1) if facet.values)
    names = tuple(wording.period(value) for value in periods)
    return names if slots >= FEWEST_SLOTS else (" – ".join(names),)


def _rows(search: Search, facet: Facet, root: str) -> tuple[Row, ...]:
    return tuple(
        Row(
            wording.period(value.value),
            wording.number(value.count),
            search_url(refine.narrow_to_period(search, value.value), root),
        )
        for value in facet.values
        if value.count
    )


def _slots(counts: Mapping[str, int]) -> tuple[str, ...]:
    """Every period from the first to the last, or only those given if too many."""
    filled = []
    for value in _periods_from(min(counts)):
        filled.append(value)
        if value == max(counts):
            return tuple(filled)
        if len(filled) == MOST_SLOTS:
            break
    return tuple(counts)


def _periods_from(value: str) -> Iterator[str]:
    length = len(value)
    current = date.fromisoformat((value + "-01-01")[:10])
    steps = {10: 1, 7: 31, 4: 366}
    while True:
        yield current.isoformat()[:length]
        try:
            following = (current + timedelta(days=steps[length])).isoformat()
        except OverflowError:
            return
        current = date.fromisoformat((following[:length] + "-01-01")[:10])


def _wider_spans(search: Search, root: str) -> tuple[Link, ...]:
    first, last = search.request.first_day, search.request.last_day
    if not first and not last:
        return ()
    whole = refine.without_dates(search)
    links = [Link("All dates", search_url(whole, root))]
    if first and last:
        around = [first.isoformat()[:n] for n in (4, 7) if str(first)[:n] == str(last)[:n]]
        links += [
            Link(wording.period(value), search_url(refine.narrow_to_period(whole, value), root))
            for value in around
            if wording.period(value) != wording.span(first, last)
        ]
    return tuple(links)


def _undated_value(search: Search, missing: int, root: str) -> ValueView | None:
    chosen = search.request.undated == Undated.ONLY
    if not missing and not chosen:
        return None
    step = refine.without_dates if chosen else refine.only_undated
    return ValueView(
        "Undated" if search.request.uncertain else "Undated or uncertain",
        "included" if chosen else "none",
        "tick" if chosen else "",
        "Remove filter date:" if chosen else "",
        wording.number(missing),
        wording.unit(missing, "result"),
        search_url(step(search), root),
    )
