from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from searchapp.model import Confidence, DatePrecision, PublicationDate, RejectedDate
from searchapp.web.pages import wording


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("2020-10-04", "2020-10-04", "4 October 2020"),
        ("2020-02-01", "2020-02-29", "February 2020"),
        ("2020-01-01", "2020-12-31", "2020"),
        ("2020-02-02", "2020-02-29", None),
        ("2020-01-01", "2021-12-31", None),
        ("2020-01-01", "2021-01-31", None),
        ("2020-12-31", "2020-12-31", "31 December 2020"),
    ],
)
def test_two_days_that_bound_a_period_are_named_by_it(
    first: str, last: str, said: str | None
) -> None:
    assert wording.span(date.fromisoformat(first), date.fromisoformat(last)) == said


@pytest.mark.parametrize(
    ("precision", "said"),
    [("day", "4 October 2020"), ("month", "October 2020"), ("year", "2020")],
)
def test_a_date_is_said_as_precisely_as_it_is_known(precision: str, said: str) -> None:
    known = PublicationDate(date(2020, 10, 4), DatePrecision(precision), "json-ld", Confidence.HIGH)
    assert wording.published_view(known).text == said
    assert not wording.published_view(known).uncertain


def test_how_a_date_was_found_is_said_for_any_method() -> None:
    day = date(2020, 1, 1)
    guess = PublicationDate(day, DatePrecision.DAY, "some-new-method", Confidence.LOW)
    assert wording.published_view(guess).how == "found by some new method; low confidence"
    assert wording.published_view(guess).uncertain
    assert wording.published_view(None).text == "Undated"


def test_years_keep_their_four_digits() -> None:
    assert wording.period("0987") == "0987"
    assert wording.period("2020-10") == "October 2020"


def test_languages_go_by_name_and_unknown_codes_by_themselves() -> None:
    assert wording.language("ru") == "Russian"
    assert wording.language("xx") == "xx"


def test_numbers_and_their_nouns() -> None:
    assert wording.quantity(1, "result") == "1 result"
    assert wording.quantity(48210, "result") == "48,210 results"
    assert wording.quantity(0, "result") == "0 results"


def test_a_day_in_a_line_is_read_or_guessed_by_confidence() -> None:
    day = date(2020, 10, 4)
    stated, guessed = (
        PublicationDate(day, DatePrecision.DAY, "text", confidence) for confidence in Confidence
    )
    assert wording.published_view(stated).how == "read from a line by the headline; high confidence"
    assert wording.published_view(guessed).how == "guessed from a date in the text; low confidence"


def test_a_capture_is_said_in_the_zone_it_was_stated_in() -> None:
    captured = wording.captured_view(datetime(2020, 10, 4, 20, 5, tzinfo=UTC))
    assert captured is not None
    assert (captured.iso, captured.text) == (
        "2020-10-04T20:05:00+00:00",
        "4 October 2020, 20:05 UTC",
    )
    assert wording.captured_view(None) is None
    assert wording.modified_view(None) is None


def test_a_rejected_date_says_why() -> None:
    rejected = RejectedDate("2031-01-01", "json-ld", "after 2020-10-04, when it was captured")
    assert wording.rejected_text(rejected) == (
        "2031-01-01, stated in the page’s metadata (JSON-LD): "
        "after 2020-10-04, when it was captured"
    )
