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
from itertools import islice

from htmldate import find_date as guess_date
from lxml.html import HtmlElement

from searchapp.indexer.calendar import WrittenDate, read_date
from searchapp.indexer.metadata import Metadata
from searchapp.indexer.structured import is_of_page, strings
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
_UNSEEN = frozenset({"script", "style", "title", "meta", "link", "head", "noscript"})
_HEADINGS = frozenset({"h1", "h2", "h3"})
_STYLED = frozenset({"b", "strong", "font", "span", "div", "p", "td", "center", "big"})
_FEW_PARTS, _INDENTED = 5, 200
_DATE_NAMES = re.compile(
    r"(?:^|[\s_-])(?:(?:paper|pub|publish|publication|post|posted|entry|article|news|release"
    r"|text|item|field-name)?[_-]*"
    r"(?:date|datum|fecha|data|datetime|timestamp|time)|published|posted-on|dateline|pubtime"
    r"|publish-?time|post-?meta|byline)(?:$|[\s_-])",
    re.IGNORECASE,
)
_PUBLISHED = re.compile(
    r"(?:published|posted|released|date|veröffentlicht|erschienen|datum|publié|paru"
    r"|mis\s+en\s+ligne|publicado|fecha|pubblicato|data\s+publikacji|opublikowano|dodano"
    r"|опубликовано|дата|δημοσι\w+|ημερομηνία|yayın\w*|publicerad|publisert|julkaistu|发布(?:时间"
    r"|日期)?|发表(?:时间|于)|时间|日期|更新日期|등록|입력|기사입력)\W{0,3}\s*(?:on|am|le|el|il|:|：)?\s",
    re.IGNORECASE,
)
_DATELINE = re.compile(
    r"\s*[^\W\d_][\w .'’/-]{1,40}[,(]\s?\(?([^()/—]{4,40}?)[.,)]*\s*(?:/|\(|—|--|[.)]?\s?-\s|–\s"
    r"|\.\s)"
)
_MONTH_STATED = re.compile(
    r"\A(?:published\s(?:in\s)?(?:the\s)?|.*[·|,]\s?)?[^\W\d_]{3,12}\.?\s(?:de\s)?(?:19"
    r"|20)\d{2}(?:\s\w+)?\W*\Z",
    re.IGNORECASE,
)
_LISTED = frozenset({"a", "li", "option"})
_MONTH_LINE = 60
_STORY = 80
_MOST_STAMPS, _MOST_TEXTS = 30, 3_000
_YEAR = re.compile(r"(?:19|20)\d{2}")
_STAMP_TAGS = (
    "span",
    "div",
    "p",
    "time",
    "td",
    "font",
    "small",
    "em",
    "i",
    "b",
    "strong",
    "li",
    "a",
    "h2",
    "h3",
    "h4",
    "h5",
    "dd",
)


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
        """Elements shortly after, then shortly before the one that holds the title.

        That is a heading; on pages from before headings, whatever says the title and no more.
        """
        elements = [element for element in self.tree.iter() if element.tag not in _UNSEEN]
        headed = self.tree.find(".//h1") is not None
        found = self._titled(elements, _HEADINGS if headed else _HEADINGS | _STYLED)
        for position in islice(found, 1):
            after = elements[position + 1 : position + 1 + _BESIDE_AFTER]
            return [*after, *reversed(elements[max(0, position - _BESIDE_BEFORE) : position])]
        return []

    def _titled(self, elements: list[HtmlElement], tags: frozenset[str]) -> Iterator[int]:
        """The positions of the elements with these tags whose text is the title."""
        key, longest = _letters(self.title), 2 * len(self.title)
        for position, element in enumerate(elements):
            if key and element.tag in tags and len(element) <= _FEW_PARTS:
                text = "".join(element.itertext())
                if len(text) <= longest + _INDENTED and _letters(text) == key:
                    yield position


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
    for finder in (_from_time_elements, _from_url_day, _from_byline, _from_stamp, _from_dateline):
        yield from finder(page)
    guesses = list(_guessed(page, latest))
    yield from _from_url_month(page, guesses)
    yield from _from_month_line(page, guesses)
    yield from guesses


