"""Extraction, `dates`: which dates cannot be, and what speaks against them.

A page of the web is not from before the web, and none is from after it was captured.
What a row or page states for itself may be older: papers put their old volumes online.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from searchapp.extraction.dates.parser import read_date
from searchapp.model import Confidence, DatePrecision, PublicationDate, RejectedDate

EARLIEST = date(1990, 1, 1)
_PRINT = date(1450, 1, 1)  # nothing is published before there are presses
# What computers show for a time of zero: Unix east and west of Greenwich, spreadsheets, Windows.
_ZERO = (date(1970, 1, 1), date(1969, 12, 31), date(1899, 12, 30), date(1601, 1, 1))
_DATE_LINE = 40  # characters, set by hand
_STATED_METHODS = frozenset(
    {"record", "json-ld", "meta", "time-element", "dateline", "text-header"}
)


def latest_plausible_day(captured: datetime | None) -> date:
    """The last believable day: one past the capture, as zones east of it are ahead."""
    return ((captured or datetime.now(tz=UTC)) + timedelta(days=1)).date()


def is_stated_in(lines: Iterable[str], found: PublicationDate, language: str | None = None) -> bool:
    """Whether one of the lines states this date, and little else."""
    written = (read_date(line, language) for line in lines if len(line) <= _DATE_LINE)
    return any(one and (one.day, one.precision) == (found.day, found.precision) for one in written)


@dataclass
class PlausibilityFilter:
    """Tells dates that can be from those that cannot; keeps the latter with the reason.

    `latest` is the last day believed; `is_stated` tells whether the text itself states a date.
    """

    latest: date
    is_stated: Callable[[PublicationDate], bool] = lambda _: False
    _rejected: dict[tuple[str, str], RejectedDate] = field(default_factory=dict)

    def __call__(self, found: PublicationDate) -> bool:
        """Whether a page can have this date; if not, it is among the `rejected`."""
        objection = self._objection(found)
        if objection:
            rejected = RejectedDate(found.iso, found.method, objection)
            self._rejected.setdefault((found.iso, found.method), rejected)
        return not objection

    @property
    def rejected(self) -> tuple[RejectedDate, ...]:
        """What was not believed so far, each date of a method once."""
        return tuple(self._rejected.values())

    def _objection(self, found: PublicationDate) -> str:
        if found.day > self.latest:
            return f"after {self.latest - timedelta(days=1)}, when the page was captured or read"
        if found.day in _ZERO and found.precision is DatePrecision.DAY:
            return "the zero of computers' calendars, which they write where there is no date"
        if found.day < _PRINT:
            return f"before {_PRINT.year}, when nothing was printed"
        if found.day < EARLIEST and not self._is_old(found):
            return f"before {EARLIEST.year}, when there was no web, and the text does not say so"
        return ""

    def _is_old(self, found: PublicationDate) -> bool:
        """Whether the page states this day for itself; a guess is a day its story tells of."""
        guessed = found.method == "text" and found.confidence is Confidence.LOW
        return found.method in _STATED_METHODS or (not guessed and self.is_stated(found))
