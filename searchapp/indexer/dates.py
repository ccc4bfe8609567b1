"""Step five of the data's path: a page's statements -> its `PublicationDate`.

In order of trust: JSON-LD, meta elements, time elements, the URL, a date written
beside the headline, and last a guess. Only what the page states is of high
confidence. A date before the web or after the capture is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property

from htmldate import find_date as guess_date
from lxml.html import HtmlElement

from searchapp.indexer.calendar import WrittenDate, read_date
from searchapp.indexer.metadata import Metadata
from searchapp.model import Confidence, DatePrecision, PublicationDate, RawPage

EARLIEST = date(1990, 1, 1)

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
_META_MODIFIED = (
    "article:modified_time",
    "og:updated_time",
    "datemodified",
    "last-modified",
    "lastmod",
)
_URL_DAY = re.compile(r"(?<!\d)((?:19|20)\d{2})([/._-]?)([01]?\d)\2([0-3]?\d)(?!\d)")
_URL_MONTH = re.compile(r"/((?:19|20)\d{2})[/-]([01]?\d)(?=/)")
_MODIFIED_WORDS = re.compile(
    r"updated?|modified|edited|revised|reviewed|aktualisiert|geändert|stand:|mis à jour"
    r"|actualizado|aggiornato|обновлен|изменен|更新|修改|copyright|©",
    re.IGNORECASE,
)
_UTC = re.compile(r"(?:Z|GMT|UTC|[+-]00:?00)\s*\Z")
_BESIDE_BEFORE, _BESIDE_AFTER = 12, 30
_BYLINE_LENGTH = 120
_HEADINGS = frozenset({"h1", "h2", "h3"})


@dataclass(frozen=True)
class PageStatements:
    """What the date finder looks at; `today` bounds what it believes."""

    tree: HtmlElement
    metadata: Metadata
    url: str | None
    title: str
    language: str | None
    captured: datetime | None = None

    @cached_property
    def beside_headline(self) -> list[HtmlElement]:
        """Elements shortly after, then shortly before the heading that holds the title."""
        key = _letters(self.title)
        elements = [element for element in self.tree.iter() if isinstance(element.tag, str)]
        for position, element in enumerate(elements):
            if element.tag in _HEADINGS and key and _letters("".join(element.itertext())) == key:
                after = elements[position + 1 : position + 1 + _BESIDE_AFTER]
                return [*after, *reversed(elements[max(0, position - _BESIDE_BEFORE) : position])]
        return []


def find_date(page: PageStatements) -> PublicationDate | None:
    """The page's publication date, in the publisher's own calendar; None when it states none.

    The first certain statement wins, then the first that can be read two ways, then a guess.
    """
    latest = latest_day(page.captured)
    doubtful = None
    for found in _candidates(page, latest):
        if not EARLIEST <= found.day <= latest:
            continue
        if found.confidence is Confidence.HIGH:
            return found
        doubtful = doubtful or found
    return doubtful


def latest_day(captured: datetime | None) -> date:
    """The last believable day: one past the capture, as zones east of it are ahead."""
    return ((captured or datetime.now(tz=UTC)) + timedelta(days=1)).date()


def stated(written: WrittenDate | None, method: str) -> PublicationDate | None:
    """A written date as a published one; of high confidence unless it can be read two ways."""
    if written is None:
        return None
    confidence = Confidence.HIGH if written.certain else Confidence.LOW
    return PublicationDate(written.day, written.precision, method, confidence)


def stated_date(page: RawPage) -> PublicationDate | None:
    """What the page's row, feed or mail says, if it can be believed."""
    found = stated(read_date(page.published or ""), "record")
    believed = found and EARLIEST <= found.day <= latest_day(page.captured)
    return found if believed else None


def _candidates(page: PageStatements, latest: date) -> Iterator[PublicationDate]:
    yield from _from_statements(page)
    for finder in (_from_time_elements, _from_url_day, _from_byline):
        yield from finder(page)
    guesses = list(_guessed(page, latest))
    yield from _from_url_month(page, guesses)
    yield from guesses


def _from_statements(page: PageStatements) -> Iterator[PublicationDate]:
    """JSON-LD, then meta elements.

    A stamp in UTC names the day at Greenwich: where the page shows the day before
    or after it, that is the publisher's.
    """
    structured = ((text, "json-ld") for text in page.metadata.structured(*_STRUCTURED))
    meta = ((text, "meta") for text in page.metadata.stated(*_META))
    for text, method in [*structured, *meta]:
        written = read_date(text, page.language)
        shown = _local_day(page, written.day) if written and _UTC.search(text) else None
        yield from filter(None, [shown, stated(written, method)])


def _local_day(page: PageStatements, day: date) -> PublicationDate | None:
    for finder in (_from_url_day, _from_time_elements, _from_byline):
        for found in finder(page):
            if found.day == day:
                return None
            if abs(found.day - day) == timedelta(days=1):
                return found
    return None


def _from_time_elements(page: PageStatements) -> Iterator[PublicationDate]:
    """Elements marked as the publication date, then the only `time` or those by the headline."""
    marked = page.tree.xpath(
        ".//*[contains(@itemprop,'datePublished') or contains(@itemprop,'dateCreated') or @pubdate]"
    )
    times = page.tree.findall(".//time")
    beside = [element for element in page.beside_headline if element.tag == "time"]
    for element in [*marked[:5], *(times if len(times) == 1 else beside)]:
        yield from filter(None, [stated(_read_element(element, page.language), "time-element")])


def _read_element(element: HtmlElement, language: str | None) -> WrittenDate | None:
    text = " ".join(element.itertext()).strip()
    attributes = (element.get(name) or "" for name in ("content", "datetime", "title"))
    readings = (read_date(value, language) for value in [*attributes, text])
    return next(filter(None, readings), None)


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
        days = (guess for guess in guesses if guess.precision is DatePrecision.DAY)
        agreed = next((guess for guess in days if guess.iso.startswith(month.iso)), None)
        yield replace(agreed, confidence=Confidence.HIGH) if agreed else month


def _from_byline(page: PageStatements) -> Iterator[PublicationDate]:
    """A day written in a short line by the headline; lines about updates are passed over."""
    for element in page.beside_headline:
        for line in (element.text, element.tail):
            if line and len(line.strip()) <= _BYLINE_LENGTH and not _MODIFIED_WORDS.search(line):
                written = read_date(line.strip(), page.language)
                if written and written.precision is DatePrecision.DAY:
                    yield from filter(None, [stated(written, "text")])


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()


def _guessed(page: PageStatements, latest: date) -> Iterator[PublicationDate]:
    """What htmldate makes of the page, then when it was changed: never more than a guess."""
    guess = guess_date(
        page.tree,
        original_date=True,
        extensive_search=False,  # the rest finds dates on pages that have none
        url=page.url,
        min_date=EARLIEST.isoformat(),
        max_date=latest.isoformat(),
    )
    if guess and guess.endswith("-01-01"):  # htmldate's way to say that it found a year
        guess = guess[:4]
    for text in (guess, *page.metadata.stated(*_META_MODIFIED)):
        written = read_date(text or "")
        if written:
            yield PublicationDate(written.day, written.precision, "text", Confidence.LOW)
