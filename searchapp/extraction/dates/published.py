"""Step five of the data's path: a page's statements -> its `PublicationDate`.

In order of trust: JSON-LD, meta elements, time elements, the URL, a date written
beside the headline, and last a guess. Only what the page states is of high
confidence. A date before the web or after the capture is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import islice

from htmldate import find_date as guess_date

from searchapp.extraction.dates.modified import MODIFIED_META
from searchapp.extraction.dates.parser import read_date
from searchapp.extraction.dates.plausibility import EARLIEST, Plausible, latest_day, says
from searchapp.extraction.dates.visible import (
    BYLINE_LENGTH,
    PageStatements,
    day_of,
    from_byline,
    from_dateline,
    from_month_line,
    from_stamp,
    from_time_elements,
    stated,
)
from searchapp.extraction.metadata.json_ld import Node, is_of_page, strings
from searchapp.model import Confidence, DatePrecision, PublicationDate, RawPage

_MOST_TEXTS = 3_000

_STRUCTURED = ("datePublished", "dateCreated", "uploadDate")
_META = (
    "article:published_time",
    "og:article:published_time",
    "og:published_time",
    "article:published",
    "datepublished",
    "published_time",
    "date.published",
    "parsely-pub-date",
    "sailthru.date",
    "shareaholic:article_published_time",
    "cxenseparse:recs:publishtime",
    "rbpubdate",
    "bt:pubdate",
    "publish_date",
    "publish-date",
    "publishdate",
    "publication_date",
    "publication-date",
    "pubdate",
    "pubyear",
    "originalpublicationdate",
    "dc.date.issued",
    "dcterms.issued",
    "dc.date.created",
    "dcterms.created",
    "dcterms.date",
    "dc.date",
    "citation_publication_date",
    "citation_online_date",
    "citation_date",
    "datecreated",
    "article_date_original",
    "displaydate",
    "ptime",
    "date",
)
_URL_DAY = re.compile(r"(?<!\d)((?:19|20)\d{2})([/._-]?)([01]?\d)\2([0-3]?\d)(?!\d)")
_URL_MONTH = re.compile(r"/((?:19|20)\d{2})[/-]([01]?\d)(?=/)")
_UTC = re.compile(r"(?:Z|GMT|UTC|[+-]00:?00)\s*\Z")
_YEAR = re.compile(r"(?:19|20)\d{2}")


def find_date(page: PageStatements, plausible: Plausible) -> PublicationDate | None:
    """The page's publication date, in the publisher's own calendar; None when it states none.

    The first certain statement wins, then the first that can be read two ways, then a guess.
    What is not `plausible` is passed over.
    """
    doubtful = None
    for found in _candidates(page, plausible.latest):
        if not plausible(found):
            continue
        if found.confidence is Confidence.HIGH:
            return found
        doubtful = doubtful or found
    return doubtful


def plausible_for(page: PageStatements) -> Plausible:
    """What can be believed of a page, given when it was captured and what it shows."""
    return Plausible(
        latest_day(page.captured), lambda found: says(_lines(page), found, page.language)
    )


def stated_date(page: RawPage, plausible: Plausible) -> PublicationDate | None:
    """What the page's row, feed or mail says, if it can be believed.

    What was never on the web, as it has no address there, may be older than the web.
    """
    found = stated(read_date(page.published or ""), "record")
    if found and not page.url:
        plausible = replace(plausible, said=lambda _: True)
    return found if found and plausible(found) else None


def _lines(page: PageStatements) -> Iterator[str]:
    body = page.tree.find(".//body")
    for text in () if body is None else map(str, islice(body.itertext(), _MOST_TEXTS)):
        yield text.strip()


def _candidates(page: PageStatements, latest: date) -> Iterator[PublicationDate]:
    yield from _from_statements(page)
    for finder in (from_time_elements, _from_url_day, from_byline, from_stamp, from_dateline):
        yield from finder(page)
    guesses = list(_guessed(page, latest))
    yield from _from_url_month(page, guesses)
    yield from from_month_line(page, guesses)
    yield from guesses


def _from_statements(page: PageStatements) -> Iterator[PublicationDate]:
    """JSON-LD, then meta elements.

    When a page that holds no article was made is a guess at when its text was published.
    A stamp in UTC names the day at Greenwich: where the page shows the day before
    or after it, that is the publisher's. Meta elements often state when a page was
    stored, and JSON-LD without a time when it was changed: another day shown by the
    headline goes before them.
    """
    for node in page.metadata.articles:
        for text in (text for name in _STRUCTURED for text in strings(node.get(name))):
            found = list(_stamped(page, text, "json-ld"))
            doubtful = is_of_page(node)
            if _is_day_of_change(node, text):
                yield from _shown_besides(page, found)
                doubtful |= not any(says(_lines(page), day, page.language) for day in found)
            yield from map(_doubted, found) if doubtful else found
    for text in page.metadata.stated(*_META):
        found = list(_stamped(page, text, "meta"))
        yield from _shown_besides(page, found)
        yield from found


def _is_day_of_change(node: Node, text: str) -> bool:
    """Whether a day, without a time, is given for the change too: some systems keep only that."""
    return ":" not in text and text in strings(node.get("dateModified"))


def _doubted(found: PublicationDate) -> PublicationDate:
    return replace(found, confidence=Confidence.LOW)


def _stamped(page: PageStatements, text: str, method: str) -> Iterator[PublicationDate]:
    written = read_date(text, page.language)
    shown = _local_day(page, written.day) if written and _UTC.search(text) else None
    yield from filter(None, [shown, stated(written, method)])


def _shown_besides(page: PageStatements, found: list[PublicationDate]) -> Iterator[PublicationDate]:
    """The first day by the headline, if it is another one and can be read one way only."""
    days = {one.day for one in found if one.precision is DatePrecision.DAY}
    first = islice(from_byline(page), 1) if days else ()
    yield from (
        shown for shown in first if shown.confidence is Confidence.HIGH and shown.day not in days
    )


def _local_day(page: PageStatements, day: date) -> PublicationDate | None:
    for finder in (_from_url_day, from_time_elements, from_byline):
        for found in finder(page):
            if found.day == day:
                return None
            if abs(found.day - day) == timedelta(days=1):
                return found
    return None


def _from_url_day(page: PageStatements) -> Iterator[PublicationDate]:
    match = _URL_DAY.search(page.url or "")
    written = read_date(f"{match[1]}-{match[3]}-{match[4]}") if match else None
    yield from filter(None, [stated(written, "url")])


def _from_url_month(
    page: PageStatements, guesses: list[PublicationDate]
) -> Iterator[PublicationDate]:
    """The URL's month; its day too where a guess falls into that month."""
    match = _URL_MONTH.search(page.url or "")
    month = stated(read_date(f"{match[1]}-{match[2]}"), "url") if match else None
    if month:
        agreed = day_of(month, guesses)
        yield replace(agreed, confidence=Confidence.HIGH) if agreed else month


def _guessed(page: PageStatements, latest: date) -> Iterator[PublicationDate]:
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
    for text in (guess, *page.metadata.stated(*MODIFIED_META), _first_day(page)):
        written = read_date(text or "", page.language)
        if written and written.precision is not DatePrecision.YEAR:
            yield PublicationDate(written.day, written.precision, "text", Confidence.LOW)


def _first_day(page: PageStatements) -> str:
    """The first short line of the page that has a day in it."""
    for text in _lines(page):
        if len(text) <= BYLINE_LENGTH and _YEAR.search(text):
            written = read_date(text, page.language)
            if written and written.precision is DatePrecision.DAY:
                return text
    return ""
