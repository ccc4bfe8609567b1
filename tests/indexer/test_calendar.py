"""Written dates in many languages -> days."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchapp.indexer.calendar import month_of, read_date
from searchapp.model import DatePrecision


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("2020-10-04", None),
        ("2020-10-04T23:59:00-05:00", None),
        ("20201004T101500Z", None),
        ("Sun, 04 Oct 2020 21:16:15 GMT", None),
        ("October 4, 2020", "en"),
        ("Published on Oct. 4th, 2020 at noon", "en"),
        ("4 de octubre de 2020", "es"),
        ("4. Oktober 2020", "de"),
        ("Sonntag, 4. Oktober 2020, 10:15 Uhr", "de"),
        ("4 octobre 2020", "fr"),
        ("4 октября 2020 г.", "ru"),
        ("4 października 2020", "pl"),
        ("4 Οκτωβρίου 2020", "el"),
        ("04.10.2020", None),
        ("04/10/2020", "fr"),
        ("10/04/2020", "en"),
        ("2020/10/4", None),
        ("2020年10月4日", "zh"),
        ("2020년 10월 4일", "ko"),
    ],
)
def test_a_day_in_many_hands(text: str, language: str | None) -> None:
    written = read_date(text, language)
    assert written is not None
    assert (written.day, written.precision) == (date(2020, 10, 4), DatePrecision.DAY)


@pytest.mark.parametrize(
    ("text", "day", "precision"),
    [
        ("2020-10", date(2020, 10, 1), DatePrecision.MONTH),
        ("October 2020", date(2020, 10, 1), DatePrecision.MONTH),
        ("2020", date(2020, 1, 1), DatePrecision.YEAR),
    ],
)
def test_precision_is_what_was_written(text: str, day: date, precision: DatePrecision) -> None:
    written = read_date(text, "en")
    assert written is not None
    assert (written.day, written.precision) == (day, precision)


def test_day_and_month_that_could_be_swapped_are_uncertain_in_english() -> None:
    results = [read_date(text, "en") for text in ("03/04/2020", "03/25/2020", "04/04/2020")]
    assert [written and written.certain for written in results] == [False, True, True]


@pytest.mark.parametrize(
    "text", ["", "no date", "2020-13-45", "31 February 2020", "Mayor 12, 2020x"]
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert read_date(text, "en") is None


def test_month_names_of_an_unknown_language_are_tried_in_common_ones() -> None:
    assert month_of("октября", None) == 10
    assert month_of("March", "xx-nonsense") == 3


@given(st.dates(min_value=date(1990, 1, 1), max_value=date(2099, 12, 31)))
def test_iso_dates_are_read_back(day: date) -> None:
    written = read_date(day.isoformat())
    assert written is not None
    assert written.day == day


@given(st.text(max_size=60))
def test_any_text_is_read(text: str) -> None:
    read_date(text, "en")
