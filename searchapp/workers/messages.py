"""What the pool hands to its workers, and what they answer.

A leaf between `pool` and `worker`: who plans and records pages does not load what reads them.
"""

from dataclasses import dataclass

from searchapp.errors import PageError
from searchapp.model import Article, Entity, RawPage
from searchapp.sources.entries import Entry


@dataclass(frozen=True)
class Limits:
    """What one page may cost: seconds of CPU time, MiB beyond the idle worker, MiB of bytes."""

    seconds: float
    memory_mb: int
    page_mb: int


@dataclass(frozen=True)
class PageContent:
    """What a page gave."""

    article: Article
    entities: tuple[Entity, ...]


@dataclass(frozen=True)
class KnownArticle:
    """A page that was read before, in whose text names are to be looked for."""

    path: str
    article: Article


@dataclass(frozen=True)
class Passage:
    """What is to be made a vector of, of a page that was read before."""

    path: str
    text: str


@dataclass(frozen=True)
class PageVector:
    """The vector of a passage, as int8."""

    vector: bytes


@dataclass(frozen=True)
class ContainerFile:
    """A container to walk: answered by its parts, then by None or the PageError that ended it."""

    path: str


@dataclass(frozen=True)
class ContainerPart:
    """An entry, or None for a sign of progress; reading is at byte `position` of the file."""

    position: int
    entry: Entry | None


Answer = PageContent | PageVector | PageError
Page = str | RawPage | KnownArticle | Passage
"""A page to read: its file's path, what its container gave, or what of it was read before."""


def path_of(page: Page) -> str:
    """Under which path a page is answered for."""
    return page if isinstance(page, str) else page.path
