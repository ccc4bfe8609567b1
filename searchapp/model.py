"""The types that travel along the data's path, from a file to a document.

A leaf: imports nothing from the rest. All are frozen; all cross process
boundaries; all offsets count Unicode code points.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


@dataclass(frozen=True)
class Attachment:
    """A part of a mail beside its body: as it was sent, with its name and media type."""

    name: str
    media_type: str
    body: bytes
    charset: str | None = None


@dataclass(frozen=True)
class RawPage:
    """The bytes of one page and what its container said about them.

    `path` is the file's absolute path, and for a page in a container the container's,
    `#`, and where in it the page is. `url` and `charset` are what the transport knew
    (an HTTP header, a WARC record, `--url`), None when nothing did; `media_type` is
    set when the bytes are known to be of that type. `title`, `published` and `modified`
    (dates as written) and `authors` are what a row, a feed or a mail says of its page.
    `record_id` and `digest` (of the payload) are what revisits in a WARC refer to;
    `attachments` are what an opened mail carries beside its body.
    """

    path: str
    body: bytes
    url: str | None = None
    charset: str | None = None
    captured: datetime | None = None
    media_type: str | None = None
    title: str | None = None
    published: str | None = None
    authors: tuple[str, ...] = ()
    modified: str | None = None
    record_id: str | None = None
    digest: str | None = None
    attachments: tuple[Attachment, ...] = ()


class DatePrecision(StrEnum):
    """How much of a date the page stated."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


class Confidence(StrEnum):
    """Whether a value was stated by the page (high) or guessed from it (low)."""

    HIGH = "high"
    LOW = "low"


_ISO_LENGTH = {DatePrecision.DAY: 10, DatePrecision.MONTH: 7, DatePrecision.YEAR: 4}


@dataclass(frozen=True)
class PublicationDate:
    """When a page was published, or last changed, in the publisher's own local calendar.

    `day` is the first day the precision allows. `method` names what found it, such
    as `json-ld`, `meta`, `time-element`, `url`, `text-header`, `dateline`.
    """

    day: date
    precision: DatePrecision
    method: str
    confidence: Confidence

    @property
    def iso(self) -> str:
        """`2020-10-04`, `2020-10` or `2020`, by precision."""
        return self.day.isoformat()[: _ISO_LENGTH[self.precision]]


@dataclass(frozen=True)
class RejectedDate:
    """A date that a page states and that was not believed: as stated, by what, and why not."""

    date: str
    method: str
    reason: str


@dataclass(frozen=True)
class Article:
    """What the cleaner found in a page.

    `text` is plain text, paragraphs separated by one blank line, residue removed;
    it begins with the lead when the page has one. `lead` is the standfirst, or the
    first paragraph. `language` is an ISO 639-1 code. `site` is the host the page
    came from, lower case, without `www.`. `modified` is when the
    page says that it was last changed, `captured` when it was fetched or saved, as its
    container says; `rejected` are dates it states that cannot be when it was published.
    """

    title: str
    text: str
    lead: str = ""
    authors: tuple[str, ...] = ()
    language: str | None = None
    site: str | None = None
    url: str | None = None
    canonical_url: str | None = None
    published: PublicationDate | None = None
    modified: PublicationDate | None = None
    captured: datetime | None = None
    rejected: tuple[RejectedDate, ...] = ()

    def counted_day(self, *, uncertain: bool) -> date | None:
        """The day it was published; one of low confidence counts only if `uncertain`."""
        published = self.published
        counts = published and (uncertain or published.confidence == Confidence.HIGH)
        return published.day if published and counts else None


class EntityType(StrEnum):
    """What an entity is; also the name of its facet."""

    PERSON = "person"
    ORG = "org"
    PLACE = "place"


@dataclass(frozen=True)
class Entity:
    """A canonical name and where the article's text mentions it.

    `mentions` are half-open `[start, end)` ranges into the text in code points, ascending.
    """

    name: str
    type: EntityType
    mentions: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class IndexedDocument:
    """One page as an engine indexes and returns it."""

    id: str
    path: str
    article: Article
    entities: tuple[Entity, ...] = ()

    def values(self, facet: str) -> tuple[str, ...]:
        """The document's distinct values in a facet of `FACET_FIELDS`, in order."""
        article = self.article
        if facet in set(EntityType):
            return tuple(dict.fromkeys(e.name for e in self.entities if e.type == facet))
        if facet == "author":
            return tuple(dict.fromkeys(article.authors))
        value = {"site": article.site, "lang": article.language}[facet]
        return (value,) if value else ()


FACET_FIELDS = ("person", "org", "place", "site", "author", "lang")
