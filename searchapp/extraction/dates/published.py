"""Extraction, `dates`: a page's statements -> its `PublicationDate`.

In order of trust: JSON-LD, meta elements, time elements, the day in the URL, a line by the
headline, a stamp, a dateline, the month in the URL, and last a guess: `_candidates` is the
order, `_find_local_day` its exception. Guesses are of low confidence. A date before the web
or after the capture is passed over.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import islice

from htmldate import find_date as guess_date

from searchapp.extraction.dates.date_lines import BYLINE_LENGTH
from searchapp.extraction.dates.parser import read_date
from searchapp.extraction.dates.plausibility import (
    EARLIEST,
    PlausibilityFilter,
    is_stated_in,
    latest_plausible_day,
)
from searchapp.extraction.dates.story_lines import (
    find_day_in_month,
    read_dateline,
    read_month_line,
)
from searchapp.extraction.dates.visible import (
    PageStatements,
    read_byline,
    read_publication_lines,
    read_stamp,
    read_time_elements,
    to_publication_date,
)
from searchapp.extraction.metadata.json_ld import Node, is_page_node, iter_strings
from searchapp.extraction.metadata.page import META_NAMES
from searchapp.model import Confidence, DatePrecision, PublicationDate, RawPage

_MAJORITY = 3  # kinds of statement
_MOST_TEXTS = 3_000  # set by hand

_STRUCTURED = ("datePublished", "dateCreated", "uploadDate")
_URL_DAY = re.compile(r"(?<!\d)((?:19|20)\d{2})([/._-]?)([01]?\d)\2([0-3]?\d)(?!\d)")
_URL_MONTH = re.compile(r"/((?:19|20)\d{2})[/-]([01]?\d)(?=/)")
_UTC = re.compile(r"(?:Z|GMT|UTC|[+-]00:?00)\s*\Z")
_TITLE_PARTS = re.compile(r"\s*[|｜•·]\s*|\s[-–—/]\s")
_WORDS = re.compile(r"(?:[^\W\d_]{2,}\W+){3}")
_YEAR = re.compile(r"(?:19|20)\d{2}")


def find_published(page: PageStatements, plausible: PlausibilityFilter) -> PublicationDate | None:
    """The page's publication date, in the publisher's own calendar; None when it states none.

    The first certain statement wins, then the first that can be read two ways, then a guess.
    What is not `plausible` is passed over.
    """
    doubtful = None
    for found in _candidates(page, plausible.latest):
        if not plausible(found):
            continue
        if found.confidence is Confidence.HIGH:
            return _find_majority(page, found, plausible) or found
        doubtful = doubtful or found
    return doubtful


def _find_majority(
    page: PageStatements, found: PublicationDate, plausible: PlausibilityFilter
) -> PublicationDate | None:
    """The other day that three kinds of statement agree on, the URL among them."""
    in_url = next(_read_url_day(page), None)
    if in_url is None or abs(in_url.day - found.day) <= timedelta(days=1):
        return None
    kinds = (_read_meta(page), read_time_elements(page), read_publication_lines(page))
    agreed = sum(any(one.day == in_url.day for one in kind) for kind in kinds)
    return in_url if agreed >= _MAJORITY - 1 and plausible(in_url) else None


def _read_meta(page: PageStatements) -> Iterator[PublicationDate]:
    for text in page.metadata.meta_contents(*META_NAMES["published"]):
        yield from filter(None, [to_publication_date(read_date(text, page.language), "meta")])


def plausibility_of(page: PageStatements) -> PlausibilityFilter:
    """What can be believed of a page, given when it was captured and what it shows."""
    return PlausibilityFilter(
        latest_plausible_day(page.captured),
        lambda found: is_stated_in(_lines(page), found, page.language),
    )


def read_record_date(page: RawPage, plausible: PlausibilityFilter) -> PublicationDate | None:
    """What the page's row, feed or mail says, if it can be believed."""
    found = to_publication_date(read_date(page.published or ""), "record")
    return found if found and plausible(found) else None


def _lines(page: PageStatements) -> Iterator[str]:
    body = page.tree.find(".//body")
    for text in () if body is None else map(str, islice(body.itertext(), _MOST_TEXTS)):
        yield text.strip()


def _candidates(page: PageStatements, latest: date) -> Iterator[PublicationDate]:
    yield from _read_statements(page)
    for finder in _FINDERS:
        yield from finder(page)
    guesses = list(_guess(page, latest))
    yield from _read_url_month(page, guesses)
    yield from read_month_line(page, guesses)
    yield from guesses


def _read_window_title(page: PageStatements) -> Iterator[PublicationDate]:
    """A day that is the whole last part of the window's title: "Pier closes | KC | 28.04.2023"."""
    last = _TITLE_PARTS.split(page.metadata.title)[-1]
    written = read_date(last, page.language)
    if written and not _WORDS.search(last) and last not in page.title:
        yield from filter(None, [to_publication_date(written, "text")])


