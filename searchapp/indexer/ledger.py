"""The ledger: what was read from each source, or why it could not be.

Fourth on the path: after cleaning and recognition, before the engine. One SQLite
file, the truth about the archive: an engine's index can be thrown away and built
again from it. A row's life: `cleaned` or `failed` when read, `gone` when the file
is; `indexed` says whether the engine already knows. A container has a row too,
`opened` when it was read to its end, and its pages have theirs.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from searchapp.document_json import article, compact, entities
from searchapp.errors import PageFault, SearchappError
from searchapp.indexer import ledger_schema
from searchapp.indexer.captures import Captures
from searchapp.indexer.outcomes import (
    PASSING,
    Failure,
    Fingerprint,
    Known,
    Opening,
    Reading,
    Sighting,
    opening_row,
    reading_row,
)
from searchapp.model import Article, Entity, IndexedDocument

FILE_NAME = "ledger.sqlite"
_PASSING = ", ".join(f"'{fault}'" for fault in sorted(PASSING))
_SAME = f"""
SELECT 1 FROM source WHERE path = ? AND hash = ? AND versions = ?
  AND state IN ('cleaned', 'failed') AND ifnull(fault, '') NOT IN ({_PASSING})
"""  # noqa: S608 - our own names
_IS_PAGE = "state = 'cleaned' OR (state = 'failed' AND skipped IS NULL)"
_PUT = """
INSERT INTO source VALUES (:path, :id, :size, :mtime_ns, :hash, :state, :article, :entities,
  :versions, :fault, :message, :read_at, 0, :container, :run, :skipped)
ON CONFLICT (path) DO UPDATE SET size = :size, mtime_ns = :mtime_ns, hash = :hash,
  state = :state, article = :article, entities = :entities, versions = :versions,
  fault = :fault, message = :message, read_at = :read_at, indexed = 0,
  container = :container, run = :run, skipped = :skipped
"""
# Pages of a container that is settled are not looked at, so of them only numbers are kept.
_KNOWN = f"""
SELECT path, size, mtime_ns, hash, state, versions, coalesce(fault, inside.passing),
  coalesce(inside.pages, 0) + (state != 'opened')
FROM source LEFT JOIN (
  SELECT container AS within, count(*) AS pages,
    max(CASE WHEN fault IN ({_PASSING}) THEN fault END) AS passing
  FROM source WHERE container IS NOT NULL AND state != 'gone' GROUP BY container
) AS inside ON inside.within = source.path
WHERE state != 'gone' AND container IS NULL
"""  # noqa: S608 - our own names


_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


class LedgerDamaged(SearchappError):
    """The ledger's file is not what SQLite wrote; nothing in it can be trusted."""


