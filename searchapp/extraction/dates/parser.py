"""Extraction, `dates`: a written date, in any of many languages -> a day.

Numbers alone are read year first when the year stands first; day before month
otherwise, except where the numbers or the page's language say month first. The
names of months are in `months`.
"""

import re
from dataclasses import dataclass
from datetime import date

from searchapp.extraction.dates.months import find_month, to_western_numerals
from searchapp.model import DatePrecision

_ISO = re.compile(r"(?<!\d)(\d{4})-(\d{1,2})(?:-(\d{1,2}))?(?!\d)")
_COMPACT = re.compile(r"(?<!\d)((?:19|20)\d{2})([01]\d)([0-3]\d)(?!\d)")
_YEAR_FIRST = re.compile(
    r"(?<!\d)((?:19|20)\d{2})\s?(?:[./]\s?(\d{1,2})\s?[./]|[年년]\s?(\d{1,2})\s?[月월])"
    r"(?:\s?(\d{1,2})(?!\d))?"
)
_YEAR_LAST = re.compile(
    r"(?<![\d.])(\d{1,2})\s?([./-])\s?(\d{1,2})\s?[./-]\s?((?:19|20)\d{2})(?!\d)"
)
_YEAR = re.compile(r"\s*((?:19|20)\d{2})\s*\Z")
# The months of the Levant have two words.
_WORD = r"((?:تشرين|كانون)\s+[^\W\d_]+|[^\W\d_]+)(?:\s?/\s?(?:(?:تشرين|كانون)\s+)?[^\W\d_]+)?"
_YEAR_NUMBER = r"((?:19|20)\d{2})(?!\d)"
_DAY_MONTH = re.compile(
    rf"(?<!\d)(\d{{1,2}})(?:st|nd|rd|th|er|º|ª|°|\.)?\s+(?:de\s+|d'|of\s+)?{_WORD}\.?[,،]?\s+"
    rf"(?:de[l]?\s+)?{_YEAR_NUMBER}"
)
_MONTH_DAY = re.compile(rf"{_WORD}\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?[,،]?\s+{_YEAR_NUMBER}")
_YEAR_MONTH_DAY = re.compile(
    rf"(?<!\d){_YEAR_NUMBER}(?:\.|\s?m\.)?,?\s+{_WORD}\.?\s+(\d{{1,2}})(?!\d)"
)
_NUMBERED_MONTH = re.compile(
    rf"(?<!\d)(\d{{1,2}})\s+tháng\s+(\d{{1,2}}),?\s+(?:năm\s+)?{_YEAR_NUMBER}", re.IGNORECASE
)
_MONTH = re.compile(rf"(?<!\d\s)(?<!\d\.\s){_WORD}\.?[,،]?\s+(?:de[l]?\s+)?{_YEAR_NUMBER}")
_MAX_LENGTH = 300  # characters


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
    text = to_western_numerals(text[:_MAX_LENGTH])
    for read in (_read_iso, _read_numbers, _read_compact):
        found = read(text, language)
        if found:
            return found
    return _read_names(text, language) or _read_partial(text, language)


def _read_iso(text: str, _language: str | None) -> WrittenDate | None:
    match = _ISO.search(text)
    if not match:
        return None
    year, month, day = match.groups()
    return _make_date(year, month, day) if day else _make_date(year, month)


def _read_compact(text: str, _language: str | None) -> WrittenDate | None:
    match = _COMPACT.search(text)
    return _make_date(*match.groups()) if match else None


def _read_numbers(text: str, language: str | None) -> WrittenDate | None:
    match = _YEAR_FIRST.search(text)
    if match and (match[3] or match[4]):
        return _make_date(match[1], match[2] or match[3], match[4] or "")
    match = _NUMBERED_MONTH.search(text)
    if match:
        return _make_date(match[3], match[2], match[1])
    match = _YEAR_LAST.search(text)
    if not match:
        return None
    first, sign, second, year = match.groups()
    if int(first) > 12 or sign == ".":  # noqa: PLR2004 - months in a year
        return _make_date(year, second, first)
    if int(second) > 12:  # noqa: PLR2004
        return _make_date(year, first, second)
    month_first = language == "en"
    month, day = (first, second) if month_first else (second, first)
    return _make_date(year, month, day, certain=first == second or not month_first)


_ORDERS = ((_DAY_MONTH, (3, 2, 1)), (_MONTH_DAY, (3, 1, 2)), (_YEAR_MONTH_DAY, (1, 2, 3)))


def _read_names(text: str, language: str | None) -> WrittenDate | None:
    for pattern, order in _ORDERS:
        for match in pattern.finditer(text):
            year, name, day = (match[group] for group in order)
            month = find_month(name, language)
            found = month and _make_date(year, str(month.number), day, certain=month.certain)
            if found:
                return found
    return None


def _read_partial(text: str, language: str | None) -> WrittenDate | None:
    for match in _MONTH.finditer(text):
        month = find_month(match[1], language)
        if month:
            return _make_date(match[2], str(month.number), certain=month.certain)
    year = _YEAR.match(text)
    return _make_date(year[1]) if year else None


def _make_date(
    year: str, month: str = "", day: str = "", *, certain: bool = True
) -> WrittenDate | None:
    precision = DatePrecision.DAY if day else DatePrecision.MONTH if month else DatePrecision.YEAR
    try:
        return WrittenDate(date(int(year), int(month or 1), int(day or 1)), precision, certain)
    except ValueError:
        return None
