"""One parameter's value, read into a domain type or refused with what to do.

Used by `search`. Every reader raises ValueError with a message that goes on
from the parameter's name ("page" "must be a whole number ..."), or ValueErrorAt when it
knows where in the value the mistake is, and ValueErrors where there are several.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import TypeVar

from searchapp.engines.base import ALL_FACETS, DATE_FACET, Interval
from searchapp.engines.query.dates import period
from searchapp.model import FACET_FIELDS

E = TypeVar("E", bound=StrEnum)

LONGEST_TEXT = 8_000
LONGEST_VALUE = 500
LONGEST_SHOWN = 40
DEFAULT_COUNT, MAX_COUNT = 10, 1000
NO_FACETS = "none"
_UNREADABLE = re.compile("[\x00\ud800-\udfff]")


class ValueErrorAt(ValueError):
    """A value that is wrong at a position, in code points."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.position = position


class ValueErrors(ValueError):
    """A value that is wrong at several positions."""

    def __init__(self, mistakes: Sequence[ValueErrorAt]) -> None:
        super().__init__("; ".join(map(str, mistakes)))
        self.mistakes = tuple(mistakes)


def text(value: str) -> str:
    """Any text that can be stored and sent: no NUL, no half of a surrogate pair."""
    _refuse_longer(value, LONGEST_TEXT)
    if unreadable := _UNREADABLE.search(value):
        code = f"U+{ord(unreadable[0]):04X}"
        raise ValueErrorAt(
            f"has a character that is no text ({code}); leave it out", unreadable.start()
        )
    return value


def facet_value(value: str) -> str:
    """A value of a facet."""
    _refuse_longer(value, LONGEST_VALUE)
    return text(value)


def query_text(value: str) -> str:
    """Return the query; one of white space only is empty."""
    return text(value) if value.strip() else ""


def typed_words(value: str) -> str:
    """Return words as they are typed, with single spaces."""
    return " ".join(facet_value(value).split())


def flag(value: str) -> bool:
    """1 or 0."""
    if value not in {"0", "1"}:
        raise ValueError(f"must be 1 or 0, not {_quote(value)}")
    return value == "1"


def include_flag(value: str) -> bool:
    """Only `include` can be said."""
    if value != "include":
        raise ValueError(f"must be include or left out, not {_quote(value)}")
    return True


def one_of(kind: type[E]) -> Callable[[str], E]:
    """Make a reader for the values of an enumeration."""

    def read(value: str) -> E:
        known = [str(member) for member in kind if member]
        if value not in known:
            raise ValueError(f"must be one of {', '.join(known)}, not {_quote(value)}")
        return kind(value)

    return read


def whole_number(lowest: int, highest: int) -> Callable[[str], int]:
    """Make a reader for a number in ASCII digits between two bounds, inclusive."""

    def read(value: str) -> int:
        digits = re.fullmatch(r"\s*0*([0-9]{1,9})\s*", value)
        if not digits or not lowest <= int(digits[1]) <= highest:
            limits = f"a whole number from {lowest} to {highest}"
            raise ValueError(f"must be {limits}, not {_quote(value)}")
        return int(digits[1])

    return read


def first_day(value: str) -> date:
    """First day of `YYYY`, `YYYY-MM` or `YYYY-MM-DD`."""
    return _period(value)[0]


def last_day(value: str) -> date:
    """Last day of `YYYY`, `YYYY-MM` or `YYYY-MM-DD`."""
    return _period(value)[1]


def facets(value: str) -> tuple[dict[str, int], Interval | None]:
    """`person:5,org,date:month`: how many values of each facet, and the histogram.

    A facet named without a number has DEFAULT_COUNT values, `date` alone is
    `date:auto`, and `none` is no facets at all.
    """
    counts: dict[str, int] = {}
    interval: Interval | None = None
    mistakes: list[ValueErrorAt] = []
    position = 0
    for item in value.split(",") if value.strip() != NO_FACETS else ():
        name, _, rest = item.strip().partition(":")
        try:
            _refuse_twice(name, {*counts, *([DATE_FACET] if interval else [])}, position)
            if name == DATE_FACET:
                interval = _interval(rest, position)
            else:
                counts[_facet(name, position)] = _count(name, rest, position)
        except ValueErrorAt as error:
            mistakes.append(error)
        position += len(item) + 1
    if mistakes:
        raise ValueErrors(mistakes)
    return {name: counts[name] for name in FACET_FIELDS if name in counts}, interval


def facets_text(counts: Mapping[str, int], interval: Interval | None) -> str:
    """Write facets so that `facets` reads the same."""
    items = [f"{name}:{counts[name]}" for name in FACET_FIELDS if name in counts]
    items += [f"{DATE_FACET}:{interval.value}"] if interval else []
    return ",".join(items) or NO_FACETS


def _refuse_longer(value: str, most: int) -> None:
    if len(value) > most:
        raise ValueErrorAt(f"is longer than {most:,} characters; shorten it", most)


def _refuse_twice(name: str, named: Collection[str], position: int) -> None:
    if name in named:
        raise ValueErrorAt(f"names {name} twice; name it once", position)


def _facet(name: str, position: int) -> str:
    if name == NO_FACETS:
        raise ValueErrorAt("has none beside others; write none alone, or leave it out", position)
    if name not in FACET_FIELDS:
        known = ", ".join(ALL_FACETS)
        raise ValueErrorAt(
            f"has no facet {_quote(name)}; there are {known}, or {NO_FACETS}", position
        )
    return name


def _count(name: str, rest: str, position: int) -> int:
    try:
        return whole_number(0, MAX_COUNT)(rest) if rest else DEFAULT_COUNT
    except ValueError as error:
        raise ValueErrorAt(f"number of {name} values {error}", position) from error


def _interval(rest: str, position: int) -> Interval:
    try:
        return one_of(Interval)(rest) if rest else Interval.AUTO
    except ValueError as error:
        raise ValueErrorAt(f"interval of {DATE_FACET} {error}", position) from error


def _period(value: str) -> tuple[date, date]:
    # No date is this long: a shortened one is refused like the whole would be.
    return period(value.strip()[:LONGEST_SHOWN])


def _quote(value: str) -> str:
    return repr(value if len(value) <= LONGEST_SHOWN else f"{value[:LONGEST_SHOWN]}…")
