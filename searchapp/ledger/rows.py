"""What the ledger is told and remembers of a source, and how that becomes a row."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from searchapp.document_json import article_fields, compact, entity_fields
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
class Reading:
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
class Opening:
    """The outcome of reading a container: what in it is no page, and why it broke off."""

    path: str
    fingerprint: Fingerprint
    versions: str
    run: int
    skipped: Mapping[str, int] = field(default_factory=dict)
    failure: Failure | None = None


@dataclass(frozen=True)
class Sighting:
    """A page that was met again with the bytes that are already known."""

    path: str
    fingerprint: Fingerprint
    run: int


@dataclass(frozen=True)
class Remembered:
    """What the same bytes gave before, and the versions that found it."""

    article: Article
    entities: tuple[Entity, ...]
    versions: str


def document_id(path: str) -> str:
    """The id of the document at an absolute path: 16 hexadecimal digits."""
    return hashlib.blake2b(os.fsencode(path), digest_size=8).hexdigest()


def opening_row(opening: Opening) -> Mapping[str, Any]:
    """The columns of a container's row."""
    row = reading_row(
        Reading(opening.path, opening.fingerprint, opening.versions, failure=opening.failure)
    )
    state = "failed" if opening.failure else "opened"
    return {**row, "state": state, "run": opening.run, "skipped": compact(dict(opening.skipped))}


def reading_row(reading: Reading) -> dict[str, Any]:
    """The columns of a page's row."""
    failure = reading.failure
    found = reading.article
    return {
        "path": os.fsencode(reading.path),
        "id": document_id(reading.path),
        "size": reading.fingerprint.size,
        "mtime_ns": reading.fingerprint.mtime_ns,
        "hash": reading.fingerprint.hash,
        "state": "failed" if failure else "cleaned",
        "article": compact(article_fields(found)) if found else None,
        "entities": compact(entity_fields(reading.entities)) if found else None,
        "versions": reading.versions,
        "fault": failure.fault if failure else None,
        "message": failure.message if failure else None,
        "read_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "container": os.fsencode(reading.container) if reading.container else None,
        "run": reading.run,
        "skipped": None,
    }
