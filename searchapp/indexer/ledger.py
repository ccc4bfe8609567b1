"""The ledger: what was read from each source, or why it could not be.

Fourth on the path: after cleaning and recognition, before the engine. One SQLite
file, the truth about the archive: an engine's index can be thrown away and built
again from it. A row's life: `cleaned` or `failed` when read, `gone` when the file
is; `indexed` says whether the engine already knows.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from searchapp.document_json import (
    article,
    article_fields,
    compact,
    entities,
    entity_fields,
)
from searchapp.errors import PageFault, SearchappError
from searchapp.model import Article, Entity, IndexedDocument

FILE_NAME = "ledger.sqlite"
SCHEMA_VERSION = 1
_SCHEMA = """
CREATE TABLE source (
  path BLOB PRIMARY KEY,            -- absolute, as the file system spells it
  id TEXT NOT NULL UNIQUE,          -- the document's id in every engine
  size INTEGER NOT NULL,            -- bytes
  mtime_ns INTEGER NOT NULL,
  hash TEXT NOT NULL,               -- BLAKE2b-128 of the file's bytes
  state TEXT NOT NULL CHECK (state IN ('cleaned', 'failed', 'gone')),
  article TEXT,                     -- JSON, when cleaned
  entities TEXT,                    -- JSON, when cleaned
  versions TEXT NOT NULL,           -- JSON: cleaner and recogniser that produced the row
  fault TEXT,                       -- PageFault, when failed
  message TEXT,
  read_at TEXT NOT NULL,            -- ISO 8601, UTC
  indexed INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX source_hash ON source (hash) WHERE state = 'cleaned';
CREATE INDEX source_pending ON source (indexed) WHERE indexed = 0;
CREATE TABLE root (path BLOB PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE note (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""
_PUT = """
INSERT INTO source VALUES (:path, :id, :size, :mtime_ns, :hash, :state, :article, :entities,
  :versions, :fault, :message, :read_at, 0)
ON CONFLICT (path) DO UPDATE SET size = :size, mtime_ns = :mtime_ns, hash = :hash,
  state = :state, article = :article, entities = :entities, versions = :versions,
  fault = :fault, message = :message, read_at = :read_at, indexed = 0
"""


@dataclass(frozen=True)
class Fingerprint:
    """What tells whether a file has changed without reading it, and by reading it."""

    size: int
    mtime_ns: int
    hash: str


@dataclass(frozen=True)
class Known:
    """What the ledger remembers of a source, short of its contents."""

    fingerprint: Fingerprint
    state: str
    versions: str
    fault: str | None


@dataclass(frozen=True)
class Failure:
    """Why a source is not in the index."""

    path: str
    fault: PageFault
    message: str


@dataclass(frozen=True)
class Reading:
    """The outcome of reading one source: an article with entities, or a failure."""

    path: str
    fingerprint: Fingerprint
    versions: str
    article: Article | None = None
    entities: tuple[Entity, ...] = ()
    failure: Failure | None = None


def document_id(path: str) -> str:
    """The id of the document at an absolute path: 16 hexadecimal digits."""
    return hashlib.blake2b(os.fsencode(path), digest_size=8).hexdigest()


class LedgerDamaged(SearchappError):
    """The ledger's file is not what SQLite wrote; nothing in it can be trusted."""


def set_aside(directory: Path) -> Path:
    """Rename a damaged ledger, its log too, so that a new one can begin; where it went."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    aside = directory / f"{FILE_NAME}.damaged-{stamp}"
    for ending in ("", "-wal", "-shm"):
        file = directory / f"{FILE_NAME}{ending}"
        if file.exists():
            file.rename(f"{aside}{ending}")
    return aside


class Ledger:
    """An open ledger. One writer at a time: the reindex lock sees to it."""

    def __init__(self, directory: Path) -> None:
        """Open or create it. Raises LedgerDamaged, and SearchappError for another schema."""
        self.path = directory / FILE_NAME
        self._db = sqlite3.connect(self.path, isolation_level=None)
        try:
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = FULL")
            self._prepare()
        except sqlite3.DatabaseError as error:
            self._db.close()
            raise LedgerDamaged(
                f"{self.path}: {error}; searchapp reindex PATH sets it aside and reads the "
                "pages again"
            ) from error

    def _prepare(self) -> None:
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        if version == 0:
            self._db.executescript(
                f"BEGIN; {_SCHEMA} PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;"
            )
        elif version != SCHEMA_VERSION:
            raise SearchappError(
                f"{self.path}: written by another version of searchapp (ledger schema {version}, "
                f"this one reads {SCHEMA_VERSION}); move it away and run searchapp reindex PATH"
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def known(self) -> dict[str, Known]:
        """Every source that is not gone, by path."""
        rows = self._db.execute(
            "SELECT path, size, mtime_ns, hash, state, versions, fault"
            " FROM source WHERE state != 'gone'"
        )
        return {
            os.fsdecode(path): Known(Fingerprint(size, mtime, digest), state, versions, fault)
            for path, size, mtime, digest, state, versions, fault in rows
        }

    def put(self, readings: Iterable[Reading]) -> None:
        """Record readings in one transaction, to be indexed by the next commit."""
        with _Transaction(self._db):
            self._db.executemany(_PUT, (_row(reading) for reading in readings))

    def touch(self, path: str, fingerprint: Fingerprint) -> None:
        """A file whose bytes are as recorded but whose size or time was not."""
        self._db.execute(
            "UPDATE source SET size = ?, mtime_ns = ? WHERE path = ?",
            (fingerprint.size, fingerprint.mtime_ns, os.fsencode(path)),
        )

    def reading_of(self, digest: str, versions: str) -> tuple[Article, tuple[Entity, ...]] | None:
        """What the same bytes gave under the same versions, if they were ever read."""
        row = self._db.execute(
            "SELECT article, entities FROM source"
            " WHERE hash = ? AND versions = ? AND state = 'cleaned' LIMIT 1",
            (digest, versions),
        ).fetchone()
        return row and (article(json.loads(row[0])), entities(json.loads(row[1])))

    def mark_gone(self, paths: Iterable[str]) -> None:
        """Files that are no longer there: out of the index with the next commit."""
        with _Transaction(self._db):
            self._db.executemany(
                "UPDATE source SET state = 'gone', indexed = 0 WHERE path = ?",
                ((os.fsencode(path),) for path in paths),
            )

    def documents(
        self, *, pending: bool, naming: Collection[str] | None = None
    ) -> Iterator[IndexedDocument]:
        """Cleaned sources as documents, by path: all, or those not yet indexed.

        `naming` leaves those in which one of these names was recognised.
        """
        rows = self._db.execute(
            "SELECT path, id, article, entities FROM source"
            " WHERE state = 'cleaned' AND indexed <= ?1 AND (?2 IS NULL OR EXISTS"
            " (SELECT 1 FROM json_each(entities) AS named WHERE json_extract(named.value, '$[0]')"
            " IN (SELECT value FROM json_each(?2)))) ORDER BY path",
            (0 if pending else 1, naming if naming is None else compact(sorted(naming))),
        )
        for path, identity, found, named in rows:
            yield IndexedDocument(
                identity,
                os.fsdecode(path),
                article(json.loads(found)),
                entities(json.loads(named)),
            )

    def reconsider(self, ids: Iterable[str], key: str, value: str) -> None:
        """Documents to index again, as the note that says why is set, in one transaction."""
        with _Transaction(self._db):
            self._db.executemany(
                "UPDATE source SET indexed = 0 WHERE id = ?", ((identity,) for identity in ids)
            )
            self.set_note(key, value)

    def pending_removals(self) -> list[str]:
        """Ids the engine may still hold although the source failed or is gone."""
        rows = self._db.execute(
            "SELECT id FROM source WHERE indexed = 0 AND state != 'cleaned' ORDER BY path"
        )
        return [identity for (identity,) in rows]

    def pending(self) -> int:
        """How many rows the engine does not know yet."""
        return self._count("indexed = 0")

    def settle(self) -> None:
        """The engine has committed everything: nothing is pending, the gone are forgotten."""
        with _Transaction(self._db):
            self._db.execute("DELETE FROM source WHERE state = 'gone'")
            self._db.execute("UPDATE source SET indexed = 1 WHERE indexed = 0")

    def cleaned(self) -> int:
        """How many documents the index ought to hold."""
        return self._count("state = 'cleaned'")

    def failures(self) -> list[Failure]:
        """Every source that failed, by path."""
        rows = self._db.execute(
            "SELECT path, fault, message FROM source WHERE state = 'failed' ORDER BY path"
        )
        return [Failure(os.fsdecode(path), PageFault(fault), text) for path, fault, text in rows]

    def roots(self) -> list[str]:
        """The paths given to reindex so far."""
        return [os.fsdecode(p) for (p,) in self._db.execute("SELECT path FROM root ORDER BY path")]

    def add_roots(self, paths: Iterable[str]) -> None:
        """Remember paths given to reindex, for a run without any."""
        self._db.executemany(
            "INSERT OR IGNORE INTO root VALUES (?)", ((os.fsencode(path),) for path in paths)
        )

    def note(self, key: str) -> str | None:
        """A value kept beside the rows, such as `last_run`."""
        row = self._db.execute("SELECT value FROM note WHERE key = ?", (key,)).fetchone()
        return row[0] if row else None

    def set_note(self, key: str, value: str) -> None:
        """Keep a value beside the rows."""
        self._db.execute("INSERT OR REPLACE INTO note VALUES (?, ?)", (key, value))

    def tally(self, expression: str) -> dict[str | None, int]:
        """Cleaned documents counted by an SQL expression of ours over their row."""
        rows = self._db.execute(
            f"SELECT {expression} AS value, count(*) FROM source"  # noqa: S608 - ours, not input
            " WHERE state = 'cleaned' GROUP BY value ORDER BY count(*) DESC, value"
        )
        return dict(rows.fetchall())

    def _count(self, condition: str) -> int:
        query = f"SELECT count(*) FROM source WHERE {condition}"  # noqa: S608 - ours, not input
        return int(self._db.execute(query).fetchone()[0])


class _Transaction:
    """BEGIN ... COMMIT, or ROLLBACK when the block fails."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def __enter__(self) -> None:
        self._db.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._db.execute("ROLLBACK" if kind else "COMMIT")


def _row(reading: Reading) -> Mapping[str, Any]:
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
    }
