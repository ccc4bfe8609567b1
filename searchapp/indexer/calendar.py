"""Part of the date finder: a written date, in any of many languages -> a day.

Month names come from the Unicode CLDR through Babel. Numbers alone are read year
first when the year stands first; day before month otherwise, except where the
numbers or the page's language say month first.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache

from babel import Locale, UnknownLocaleError

from searchapp.model import DatePrecision

# Tried together when the page's language is not known.
_COMMON = ("en", "de", "fr", "es", "it", "pt", "nl", "pl", "ru", "uk", "el", "tr", "sv", "nb", "fi")

_ISO = re.compile(r"(?<!\d)(\d{4})-(\d{1,2})(?:-(\d{1,2}))?(?!\d)")
_COMPACT = re.compile(r"(?<!\d)((?:19|20)\d{2})([01]\d)([0-3]\d)(?!\d)")
_YEAR_FIRST = re.compile(
    r"(?<!\d)((?:19|20)\d{2})\s?[./年년]\s?(\d{1,2})\s?[./月월]\s?(\d{1,2})(?!\d)"
)
_YEAR_LAST = re.compile(
    r"(?<![\d.])(\d{1,2})\s?([./-])\s?(\d{1,2})\s?[./-]\s?((?:19|20)\d{2})(?!\d)"
)
_YEAR = re.compile(r"\s*((?:19|20)\d{2})\s*\Z")
_WORD = r"[^\W\d_]+"
_DAY_MONTH = re.compile(
    rf"(?<!\d)(\d{{1,2}})(?:st|nd|rd|th|er|º|ª|\.)?\s+(?:de\s+|of\s+)?({_WORD})\.?,?\s+(?:de[l]?\s+)?((?:19|20)\d{{2}})(?!\d)"
)
_MONTH_DAY = re.compile(rf"({_WORD})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+((?:19|20)\d{{2}})(?!\d)")
_MONTH = re.compile(rf"(?<!\d\s)(?<!\d\.\s)({_WORD})\.?,?\s+(?:de\s+)?((?:19|20)\d{{2}})(?!\d)")
_MAX_LENGTH = 300


@dataclass(frozen=True)
class WrittenDate:
    """A date as written: `certain` unless day and month could be the other way round."""

    day: date
    precision: DatePrecision
    certain: bool = True


def read_date(text: str, language: str | None = None) -> WrittenDate | None:
    """The first date in a short text; None when there is none or it does not exist.

    The local day is taken as written: a time and its zone after it change nothing.
    """
    text = text[:_MAX_LENGTH]
    for read in (_read_iso, _read_numbers, _read_compact):
        found = read(text, language)
        if found:
            return found
    return _read_names(text, language) or _read_partial(text, language)


def month_of(name: str, language: str | None) -> int | None:
    """The number of a month by its full or short name; English is always understood."""
    key = name.casefold().rstrip(".")
    for known in (language, "en") if language else _COMMON:
        number = _months(known).get(key) if known else None
        if number:
            return number
    return None


def _read_iso(text: str, _language: str | None) -> WrittenDate | None:
    match = _ISO.search(text)
    if not match:
        return None
    year, month, day = match.groups()
    return _dated(year, month, day) if day else _dated(year, month)


def _read_compact(text: str, _language: str | None) -> WrittenDate | None:
    match = _COMPACT.search(text)
    return _dated(*match.groups()) if match else None


def _read_numbers(text: str, language: str | None) -> WrittenDate | None:
    match = _YEAR_FIRST.search(text)
    if match:
        return _dated(*match.groups())
    match = _YEAR_LAST.search(text)
    if not match:
        return None
    first, sign, second, year = match.groups()
    if int(first) > 12 or sign == ".":  # noqa: PLR2004 - months in a year
        return _dated(year, second, first)
    if int(second) > 12:  # noqa: PLR2004
        return _dated(year, first, second)
    month_first = language == "en"
    month, day = (first, second) if month_first else (second, first)
    return _dated(year, month, day, certain=first == second or not month_first)


def _read_names(text: str, language: str | None) -> WrittenDate | None:
    for pattern, order in ((_DAY_MONTH, (3, 2, 1)), (_MONTH_DAY, (3, 1, 2))):
        for match in pattern.finditer(text):
            year, name, day = (match[group] for group in order)
            month = month_of(name, language)
            found = _dated(year, str(month), day) if month else None
            if found:
                return found
    return None


def _read_partial(text: str, language: str | None) -> WrittenDate | None:
    for match in _MONTH.finditer(text):
        month = month_of(match[1], language)
        if month:
            return _dated(match[2], str(month))
    year = _YEAR.match(text)
    return _dated(year[1]) if year else None


def _dated(
    year: str, month: str = "", day: str = "", *, certain: bool = True
) -> WrittenDate | None:
    precision = DatePrecision.DAY if day else DatePrecision.MONTH if month else DatePrecision.YEAR
    try:
        return WrittenDate(date(int(year), int(month or 1), int(day or 1)), precision, certain)
    except ValueError:
        return None


@cache
def _months(language: str) -> dict[str, int]:
    try:
        locale = Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        return {}
    names: dict[str, int] = {}
    for context in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            for number, name in locale.months[context][width].items():
                names.setdefault(name.casefold().rstrip("."), number)
    return {name: number for name, number in names.items() if not name.isdigit()}
