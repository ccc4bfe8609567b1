"""Extraction, `dates`: what a page shows its readers -> the days it states.

Lines by the headline, time elements, elements named for dates, datelines. All are
written by people: nothing here comes from the page's head.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import islice

from lxml.html import HtmlElement

from searchapp.extraction.dates.parser import WrittenDate, read_date
from searchapp.extraction.dom.class_names import attribute_matcher
from searchapp.extraction.metadata.page import Metadata
from searchapp.extraction.phrases import compile_pattern
from searchapp.extraction.text_measures import comparison_key
from searchapp.model import Confidence, DatePrecision, PublicationDate

_MODIFIED = compile_pattern("{updated}|copyright|©")
_UPDATED = compile_pattern("{updated}")
# Set by hand; `python bench/extraction.py` measures them as a set.
_BESIDE_BEFORE, _BESIDE_AFTER = 12, 30  # elements
BYLINE_LENGTH = 120  # characters
_UNSEEN = frozenset({"script", "style", "title", "meta", "link", "head", "noscript"})
_HEADINGS = frozenset({"h1", "h2", "h3"})
_STYLED = frozenset({"b", "strong", "font", "span", "div", "p", "td", "center", "big"})
_FEW_PARTS, _INDENTED = 5, 200  # elements in a title, characters of white space around it
_DATE_CLASS = compile_pattern(
    r"(?:^|[\s_-])(?:(?:paper|pub|publish|publication|post|posted|entry|article|news|release"
    r"|text|item|field-name)?[_-]*{date_class}|published|posted-on|dateline|pubtime"
    r"|publish-?time|post-?meta|byline)(?:$|[\s_-])"
)
_is_for_date = attribute_matcher(_DATE_CLASS, "class", "id")
_PUBLISHED = compile_pattern(r"{published}\W{0,3}\s*(?:{on_day}|[:：])?\s")
_DATELINE = re.compile(
    r"\s*[^\W\d_][\w .'’/-]{1,40}[,(]\s?\(?([^()/—]{4,40}?)[.,)]*\s*(?:/|\(|—|--|[.)]?\s?-\s|–\s"
    r"|\.\s)"
)
_DATE_IN_BRACKETS = re.compile(r"\s*\(([^()]{6,30})\)\s")
_MONTH_STATED = re.compile(
    r"\A(?:published\s(?:in\s)?(?:the\s)?|.*[·|,]\s?)?[^\W\d_]{3,12}\.?\s(?:de\s)?(?:19"
    r"|20)\d{2}(?:\s\w+)?\W*\Z",
    re.IGNORECASE,
)
_LISTED = frozenset({"a", "li", "option"})
_MONTH_LINE, _STORY = 60, 80  # characters
_OPENING_TAGS = ("p", "div", "td", "strong", "b", "em", "i", "span", "font")
_MOST_STAMPS = 30
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
    """What the date finder looks at."""

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
        found = self._find_title(elements, _HEADINGS if headed else _HEADINGS | _STYLED)
        for index in islice(found, 1):
            after = elements[index + 1 : index + 1 + _BESIDE_AFTER]
            return [*after, *reversed(elements[max(0, index - _BESIDE_BEFORE) : index])]
        return []

    def _find_title(self, elements: list[HtmlElement], tags: frozenset[str]) -> Iterator[int]:
        """The indices of the elements with these tags whose text is the title."""
        key, longest = comparison_key(self.title), 2 * len(self.title)
        for index, element in enumerate(elements):
            if key and element.tag in tags and len(element) <= _FEW_PARTS:
                text = "".join(element.itertext())
                if len(text) <= longest + _INDENTED and comparison_key(text) == key:
                    yield index


def to_publication_date(written: WrittenDate | None, method: str) -> PublicationDate | None:
    """A written date as a published one; of high confidence unless it can be read two ways."""
    if written is None:
        return None
    confidence = Confidence.HIGH if written.certain else Confidence.LOW
    return PublicationDate(written.day, written.precision, method, confidence)


def read_time_elements(page: PageStatements) -> Iterator[PublicationDate]:
    """Elements marked as the publication date, then the only `time` or those by the headline."""
    marked = page.tree.xpath(
        ".//*[@itemprop or @pubdate]"
        "[contains(@itemprop,'datePublished') or contains(@itemprop,'dateCreated') or @pubdate]"
    )
    times = page.tree.findall(".//time")
    beside = [element for element in page.beside_headline if element.tag == "time"]
    for element in [*marked[:5], *(times if len(times) == 1 else beside)]:
        yield from filter(
            None, [to_publication_date(_read_element(element, page.language), "time-element")]
        )


def _read_element(element: HtmlElement, language: str | None) -> WrittenDate | None:
    text = " ".join(element.itertext()).strip()
    attributes = (element.get(name) or "" for name in ("content", "datetime", "title"))
    readings = (read_date(value, language) for value in [*attributes, text])
    return next(filter(None, readings), None)


def read_byline(page: PageStatements) -> Iterator[PublicationDate]:
    """A day written in a short line by the headline; lines about updates are passed over."""
    for written in _written_beside(page):
        if written.precision is DatePrecision.DAY:
            yield from filter(None, [to_publication_date(written, "text")])


def read_update_lines(page: PageStatements) -> Iterator[PublicationDate]:
    """Elements marked as the day of change, then lines by the headline that say one."""
    for element in page.tree.xpath(".//*[@itemprop][contains(@itemprop,'dateModified')]")[:5]:
        yield from filter(
            None, [to_publication_date(_read_element(element, page.language), "time-element")]
        )
    for line in _lines_beside(page):
        match = _UPDATED.search(line)
        if match:  # "Updated 5 May 2020", but "2020年5月5日更新"
            read = (read_date(part, page.language) for part in (line[match.end() :], line))
            yield from filter(None, [to_publication_date(next(filter(None, read), None), "text")])


def _lines_beside(page: PageStatements) -> Iterator[str]:
    for element in page.beside_headline:
        for line in (element.text, element.tail):
            if line and 0 < len(line.strip()) <= BYLINE_LENGTH:
                yield line.strip()


def _written_beside(page: PageStatements) -> Iterator[WrittenDate]:
    """The dates in lines by the headline; of "3 May 2020, updated 5 May 2020" the first."""
    for line in _lines_beside(page):
        change = _MODIFIED.search(line)
        if change and not read_date(line[change.end() :], page.language):
            continue
        written = read_date(line[: change.start()] if change else line, page.language)
        if written:
            yield written


def read_stamp(page: PageStatements) -> Iterator[PublicationDate]:
    """The one day in elements named for dates, or behind a word for publishing.

    Where they show several days, the page lists other stories: none of them is certain.
    """
    stamps = list(islice(_stamps(page), _MOST_STAMPS))
    if len({stamp.day for stamp in stamps}) == 1:
        yield from filter(None, [to_publication_date(stamps[0], "text")])


def _stamps(page: PageStatements) -> Iterator[WrittenDate]:
    for element in page.tree.iter(*_STAMP_TAGS):
        text = (element.text or "").strip()
        if not (4 <= len(text) <= BYLINE_LENGTH) or _MODIFIED.search(text):  # noqa: PLR2004 - a year
            continue
        if _is_for_date(element) or _PUBLISHED.match(text):
            written = read_date(text, page.language)
            if written and written.precision is DatePrecision.DAY:
                yield written


def read_dateline(page: PageStatements) -> Iterator[PublicationDate]:
    """`GRINDAL BAY, 22 August 1998. -` or `(22 August 1998)` where the story begins.

    Where no paragraph is marked as one, the only day that any text on the page begins with.
    """
    paragraphs = (" ".join(paragraph.itertext()) for paragraph in page.tree.iter("p"))
    story = next((text for text in paragraphs if len(text) >= _STORY), "")
    openings = (element.text or "" for element in page.tree.iter(*_OPENING_TAGS))
    elsewhere = list(filter(None, (_dateline(text, page.language) for text in openings)))
    only = elsewhere[0] if len({written.day for written in elsewhere}) == 1 else None
    yield from filter(
        None, [to_publication_date(_dateline(story, page.language) or only, "dateline")]
    )


def _dateline(text: str, language: str | None) -> WrittenDate | None:
    match = _DATELINE.match(text) or _DATE_IN_BRACKETS.match(text)
    written = read_date(match[1], language) if match else None
    return written if written and written.precision is DatePrecision.DAY else None


def read_month_line(
    page: PageStatements, guesses: list[PublicationDate]
) -> Iterator[PublicationDate]:
    """A month in a line of its own by the headline, for papers that have no days.

    A guess that falls into it says the day.
    """
    for element in page.beside_headline:
        line = (element.text or "").strip()
        if element.tag in _LISTED or len(line) > _MONTH_LINE or not _MONTH_STATED.search(line):
            continue
        month = to_publication_date(read_date(line, page.language), "text")
        if month and month.precision is DatePrecision.MONTH:
            yield find_day_in_month(month, guesses) or month
            return


def find_day_in_month(
    month: PublicationDate, guesses: list[PublicationDate]
) -> PublicationDate | None:
    """The first guess at a day that falls into the month."""
    days = (guess for guess in guesses if guess.precision is DatePrecision.DAY)
    return next((guess for guess in days if guess.iso.startswith(month.iso)), None)
