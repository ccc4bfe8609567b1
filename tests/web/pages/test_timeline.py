from __future__ import annotations

from datetime import UTC, datetime

import pytest

from searchapp.engines.base import Facet, FacetValue, IndexInfo, Interval, SearchResponse
from searchapp.web.pages.timeline import HEIGHT, MOST_SLOTS, TimelineView, timeline
from searchapp.web.params.search import Search, parse

INDEX = IndexInfo("1", datetime(2024, 1, 1, tzinfo=UTC), documents=9, failed=0)


def view(counts: dict[str, int], search: Search | None = None, missing: int = 0) -> TimelineView:
    values = tuple(FacetValue(value, count) for value, count in counts.items())
    facet = Facet("date", values, len(values), missing, Interval.MONTH)
    shown = timeline(search or Search(), SearchResponse(9, (), (facet,), INDEX), "")
    assert shown is not None
    return shown


@pytest.mark.parametrize(
    ("counts", "slots"),
    [
        ({"2019-11": 4, "2020-02": 1}, [4, 0, 0, 1]),
        ({"2020-02-28": 1, "2020-03-01": 2}, [1, 0, 2]),
        ({"1999": 2, "2001": 2}, [2, 0, 2]),
        ({"9998": 1, "9999": 1}, [1, 1]),
        ({}, []),
    ],
)
def test_a_gap_in_coverage_has_its_slots(counts: dict[str, int], slots: list[int]) -> None:
    shown = view(counts)
    assert [bar.count for bar in shown.bars] == slots
    assert len(shown.rows) == len(counts)


def test_a_span_too_wide_for_the_chart_shows_only_what_there_is() -> None:
    shown = view({"0001": 1, "2020": 3})
    assert [bar.count for bar in shown.bars] == [1, 3]
    assert len(view({f"{year}": 1 for year in range(1000, 1000 + MOST_SLOTS)}).bars) == MOST_SLOTS


def test_bars_stand_on_the_axis_and_the_smallest_can_be_seen() -> None:
    shown = view({"2020-01": 10_000, "2020-02": 1})
    assert [bar.y + bar.height for bar in shown.bars] == [HEIGHT, HEIGHT]
    assert [bar.height for bar in shown.bars] == [HEIGHT, 3]
    assert shown.bars[1].title == "February 2020: 1 result"


def test_a_lone_bar_is_no_wall() -> None:
    shown = view({"2020-01": 1})
    assert shown.bars[0].width * 10 < shown.width
    assert shown.ends == ("January 2020",)
    assert view({"2020-01": 1, "2020-03": 1}).ends == ("January 2020 – March 2020",)
    assert view({"2019-01": 1, "2020-03": 1}).ends == ("January 2019", "March 2020")


def test_a_day_leads_back_to_its_month_its_year_and_all() -> None:
    day = view({"2020-10-04": 1}, parse([("from", "2020-10-04"), ("to", "2020-10-04")]))
    assert [(link.text, link.href) for link in day.wider] == [
        ("All dates", "/search"),
        ("2020", "/search?from=2020-01-01&to=2020-12-31"),
        ("October 2020", "/search?from=2020-10-01&to=2020-10-31"),
    ]
    half = view({"2020": 1}, parse([("from", "2019-07")]))
    assert [link.text for link in half.wider] == ["All dates"]


def test_the_undated_are_a_bucket_of_their_own() -> None:
    undated = view({"2020-01": 1}, missing=3).undated
    assert undated is not None
    assert (undated.name, undated.count) == ("Undated or uncertain", "3")
    assert undated.href == "/search?undated=only"
    chosen = view({}, parse([("undated", "only")]), missing=3).undated
    assert chosen is not None
    assert chosen.href == "/search"
    assert view({"2020-01": 1}).undated is None
