"""Extraction, `dates`, beside `visible`: where stories begin, and lines with a month alone."""

import re
from collections.abc import Iterator

from searchapp.extraction.dates.parser import WrittenDate, read_date
from searchapp.extraction.dates.visible import PageStatements, to_publication_date
from searchapp.model import DatePrecision, PublicationDate

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
