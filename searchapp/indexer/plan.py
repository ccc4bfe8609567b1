"""What a run has to do: the files on disk against the ledger's memory of them.

Between listing and reading. Decides from sizes, times and versions, in SQL over
temporary tables, so that memory does not grow with the archive. Reads only files that
may be others under a new name; writes nothing that lasts.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from searchapp.cancellation import CancelToken
from searchapp.ledger.ledger import Ledger
from searchapp.ledger.rows import PASSING_SQL
from searchapp.ledger.staleness import CurrentVersions
from searchapp.sources.fingerprint import hash_file
from searchapp.sources.listing import SourceFile, Unlisted, is_below

_TABLES = """
DROP TABLE IF EXISTS temp.listed;
DROP TABLE IF EXISTS temp.todo;
DROP TABLE IF EXISTS temp.departed;
CREATE TEMP TABLE listed
  (path BLOB PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL) WITHOUT ROWID;
CREATE TEMP TABLE todo (path BLOB PRIMARY KEY, size INTEGER NOT NULL,
  mtime_ns INTEGER NOT NULL, why TEXT NOT NULL, old BLOB) WITHOUT ROWID;
CREATE TEMP TABLE departed
  (path BLOB PRIMARY KEY, size INTEGER NOT NULL, hash TEXT NOT NULL) WITHOUT ROWID;
"""
# Of a container's pages only this matters: whether one of them may do better next time.
_TODO = f"""
INSERT INTO todo SELECT path, size, mtime_ns, why, NULL FROM (
  SELECT listed.path, listed.size, listed.mtime_ns, CASE
    WHEN source.path IS NULL OR source.state = 'gone' THEN 'added'
    WHEN source.size != listed.size OR source.mtime_ns != listed.mtime_ns THEN 'changed'
    WHEN NOT reads_alike(source.versions) THEN 'outdated'
    WHEN source.fault IN ({PASSING_SQL}) OR (:retry AND source.state = 'failed')
      OR failed.path IS NOT NULL THEN 'retried'
  END AS why
  FROM listed LEFT JOIN source ON source.path = listed.path LEFT JOIN (
    SELECT DISTINCT container AS path FROM source
    WHERE container IS NOT NULL AND state = 'failed' AND (:retry OR fault IN ({PASSING_SQL}))
  ) AS failed ON failed.path = listed.path
) WHERE why IS NOT NULL
"""  # noqa: S608 - our own names
_DEPARTED = """
INSERT INTO departed SELECT path, size, hash FROM source
WHERE container IS NULL AND state != 'gone' AND path NOT IN (SELECT path FROM listed)
  AND departed(path)
"""
_UNCHANGED = """
SELECT count(*) FROM source
WHERE (state = 'cleaned' OR (state = 'failed' AND skipped IS NULL))
  AND coalesce(container, path) IN (SELECT path FROM listed)
  AND coalesce(container, path) NOT IN (SELECT path FROM todo)
"""
# Only a row that would be read no differently now keeps what it has under its new name.
_MOVED = f"""
SELECT departed.path, source.versions FROM departed JOIN source USING (path)
WHERE departed.hash = ? AND departed.hash != '' AND ifnull(fault, '') NOT IN ({PASSING_SQL})
"""  # noqa: S608 - our own names
_STALE_ENTITIES = """
INSERT INTO stale_entities SELECT path FROM source
WHERE state = 'cleaned' AND versions != ? AND reads_alike(versions)
  AND NOT names_alike(versions, json_extract(article, '$.language')) AND inside(path)
  AND coalesce(container, path) NOT IN (SELECT path FROM todo)
  AND coalesce(container, path) NOT IN (SELECT path FROM departed)
"""
_UNAFFECTED = """
UPDATE source SET versions = ?1 WHERE state = 'cleaned' AND versions != ?1
  AND reads_alike(versions) AND names_alike(versions, json_extract(article, '$.language'))
