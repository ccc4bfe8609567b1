"""Written dates in many languages -> days."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchapp.extraction.dates.months import find_month
from searchapp.extraction.dates.parser import WrittenDate, read_date
from searchapp.model import DatePrecision


def the_date(text: str, language: str | None = None) -> WrittenDate:
    """The date in a text that has one."""
    found = read_date(text, language)
    assert found is not None, text
    return found


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
        ("4 Oct 2020", "de"),
        ("4. Okt. 2020", "de"),
        ("4 oct. 2020", "fr"),
        ("4 octubre, 2020", "es"),
        ("octubre 4, 2020", "es"),
        ("4 ottobre 2020", "it"),
        ("4 ott 2020", "it"),
        ("4 de outubro de 2020", "pt"),
        ("4 de out. de 2020", "pt"),
        ("4 oktober 2020", "nl"),
        ("4 paź 2020", "pl"),
        ("4 ОКТЯБРЯ 2020", "ru"),
        ("4 жовтня 2020 р.", "uk"),
        ("4 ΟΚΤΩΒΡΙΟΥ 2020", "el"),
        ("4 Οκτ 2020", "el"),
        ("4 Ekim 2020", "tr"),
        ("4 EKİM 2020", "tr"),
        ("4. října 2020", "cs"),
        ("4. 10. 2020", "cs"),
        ("den 4 oktober 2020", "sv"),
        ("4. lokakuuta 2020", "fi"),
        ("4 أكتوبر 2020", "ar"),
        ("٤ اكتوبر، ٢٠٢٠", "ar"),
        ("4 تشرين الأول 2020", "ar"),
        ("4 تشرين الأول/أكتوبر 2020", "ar"),
        ("2020年10月04日 10:12", "zh"),
        ("二〇二〇年十月四日", "zh"),
        ("2020年10月4日", "ja"),
        ("令和2年10月4日", "ja"),
        ("2020. 10. 4.", "ko"),
        ("2020. október 4.", "hu"),
        ("2020 m. spalio 4 d.", "lt"),
        ("4 tháng 10, 2020", "vi"),
        ("4 d’octubre de 2020", "ca"),
        ("4 באוקטובר 2020", "he"),
        ("2020年10月4日", "zh"),
        ("2020년 10월 4일", "ko"),
    ],
)
def test_a_day_in_many_hands(text: str, language: str | None) -> None:
    written = the_date(text, language)
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
    written = the_date(text, "en")
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
    assert find_month("октября", None) == (10, True)
    assert find_month("March", "xx-nonsense") == (3, True)


@given(st.dates(min_value=date(1990, 1, 1), max_value=date(2099, 12, 31)))
def test_iso_dates_are_read_back(day: date) -> None:
    written = the_date(day.isoformat())
    assert written.day == day


@given(st.text(max_size=60))
def test_any_text_is_read(text: str) -> None:
    read_date(text, "en")


@pytest.mark.parametrize(
    "text",
    [
        "4. října 2020",
        "4 أكتوبر 2020",
        "4 октября 2020",
        "4 Οκτωβρίου 2020",
        "4 Ekim 2020",
        "4. lokakuuta 2020",
    ],
)
@pytest.mark.parametrize("language", [None, "en", "xx"])
def test_a_month_is_known_whatever_language_the_page_claims(
    text: str, language: str | None
) -> None:
    assert read_date(text, language) == WrittenDate(date(2020, 10, 4), DatePrecision.DAY)


def test_a_name_that_languages_disagree_about_is_uncertain() -> None:
    months = [find_month("listopada", language) for language in ("hr", "pl", None)]
    assert months == [(10, True), (11, True), (11, False)]
    written = the_date("4. listopada 2020")
    assert not written.certain


def test_a_short_word_of_another_language_is_no_month() -> None:
    assert read_date("Sold out 2020", "en") is None
    assert read_date("4 out 2020", "pt") is not None


@pytest.mark.parametrize(
    ("text", "year"),
    [("平成31年4月30日", 2019), ("令和元年5月1日", 2019), ("昭和64年1月7日", 1989)],
)
def test_japanese_eras(text: str, year: int) -> None:
    written = the_date(text, "ja")
    assert written.day.year == year


def test_a_month_of_east_asia_is_a_month() -> None:
    assert read_date("2020年10月", "zh") == WrittenDate(date(2020, 10, 1), DatePrecision.MONTH)
