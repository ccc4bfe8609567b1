"""Extraction, `dates`: what a page shows its readers -> the days it states.

Lines by the headline, time elements, elements named for dates, datelines. All are
written by people: nothing here comes from the page's head.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from itertools import islice

from lxml.html import HtmlElement

from searchapp.extraction.dates.date_lines import (
    BYLINE_LENGTH,
    dates_page,
    is_apart,
    is_bare_date,
    is_in_sentence,
    line_of,
    says_publication,
)
from searchapp.extraction.dates.parser import WrittenDate, read_date
from searchapp.extraction.dom.class_names import attribute_matcher
from searchapp.extraction.metadata.page import META_NAMES, Metadata
from searchapp.extraction.phrases import compile_pattern
from searchapp.extraction.text_measures import comparison_key
from searchapp.model import Confidence, DatePrecision, PublicationDate

_MODIFIED = compile_pattern("{updated}|copyright|©")
_UPDATED = compile_pattern("{updated}")
# Set by hand; `python bench/extraction.py` measures them as a set.
_BESIDE_BEFORE, _BESIDE_AFTER = 12, 30  # elements
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
_is_for_other_day = attribute_matcher(
    re.compile(
        r"event|birth|death|deadline|expir|start|end-?date|modif|updat|change|archive",
        re.IGNORECASE,
    ),
    "class",
    "id",
)
_ANNOUNCEMENT = compile_pattern(r"\W*(?:{published}|{publication})(?:\s+{on_day})?\W*")
_PUBLISHED = compile_pattern(r"{published}\W{0,3}\s*(?:{on_day}|[:：])?\s")
_MOST_STAMPS, _MOST_TIMES = 30, 200
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
                if len(text) > longest + _INDENTED:
                    continue
                said = comparison_key(text)
                if said == key or (element.tag == "h1" and key in said):
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
    times = list(islice(page.tree.iter("time"), _MOST_TIMES))
    times = [time for time in times if _dates_page(time, page.language)]
    known = set(times)
    beside = [element for element in page.beside_headline if element in known]
    for element in [*marked[:5], *(times if len(times) == 1 else beside)]:
        yield from filter(
            None, [to_publication_date(_read_element(element, page.language), "time-element")]
        )


def _dates_page(time: HtmlElement, language: str | None) -> bool:
    return is_apart(time) and not is_in_sentence(time, language)


def _read_element(element: HtmlElement, language: str | None) -> WrittenDate | None:
    text = " ".join(element.itertext()).strip()
    attributes = (element.get(name) or "" for name in ("content", "datetime", "title"))
    readings = (read_date(value, language) for value in [*attributes, text])
    return next(filter(None, readings), None)


def read_byline(page: PageStatements) -> Iterator[PublicationDate]:
    """A day written in a short line by the headline; of low confidence in a caption or sentence.

    Lines about updates are passed over.
    """
    for line, written, element in _written_beside(page):
        found = to_publication_date(written, "text")
        if found and found.precision is DatePrecision.DAY:
            certain = is_apart(element) and dates_page(line, page.language)
            yield found if certain else replace(found, confidence=Confidence.LOW)


def read_publication_lines(page: PageStatements) -> Iterator[PublicationDate]:
    """Days by the headline that their line, the one before or an element's name call publication's.

    Another meta element confirms a line that is nothing but a day.
    """
    stated = page.metadata.meta_contents(*META_NAMES["published"])
    days = {
        written.day for written in (read_date(text, page.language) for text in stated) if written
    }
    for line, written, element in _written_beside(page):
        bare = is_bare_date(line, page.language)
        said = says_publication(line) or (
            bare and (written.day in days or _is_stamp(element) or _is_announced(element))
        )
        if said and is_apart(element) and written.precision is DatePrecision.DAY:
            yield from filter(None, [to_publication_date(written, "text")])


def _is_stamp(element: HtmlElement) -> bool:
    """Whether an element is named for dates, and not for those of an event or a change."""
    return _is_for_date(element) and not _is_for_other_day(element)


def _is_announced(element: HtmlElement) -> bool:
    """Whether the element before says "Published on:" and no more."""
    before = element.getprevious()
    return before is not None and _ANNOUNCEMENT.fullmatch("".join(before.itertext())) is not None


def read_update_lines(page: PageStatements) -> Iterator[PublicationDate]:
    """Elements marked as the day of change, then lines by the headline that say one."""
    for element in page.tree.xpath(".//*[@itemprop][contains(@itemprop,'dateModified')]")[:5]:
        yield from filter(
            None, [to_publication_date(_read_element(element, page.language), "time-element")]
        )
    for line, _ in _lines_beside(page):
        match = _UPDATED.search(line)
        if match:  # "Updated 5 May 2020", but "2020年5月5日更新"
            read = (read_date(part, page.language) for part in (line[match.end() :], line))
            yield from filter(None, [to_publication_date(next(filter(None, read), None), "text")])


def _lines_beside(page: PageStatements) -> Iterator[tuple[str, HtmlElement]]:
    for element in page.beside_headline:
        for line in (line_of(element), (element.tail or "").strip()):
            if 0 < len(line) <= BYLINE_LENGTH:
                yield line, element


def _written_beside(page: PageStatements) -> Iterator[tuple[str, WrittenDate, HtmlElement]]:
    """The lines by the headline with their dates and where they stand.

    Of "3 May 2020, updated 5 May 2020" the first.
    """
    for line, element in _lines_beside(page):
        change = _MODIFIED.search(line)
        if change and not read_date(line[change.end() :], page.language):
            continue
        kept = line[: change.start()] if change else line
        written = read_date(kept, page.language)
        if written:
            yield kept, written, element


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