"""


_ROWS = 500


class Why(StrEnum):
    """What is to be done with a file, and why it is not left alone."""

    ADDED = "added"
    CHANGED = "changed"
    OUTDATED = "outdated"
    RETRIED = "retried"
    MOVED = "moved"


@dataclass(frozen=True)
class Move:
    """A file that has another name now."""

    old: str
    new: SourceFile


@dataclass(frozen=True)
class Plan:
    """What is to be done; counts now, the files themselves as they are asked for.

    `reads` counts files to read by reason, and `bytes` are theirs together; `unchanged`
    counts pages. `behind` counts documents the ledger already has otherwise than the index:
    after decisions about names, another watch-list, or a run that was cut short. The lists
    live in the ledger's connection until the next plan.
    """

    ledger: Ledger
    reads: dict[str, int]
    bytes: int
    moved: int
    removed: int
    unchanged: int
    recognise: int
    behind: int = 0

    @property
    def files(self) -> int:
        """How many files are to be read."""
        return sum(self.reads.values())

    def to_read(self) -> Iterator[tuple[SourceFile, Why]]:
        """The files to read, by path."""
        for path, size, mtime_ns, why, _ in self._rows("todo"):
            if why != Why.MOVED:
                yield SourceFile(os.fsdecode(path), size, mtime_ns), Why(why)

    def moves(self) -> Iterator[Move]:
        """Files that have another name now; none of them is among those to read."""
        if self.moved:
            for path, size, mtime_ns, why, old in self._rows("todo"):
                if why == Why.MOVED:
                    yield Move(os.fsdecode(old), SourceFile(os.fsdecode(path), size, mtime_ns))

    def gone(self) -> Iterator[str]:
        """Files that are no longer there, by path; the old names of moved ones are not."""
        for path, *_ in self._rows("departed"):
            yield os.fsdecode(path)

    def stale_entities(self) -> Iterator[str]:
        """Pages whose text stays and whose names are to be looked for again, by path."""
        for (path,) in self._rows("stale_entities"):
            yield os.fsdecode(path)

    def _rows(self, table: str) -> Iterator[tuple[Any, ...]]:
        """The rows of a table by path, some at a time.

        A query that stays open would keep its connection in one moment of the ledger.
        """
        query = f"SELECT * FROM {table} WHERE path > ? ORDER BY path LIMIT {_ROWS}"  # noqa: S608 - ours
        last = b""
        while rows := self.ledger.connection.execute(query, (last,)).fetchall():
            yield from rows
            last = rows[-1][0]


def make_plan(
    sources: Iterable[SourceFile],
    ledger: Ledger,
    current: CurrentVersions,
    scope: Scope,
    *,
    retry: bool = False,
    cancel_token: CancelToken | None = None,
) -> Plan:
    """Compare the files listed with what the ledger knows within the scope.

    With `retry`, every page that failed is read again. Raises Cancelled.
    """
    db = ledger.connection
    _compare(
        db, _until_cancelled(sources, cancel_token or CancelToken()), current, scope, retry=retry
    )
    _find_moves(db, current)
    _find_stale_entities(db, current)
    rows = db.execute("SELECT why, count(*), sum(size) FROM todo GROUP BY why").fetchall()
    counts = {why: count for why, count, _ in rows}
    moved = counts.pop(Why.MOVED, 0)
    size = sum(size for why, _, size in rows if why != Why.MOVED)
    removed, unchanged, recognise = (
        db.execute(query).fetchone()[0]
        for query in (
            "SELECT count(*) FROM departed",
            _UNCHANGED,
            "SELECT count(*) FROM stale_entities",
        )
    )
    return Plan(ledger, counts, size, moved, removed, unchanged, recognise)


def accept_unaffected(plan: Plan, current: CurrentVersions) -> None:
    """Note that rows of other versions are as the present ones would have them.

    A model for another language changes nothing for a page: it is not to be asked again.
    """
    if current.names:
        plan.ledger.connection.execute(_UNAFFECTED, (current.versions,))


class Scope:
    """The paths a run looks at, but for what below them could not be listed.

    `problems` may grow until listing is over.
    """

    def __init__(self, paths: Sequence[str], problems: Sequence[Unlisted] = ()) -> None:
        self._paths, self._problems = paths, problems

    def contains(self, path: str) -> bool:
        """Whether a path is one of the scope's or below one."""
        return is_below(path, self._paths)

    def is_departed(self, path: str) -> bool:
        """Whether a path that was not listed would have been, were it still there."""
        return self.contains(path) and not is_below(
            path, (problem.path for problem in self._problems)
        )


def _until_cancelled(
    sources: Iterable[SourceFile], cancel_token: CancelToken
) -> Iterator[tuple[bytes, int, int]]:
    for source in sources:
        cancel_token.check()
        yield os.fsencode(source.path), source.size, source.mtime_ns


def _compare(
    db: sqlite3.Connection,
    listed: Iterable[tuple[bytes, int, int]],
    current: CurrentVersions,
    scope: Scope,
    *,
    retry: bool,
) -> None:
    db.create_function("reads_alike", 1, current.reads_alike, deterministic=True)
    db.create_function("departed", 1, lambda path: scope.is_departed(os.fsdecode(path)))
    db.create_function("inside", 1, lambda path: scope.contains(os.fsdecode(path)))
    db.executescript(_TABLES)
    db.execute("BEGIN")
    db.executemany("INSERT OR IGNORE INTO listed VALUES (?, ?, ?)", listed)
    db.execute(_TODO, {"retry": retry})
    db.execute(_DEPARTED)
    db.execute("COMMIT")


def _find_moves(db: sqlite3.Connection, current: CurrentVersions) -> None:
    """New files with the bytes of departed ones; only those of the same size are looked into."""
    db.execute("CREATE INDEX temp.departed_size ON departed (size)")
    db.execute("CREATE INDEX temp.departed_hash ON departed (hash)")
    alike = "SELECT path FROM todo WHERE why = 'added' AND size IN (SELECT size FROM departed)"
    for (path,) in db.execute(alike).fetchall():
        try:
            digest = hash_file(os.fsdecode(path))
        except OSError:
            continue  # reading it will say why
        for old, versions in db.execute(_MOVED, (digest,)).fetchall():
            if current.reads_alike(versions):
                db.execute("UPDATE todo SET why = 'moved', old = ? WHERE path = ?", (old, path))
                db.execute("DELETE FROM departed WHERE path = ?", (old,))
                break


def _find_stale_entities(db: sqlite3.Connection, current: CurrentVersions) -> None:
    db.execute("DROP TABLE IF EXISTS temp.stale_entities")
    db.execute("CREATE TEMP TABLE stale_entities (path BLOB PRIMARY KEY) WITHOUT ROWID")
    if current.names:
        db.create_function("names_alike", 2, current.names_alike, deterministic=True)
        db.execute(_STALE_ENTITIES, (current.versions,))