def _from_statements(page: PageStatements) -> Iterator[PublicationDate]:
    """JSON-LD, then meta elements.

    When a page that holds no article was made is a guess at when its text was published.
    A stamp in UTC names the day at Greenwich: where the page shows the day before
    or after it, that is the publisher's. Meta elements often state when a page was
    stored: another day shown by the headline goes before them.
    """
    for node in page.metadata.articles:
        for text in (text for name in _STRUCTURED for text in strings(node.get(name))):
            dated = _stamped(page, text, "json-ld")
            yield from map(_doubted, dated) if is_of_page(node) else dated
    for text in page.metadata.stated(*_META):
        found = list(_stamped(page, text, "meta"))
        stated_days = {day.day for day in found if day.precision is DatePrecision.DAY}
        if stated_days:
            yield from (shown for shown in _shown(page) if shown.day not in stated_days)
        yield from found


def _doubted(found: PublicationDate) -> PublicationDate:
    return replace(found, confidence=Confidence.LOW)


def _stamped(page: PageStatements, text: str, method: str) -> Iterator[PublicationDate]:
    written = read_date(text, page.language)
    shown = _local_day(page, written.day) if written and _UTC.search(text) else None
    yield from filter(None, [shown, stated(written, method)])


def _shown(page: PageStatements) -> Iterator[PublicationDate]:
    """The first day by the headline, if it can be read one way only."""
    first = islice(_from_byline(page), 1)
    yield from (found for found in first if found.confidence is Confidence.HIGH)


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
    for written in _written_beside(page):
        if written.precision is DatePrecision.DAY:
            yield from filter(None, [stated(written, "text")])


def _written_beside(page: PageStatements) -> Iterator[WrittenDate]:
    for element in page.beside_headline:
        for line in (element.text, element.tail):
            if line and len(line.strip()) <= _BYLINE_LENGTH and not _MODIFIED_WORDS.search(line):
                written = read_date(line.strip(), page.language)
                if written:
                    yield written


def _from_stamp(page: PageStatements) -> Iterator[PublicationDate]:
    """The one day in elements named for dates, or behind a word for publishing.

    Where they show several days, the page lists other stories: none of them is certain.
    """
    stamps = list(islice(_stamps(page), _MOST_STAMPS))
    if len({stamp.day for stamp in stamps}) == 1:
        yield from filter(None, [stated(stamps[0], "text")])


def _stamps(page: PageStatements) -> Iterator[WrittenDate]:
    for element in page.tree.iter(*_STAMP_TAGS):
        text = (element.text or "").strip()
        named = _DATE_NAMES.search(f"{element.get('class') or ''} {element.get('id') or ''}")
        if not (4 <= len(text) <= _BYLINE_LENGTH) or _MODIFIED_WORDS.search(text):  # noqa: PLR2004 - a year
            continue
        if named or _PUBLISHED.match(text):
            written = read_date(text, page.language)
            if written and written.precision is DatePrecision.DAY:
                yield written


def _from_dateline(page: PageStatements) -> Iterator[PublicationDate]:
    """`GRINDAL BAY, 22 August 1998. -` at the beginning of the first paragraph of the story."""
    paragraphs = (" ".join(paragraph.itertext()) for paragraph in page.tree.iter("p"))
    story = next((text for text in paragraphs if len(text) >= _STORY), "")
    match = _DATELINE.match(story)
    written = read_date(match[1], page.language) if match else None
    if written and written.precision is DatePrecision.DAY:
        yield from filter(None, [stated(written, "dateline")])


def _from_month_line(
    page: PageStatements, guesses: list[PublicationDate]
) -> Iterator[PublicationDate]:
    """A month in a line of its own by the headline, for papers that have no days.

    A guess that falls into it says the day.
    """
    for element in page.beside_headline:
        line = (element.text or "").strip()
        if element.tag in _LISTED or len(line) > _MONTH_LINE or not _MONTH_STATED.search(line):
            continue
        month = stated(read_date(line, page.language), "text")
        if month and month.precision is DatePrecision.MONTH:
            days = (guess for guess in guesses if guess.precision is DatePrecision.DAY)
            yield next((guess for guess in days if guess.iso.startswith(month.iso)), month)
            return


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()


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
    for text in (guess, *page.metadata.stated(*_META_MODIFIED), _first_day(page)):
        written = read_date(text or "", page.language)
        if written and written.precision is not DatePrecision.YEAR:
            yield PublicationDate(written.day, written.precision, "text", Confidence.LOW)


def _first_day(page: PageStatements) -> str:
    """The first short line of the page that has a day in it."""
    body = page.tree.find(".//body")
    for text in () if body is None else map(str, islice(body.itertext(), _MOST_TEXTS)):
        if len(text) <= _BYLINE_LENGTH and _YEAR.search(text):
            written = read_date(text.strip(), page.language)
            if written and written.precision is DatePrecision.DAY:
                return text.strip()
    return ""
