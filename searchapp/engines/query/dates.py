"""Days, months and years of a query as ranges of days, both ends inclusive."""

import re
from calendar import monthrange
from datetime import date, timedelta

from searchapp.engines.query.tree import DateRange

_PERIOD = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_COMPARISON = re.compile(r"(>=|<=|>|<)?(.*)", re.DOTALL)
_RANGE = re.compile(r"([\[{])\s*(\S+)\s+TO\s+([^\s\]}]+)\s*([\]}])", re.IGNORECASE)
_DAY = timedelta(days=1)


def date_range(field: str, value: str) -> DateRange:
    """The days `date:value`, `before:value` or `after:value` means.

    Raises ValueError whose message is for the user.
    """
    if field == "before":
        return _comparison("<", value)
    if field == "after":
        return _comparison(">", value)
    if value == "*":
        return DateRange(None, None)
    if match := _RANGE.fullmatch(value):
        return _between(*match.groups())
    match = _COMPARISON.fullmatch(value)
    assert match  # every group is optional
    return _comparison(match[1], match[2])


def period(value: str) -> tuple[date, date]:
    """First and last day of `YYYY`, `YYYY-MM` or `YYYY-MM-DD`. Raises ValueError."""
    match = _PERIOD.fullmatch(value)
    if not match:
        raise ValueError(f"{value!r} is not a date: write 2020, 2020-10 or 2020-10-04")
    year, month, day = (int(part) if part else None for part in match.groups())
    try:
        first = date(year or 0, month or 1, day or 1)
    except ValueError:
        raise ValueError(f"{value} is not in the calendar") from None
    last_month = month or 12
    return first, first if day else date(
        first.year, last_month, monthrange(first.year, last_month)[1]
    )


def _comparison(sign: str | None, value: str) -> DateRange:
    first, last = period(value)
    match sign:
        case ">=":
            return DateRange(first, None)
        case "<=":
            return DateRange(None, last)
        case ">":
            return DateRange(_next_day(last), None)
        case "<":
            return DateRange(None, _previous_day(first))
        case _:
            return DateRange(first, last)


def _between(opening: str, start: str, end: str, closing: str) -> DateRange:
    first = None if start == "*" else period(start)
    last = None if end == "*" else period(end)
    span = DateRange(
        first and (first[0] if opening == "[" else _next_day(first[1])),
        last and (last[1] if closing == "]" else _previous_day(last[0])),
    )
    if span.first and span.last and span.first > span.last:
        raise ValueError(f"no day lies between {start} and {end}")
    return span


def _next_day(day: date) -> date:
    if day == date.max:
        raise ValueError(f"no day comes after {day}")
    return day + _DAY


def _previous_day(day: date) -> date:
    if day == date.min:
        raise ValueError(f"no day comes before {day}")
    return day - _DAY


def render_range(span: DateRange) -> str:
    """`date:` with the shortest value that means the range."""
    first, last = span.first, span.last
    if not first and not last:
        return "date:*"
    if first and last:
        for text in (first.isoformat(), first.isoformat()[:7], first.isoformat()[:4]):
            if period(text) == (first, last):
                return f"date:{text}"
    return f"date:[{first or '*'} TO {last or '*'}]"