def fault_of(error: sqlite3.Error, directory: Path) -> SearchappError:
    """What SQLite complains of: its file, or the disk it is on."""
    path = directory / FILE_NAME
    if getattr(error, "sqlite_errorcode", 0) & 0xFF in _DAMAGED:
        return LedgerDamaged(
            f"{path}: {error}; searchapp reindex PATH sets it aside and reads the pages again"
        )
    return SearchappError(f"{path}: {error}; check the disk's free space and the permissions")


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
            self.captures = Captures(self._db)
            self.captures.prepare()
        except SearchappError:
            self._db.close()
            raise
        except sqlite3.Error as error:
            self._db.close()
            raise fault_of(error, directory) from error

    def _prepare(self) -> None:
        version = ledger_schema.prepare(self._db)
        if version != ledger_schema.VERSION:
            raise SearchappError(
                f"{self.path}: written by another version of searchapp (ledger schema {version}, "
                f"this one reads {ledger_schema.VERSION}); move it away and run "
                "searchapp reindex PATH"
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def known(self) -> dict[str, Known]:
        """Every file that is not gone, by path; the pages in containers are not among them."""
        return {
            os.fsdecode(path): Known(Fingerprint(size, mtime, digest), *rest)
            for path, size, mtime, digest, *rest in self._db.execute(_KNOWN)
        }

    def begin_run(self) -> int:
        """The number of a new run; higher than that of any run before."""
        run = int(self.note("run") or 0) + 1
        self.set_note("run", str(run))
        return run

    def put(self, readings: Iterable[Reading]) -> None:
        """Record readings in one transaction, to be indexed by the next commit."""
        with _Transaction(self._db):
            self._db.executemany(_PUT, (reading_row(reading) for reading in readings))

    def see(self, sightings: Iterable[Sighting]) -> None:
        """Pages whose bytes are as recorded; a file's time may not have been."""
        with _Transaction(self._db):
            self._db.executemany(
                "UPDATE source SET size = ?, mtime_ns = ?, run = ? WHERE path = ?",
                (
                    (s.fingerprint.size, s.fingerprint.mtime_ns, s.run, os.fsencode(s.path))
                    for s in sightings
                ),
            )

    def open_container(self, path: str, run: int) -> None:
        """Give a container a row before its pages have theirs, as one that was never read."""
        opening = Opening(path, Fingerprint(-1, 0, ""), "", run)
        self._db.execute(
            _PUT.partition("ON CONFLICT")[0] + "ON CONFLICT DO NOTHING", opening_row(opening)
        )

    def close_container(self, opening: Opening) -> int:
        """Record that a container was read: what this run did not meet in it is gone.

        Returns how many pages that are.
        """
        with _Transaction(self._db):
            self._db.execute(_PUT, opening_row(opening))
            return self._db.execute(
                "UPDATE source SET state = 'gone', indexed = 0"
                " WHERE container = ? AND run != ? AND state != 'gone'",
                (os.fsencode(opening.path), opening.run),
            ).rowcount

    def same(self, path: str, digest: str, versions: str) -> bool:
        """Whether this page's outcome is already known, and would be no other now."""
        row = self._db.execute(_SAME, (os.fsencode(path), digest, versions)).fetchone()
        return row is not None

    def met(self, path: str, run: int) -> bool:
        """Whether this run has already recorded a page under that path."""
        query = "SELECT 1 FROM source WHERE path = ? AND run = ?"
        return self._db.execute(query, (os.fsencode(path), run)).fetchone() is not None

    def reading_of(self, digest: str, versions: str) -> tuple[Article, tuple[Entity, ...]] | None:
        """What the same bytes gave under the same versions, if they were ever read."""
        row = self._db.execute(
            "SELECT article, entities FROM source"
            " WHERE hash = ? AND versions = ? AND state = 'cleaned' LIMIT 1",
            (digest, versions),
        ).fetchone()
        return row and (article(json.loads(row[0])), entities(json.loads(row[1])))

    def mark_gone(self, paths: Iterable[str]) -> int:
        """Files that are no longer there: out of the index with the next commit.

        So are the pages of containers that are gone, or are containers no longer.
        Returns how many pages that are.
        """
        before = self._count(_IS_PAGE)
        with _Transaction(self._db):
            self._db.executemany(
                "UPDATE source SET state = 'gone', indexed = 0 WHERE path = ?",
                ((os.fsencode(path),) for path in paths),
            )
            self._db.execute(
                "UPDATE source SET state = 'gone', indexed = 0"
                " WHERE container IS NOT NULL AND state != 'gone' AND container IN"
                " (SELECT path FROM source WHERE container IS NULL"
                "  AND state IN ('gone', 'cleaned'))"
            )
        return before - self._count(_IS_PAGE)

    def skipped(self) -> dict[str, int]:
        """The records of all containers that are no pages, by kind, the most frequent first."""
        rows = self._db.execute(
            "SELECT kind.key, sum(kind.value) FROM source, json_each(source.skipped) AS kind"
            " WHERE source.skipped IS NOT NULL AND state != 'gone'"
            " GROUP BY kind.key ORDER BY sum(kind.value) DESC, kind.key"
        )
        return dict(rows.fetchall())

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
