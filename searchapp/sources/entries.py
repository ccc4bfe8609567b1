"""What a container holds, one entry at a time: a page, a failure, or no page at all.

Beside the readers, with what several of them make pages of.
"""

import html
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import BinaryIO

from searchapp.errors import PageError
from searchapp.model import RawPage

_LONGEST_KIND = 60


@dataclass(frozen=True)
class Container:
    """An opened container: `path` begins its pages' keys, `name` tells its format.

    `size` is the most bytes the stream can give, None when it was unpacked; `file_size` is
    that of the file on disk, which alone says how far it may grow. `max_bytes` is the most
    that one page may have.
    """

    path: str
    name: str
    stream: BinaryIO
    size: int | None
    file_size: int
    max_bytes: int

    def key(self, where: object) -> str:
        """The key of the page at `where`: an offset, a line, a member's name."""
        return f"{self.path}#{where}"


@dataclass(frozen=True)
class Unread:
    """One record that ought to be a page and cannot be read, by its key."""

    path: str
    error: PageError


@dataclass(frozen=True)
class Skipped:
    """A record that is no page: a redirect, an image, a request."""

    kind: str


@dataclass(frozen=True)
class Revisit:
    """A capture that was not stored, as it was the same as one before: what it refers to.

    `digest` is that of the payload; the `of_` fields name the record that holds it, as far
    as the revisit does.
    """

    path: str
    url: str
    captured: datetime | None = None
    digest: str | None = None
    of_record: str | None = None
    of_url: str | None = None
    of_captured: datetime | None = None

    @property
    def kind(self) -> str:
        """As the records that are no pages are counted."""
        return "revisit"


Entry = RawPage | Unread | Skipped | Revisit
Entries = Iterator[Entry]


def skip(kind: str) -> Skipped:
    """A record of no page's kind; kinds come from the data, so their length is bounded."""
    return Skipped("".join(filter(str.isprintable, kind))[:_LONGEST_KIND].strip() or "unknown")


def parse_time(text: str) -> datetime | None:
    """A time in ISO 8601, such as a WARC-Date: in UTC when it names no zone; None for others."""
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return None
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def wrap_article(content: str, title: str) -> str:
    """HTML that states its title, from an article's HTML and its title in plain text."""
    head = f"<html><head><title>{html.escape(title)}</title></head>"
    return f"{head}<body><article>{content}</article></body></html>"


def prepend_title(text: str, title: str) -> str:
    """A text under its title, so that its first line is not taken for one."""
    return text if not title or text.lstrip().startswith(title) else f"{title}\n\n{text}"
