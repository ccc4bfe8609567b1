"""Values in the reader's words: counts, dates, languages, facet names.

Used by every view; the pages are in British English, formats from the CLDR through
Babel.
"""

import calendar
from dataclasses import dataclass
from datetime import date, datetime

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal

from searchapp.engines.base import Interval, Sort
from searchapp.model import Confidence, DatePrecision, PublicationDate, RejectedDate

LOCALE = Locale.parse("en_GB")

FACETS = {
    "person": "People",
    "org": "Organisations",
    "place": "Places",
    "date": "Dates",
    "site": "Sites",
    "author": "Authors",
    "lang": "Languages",
}
VALUES = {
    "person": "Person",
    "org": "Organisation",
    "place": "Place",
    "site": "Site",
    "author": "Author",
    "lang": "Language",
}
SORTS = {Sort.RELEVANCE: "Relevance", Sort.NEWEST: "Newest", Sort.OLDEST: "Oldest"}
INTERVALS = {Interval.DAY: "day", Interval.MONTH: "month", Interval.YEAR: "year"}

_DATE_PATTERNS = {
    DatePrecision.DAY: "d MMMM yyyy",
    DatePrecision.MONTH: "MMMM yyyy",
    DatePrecision.YEAR: "yyyy",
}
_BY_LENGTH = {10: DatePrecision.DAY, 7: DatePrecision.MONTH, 4: DatePrecision.YEAR}


@dataclass(frozen=True)
class Link:
    """Words and where they lead; `current` marks the one the reader is on."""

    text: str
    href: str
    current: bool = False


@dataclass(frozen=True)
class Count:
    """A name and how often it occurs; `both` is the search for it and another together."""

    name: str
    count: str
    unit: str
    href: str = ""
    both: str = ""


@dataclass(frozen=True)
class CountGroup:
    """The counts of one facet; `more` says how many there are besides."""

    type: str
    name: str
    counts: tuple[Count, ...]
    more: str = ""


@dataclass(frozen=True)
class DateView:
    """A publication date as shown; `iso` is empty for a page without one."""

    iso: str
    text: str
    how: str
    uncertain: bool


def number(value: int) -> str:
    """`48,210`."""
    return str(format_decimal(value, locale=LOCALE))


def quantity(value: int, noun: str) -> str:
    """`1 result`, `48,210 results`."""
    return f"{number(value)} {noun}{'' if value == 1 else 's'}"


def unit(value: int, noun: str) -> str:
    """Return the noun alone, in the number that goes with the value."""
    return noun if value == 1 else f"{noun}s"


def count(name: str, value: int, noun: str, href: str = "", both: str = "") -> Count:
    """Say how often a name occurs, in so many of what the noun names."""
    return Count(name, number(value), unit(value, noun), href, both)


def count_group(facet: str, counts: tuple[Count, ...], more: str = "") -> CountGroup:
    """Put the counts of a facet under its name."""
    return CountGroup(facet, FACETS[facet], counts, more)


def language(code: str) -> str:
    """`Russian` for `ru`; the code itself when the CLDR has no name for it."""
    return str(LOCALE.languages.get(code, code))


def facet_value(facet: str, value: str) -> str:
    """Return a facet's value as shown: languages by name, all else as it is."""
    return language(value) if facet == "lang" else value


def day(value: date, precision: DatePrecision = DatePrecision.DAY) -> str:
    """`4 October 2020`, `October 2020` or `2020`, by precision."""
    return str(format_date(value, _DATE_PATTERNS[precision], locale=LOCALE))


def period(value: str) -> str:
    """`October 2020` for the histogram's `2020-10`."""
    first = date.fromisoformat((value + "-01-01")[:10])
    return day(first, _BY_LENGTH[len(value)])


def span(first: date, last: date) -> str | None:
    """Name the one day, month or year two days bound; None when they bound no such."""
    if first == last:
        return day(first)
    if last == date(first.year, first.month, calendar.monthrange(first.year, first.month)[1]):
        return day(first, DatePrecision.MONTH) if first.day == 1 else None
    whole_year = (first, last) == (date(first.year, 1, 1), date(first.year, 12, 31))
    return day(first, DatePrecision.YEAR) if whole_year else None


def published_view(value: PublicationDate | None) -> DateView:
    """Say a publication date as precisely as the page did, and how it was found."""
    if value is None:
        return DateView("", "Undated", "no date was found in the page", uncertain=False)
    uncertain = value.confidence == Confidence.LOW
    how = _how(value.method, uncertain=uncertain)
    return DateView(value.iso, day(value.day, value.precision), how, uncertain)


def modified_view(value: PublicationDate | None) -> DateView | None:
    """Say when a page was changed; None where it does not say."""
    return published_view(value) if value else None


def captured_view(value: datetime | None) -> DateView | None:
    """Say when a page was fetched or saved, in the zone it was stated in."""
    if value is None:
        return None
    text = f"{day(value.date())}, {value:%H:%M} {value.tzname() or ''}".rstrip()
    return DateView(value.isoformat(), text, "stated by the archive it came in", uncertain=False)


def rejected_text(value: RejectedDate) -> str:
    """Say of a date why it was not believed."""
    return f"{value.date}, {_METHODS.get(value.method, value.method)}: {value.reason}"


_METHODS = {
    "record": "stated by the archive it came in",
    "json-ld": "stated in the page’s metadata (JSON-LD)",
    "meta": "stated in the page’s metadata (meta element)",
    "time-element": "stated in a time element of the page",
    "url": "read from the page’s address",
    "text-header": "read from the line above the headline",
    "dateline": "read from the dateline of the text",
    "text": "read from a line by the headline",
}
_GUESSED = {"text": "guessed from a date in the text"}


def _how(method: str, *, uncertain: bool) -> str:
    stated = _METHODS.get(method, f"found by {method.replace('-', ' ')}")
    how = _GUESSED.get(method, stated) if uncertain else stated
    return f"{how}; {'low' if uncertain else 'high'} confidence"