def _read_statements(page: PageStatements) -> Iterator[PublicationDate]:
    """JSON-LD, then meta elements.

    When a page that holds no article was made is a guess at when its text was published.
    A stamp in UTC names the day at Greenwich: where the URL or the page shows the day before
    or after it, that is the publisher's. Meta elements often state when a page was
    stored, and JSON-LD without a time when it was changed: another day shown by the
    headline, if it is called the day of publication, goes before them.
    """
    for node in page.metadata.articles:
        for text in (text for name in _STRUCTURED for text in iter_strings(node.get(name))):
            found = list(_read_stamped(page, text, "json-ld"))
            doubtful = is_page_node(node)
            if _is_day_of_change(node, text):
                yield from _find_other_day(found, read_byline(page))
                doubtful |= not any(is_stated_in(_lines(page), day, page.language) for day in found)
            yield from map(_as_doubtful, found) if doubtful else found
    for text in page.metadata.meta_contents(*META_NAMES["published"]):
        found = list(_read_stamped(page, text, "meta"))
        yield from _find_other_day(found, read_publication_lines(page))
        yield from found


def _is_day_of_change(node: Node, text: str) -> bool:
    """Whether a day, without a time, is given for the change too: some systems keep only that."""
    return ":" not in text and text in iter_strings(node.get("dateModified"))


def _as_doubtful(found: PublicationDate) -> PublicationDate:
    return replace(found, confidence=Confidence.LOW)


def _read_stamped(page: PageStatements, text: str, method: str) -> Iterator[PublicationDate]:
    written = read_date(text, page.language)
    shown = _find_local_day(page, written.day) if written and _UTC.search(text) else None
    yield from filter(None, [shown, to_publication_date(written, method)])


def _find_other_day(
    found: list[PublicationDate], lines: Iterator[PublicationDate]
) -> Iterator[PublicationDate]:
    """The first day that is shown, if it is another one and can be read one way only."""
    days = {one.day for one in found if one.precision is DatePrecision.DAY}
    first = islice(lines, 1) if days else ()
    yield from (
        shown for shown in first if shown.confidence is Confidence.HIGH and shown.day not in days
    )


def _find_local_day(page: PageStatements, day: date) -> PublicationDate | None:
    """The day before or after that the URL or the page shows, but for the day of a change."""
    stated = [*page.metadata.json_ld_strings("dateModified")]
    stated += page.metadata.meta_contents(*META_NAMES["modified"])
    changed = {one.day for one in map(read_date, stated) if one} - {day}
    for finder in (_read_url_day, read_time_elements, read_byline):
        for found in finder(page):
            if found.day == day:
                return None
            if abs(found.day - day) == timedelta(days=1) and found.day not in changed:
                return found
    return None


def _read_url_day(page: PageStatements) -> Iterator[PublicationDate]:
    match = _URL_DAY.search(page.url or "")
    written = read_date(f"{match[1]}-{match[3]}-{match[4]}") if match else None
    yield from filter(None, [to_publication_date(written, "url")])


_FINDERS = (
    read_time_elements,
    _read_url_day,
    _read_window_title,
    read_byline,
    read_stamp,
    read_dateline,
)


def _read_url_month(
    page: PageStatements, guesses: list[PublicationDate]
) -> Iterator[PublicationDate]:
    """The URL's month; its day too where a guess falls into that month."""
    match = _URL_MONTH.search(page.url or "")
    month = to_publication_date(read_date(f"{match[1]}-{match[2]}"), "url") if match else None
    if month:
        agreed = find_day_in_month(month, guesses)
        yield replace(agreed, confidence=Confidence.HIGH) if agreed else month


def _guess(page: PageStatements, latest: date) -> Iterator[PublicationDate]:
    """What htmldate makes of the page, when it was changed, a day somewhere on it: guesses all."""
    guess = guess_date(
        page.tree,
        original_date=True,
        extensive_search=False,  # it loads dateparser, and that takes a second in every worker
        url=page.url,
        min_date=EARLIEST.isoformat(),
        max_date=latest.isoformat(),
    )
    if guess and guess.endswith("-01-01"):  # htmldate's way to say that it found a year
        guess = None
    changed = page.metadata.meta_contents(*META_NAMES["modified"])
    for text in (guess, *changed, _find_line_with_day(page)):
        written = read_date(text or "", page.language)
        if written and written.precision is not DatePrecision.YEAR:
            yield PublicationDate(written.day, written.precision, "text", Confidence.LOW)


def _find_line_with_day(page: PageStatements) -> str:
    """The first short line of the page that has a day in it."""
    for text in _lines(page):
        if len(text) <= BYLINE_LENGTH and _YEAR.search(text):
            written = read_date(text, page.language)
            if written and written.precision is DatePrecision.DAY:
                return text
    return ""
