"""What is recorded and known of a source, and how that becomes a row of the ledger."""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from searchapp.document_json import compact, dump_article, dump_entities
from searchapp.errors import PageFault
from searchapp.model import Article, Entity

# Faults of the moment rather than of the bytes: the same page may do better next time.
PASSING = frozenset(
    {PageFault.UNREADABLE, PageFault.TIMEOUT, PageFault.MEMORY, PageFault.CRASHED}
    | {PageFault.MISSING_EXTRA}
)
PASSING_SQL = ", ".join(f"'{fault}'" for fault in sorted(PASSING))


@dataclass(frozen=True)
class Fingerprint:
    """What tells whether a file has changed without reading it, and by reading it."""

    size: int
    mtime_ns: int
    hash: str


@dataclass(frozen=True)
class Failure:
    """Why a source is not in the index."""

    path: str
    fault: PageFault
    message: str


@dataclass(frozen=True)
class PageResult:
    """The outcome of reading one source: an article with entities, or a failure.

    `container` is the path of the container a page is in, `run` the run that met it.
    """

    path: str
    fingerprint: Fingerprint
    versions: str
    article: Article | None = None
    entities: tuple[Entity, ...] = ()
    failure: Failure | None = None
    container: str | None = None
    run: int = 0


@dataclass(frozen=True)
class ContainerResult:
    """The outcome of reading a container: what in it is no page, and why it broke off."""

    path: str
    fingerprint: Fingerprint
    versions: str
    run: int
    skipped: Mapping[str, int] = field(default_factory=dict)
    failure: Failure | None = None


@dataclass(frozen=True)
class Unchanged:
    """A page that was met again with the bytes that are already known."""

    path: str
    fingerprint: Fingerprint
    run: int


@dataclass(frozen=True)
class CachedResult:
    """What the same bytes gave before, and the versions that found it."""

    article: Article
    entities: tuple[Entity, ...]
    versions: str


def document_id(path: str) -> str:
    """The id of the document at an absolute path: 16 hexadecimal digits."""
    return hashlib.blake2b(os.fsencode(path), digest_size=8).hexdigest()


def container_row(result: ContainerResult) -> Mapping[str, Any]:
    """The columns of a container's row."""
    row = page_row(
        PageResult(result.path, result.fingerprint, result.versions, failure=result.failure)
    )
    state = "failed" if result.failure else "opened"
    return {**row, "state": state, "run": result.run, "skipped": compact(dict(result.skipped))}


def page_row(result: PageResult) -> dict[str, Any]:
    """The columns of a page's row."""
    failure = result.failure
    found = result.article
    return {
        "path": os.fsencode(result.path),
        "id": document_id(result.path),
        "size": result.fingerprint.size,
        "mtime_ns": result.fingerprint.mtime_ns,
        "hash": result.fingerprint.hash,
        "state": "failed" if failure else "cleaned",
        "article": dump_article(found) if found else None,
        "entities": dump_entities(result.entities) if found else None,
        "versions": result.versions,
        "fault": failure.fault if failure else None,
        "message": failure.message if failure else None,
        "read_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "container": os.fsencode(result.container) if result.container else None,
        "run": result.run,
        "skipped": None,
    }
