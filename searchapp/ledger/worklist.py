"""The files on disk held against the ledger's rows, in SQL over temporary tables.

Beside `ledger`, for `indexer.plan`, which decides. Memory does not grow with the archive,
and nothing is written that lasts.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from typing import Any

from searchapp.ledger.connection import Connection
from searchapp.ledger.errors import decoding
from searchapp.ledger.rows import PASSING_SQL
from searchapp.ledger.staleness import CurrentVersions
from searchapp.sources.listing import SourceFile

_TABLES = """
DROP TABLE IF EXISTS temp.listed;
DROP TABLE IF EXISTS temp.todo;
DROP TABLE IF EXISTS temp.departed;
DROP TABLE IF EXISTS temp.stale_entities;
CREATE TEMP TABLE listed
  (path BLOB PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL) WITHOUT ROWID;
CREATE TEMP TABLE todo (path BLOB PRIMARY KEY, size INTEGER NOT NULL,
  mtime_ns INTEGER NOT NULL, why TEXT NOT NULL, old BLOB) WITHOUT ROWID;
CREATE TEMP TABLE departed
  (path BLOB PRIMARY KEY, size INTEGER NOT NULL, hash TEXT NOT NULL) WITHOUT ROWID;
CREATE TEMP TABLE stale_entities (path BLOB PRIMARY KEY) WITHOUT ROWID;
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
  AND is_departed(path)
"""
_UNCHANGED = """
SELECT count(*) FROM source
WHERE (state = 'cleaned' OR (state = 'failed' AND skipped IS NULL))
  AND coalesce(container, path) IN (SELECT path FROM listed)
  AND coalesce(container, path) NOT IN (SELECT path FROM todo)
"""
# Only a row that would be read no differently now keeps what it has under its new name.
_SAME_BYTES = f"""
SELECT departed.path, source.versions FROM departed JOIN source USING (path)
WHERE departed.hash = ? AND departed.hash != '' AND ifnull(fault, '') NOT IN ({PASSING_SQL})
"""  # noqa: S608 - our own names
_STALE_ENTITIES = """
INSERT INTO stale_entities SELECT path FROM source
WHERE state = 'cleaned' AND versions != ? AND reads_alike(versions)
  AND NOT names_alike(versions, json_extract(article, '$.language')) AND contains(path)
  AND coalesce(container, path) NOT IN (SELECT path FROM todo)
  AND coalesce(container, path) NOT IN (SELECT path FROM departed)
"""
_UNAFFECTED = """
UPDATE source SET versions = ?1 WHERE state = 'cleaned' AND versions != ?1
  AND reads_alike(versions) AND names_alike(versions, json_extract(article, '$.language'))
"""
_ROWS = 500
PathTest = Callable[[str], bool]


class Why(StrEnum):
    """What is to be done with a file, and why it is not left alone."""

    ADDED = "added"
    CHANGED = "changed"
    OUTDATED = "outdated"
    RETRIED = "retried"
    MOVED = "moved"


class Worklist:
    """The tables of one comparison; they live in the ledger's connection until the next."""

    def __init__(self, db: Connection, current: CurrentVersions) -> None:
        """Empty ones, for rows to be held against the present versions."""
        self._db, self._current = db, current
        db.create_function("reads_alike", 1, current.reads_alike, deterministic=True)
        db.create_function("names_alike", 2, current.names_alike, deterministic=True)
        db.executescript(_TABLES)

    def compare(self, listed: Iterable[SourceFile], is_departed: PathTest, *, retry: bool) -> None:
        """Find the files to read, and those that are no longer where they were.

        `is_departed` says of a path that is not listed whether it would have been, were it
        still there. With `retry`, every page that failed is to be read again.
        """
        self._create_path_test("is_departed", is_departed)
        rows = ((os.fsencode(file.path), file.size, file.mtime_ns) for file in listed)
        self._db.execute("BEGIN")
        self._db.executemany("INSERT OR IGNORE INTO listed VALUES (?, ?, ?)", rows)
        self._db.execute(_TODO, {"retry": retry})
        self._db.execute(_DEPARTED)
        self._db.execute("COMMIT")
        self._db.execute("CREATE INDEX temp.departed_size ON departed (size)")
        self._db.execute("CREATE INDEX temp.departed_hash ON departed (hash)")

    def possible_moves(self) -> list[str]:
        """New files of the size of a departed one."""
        rows = self._db.execute(
            "SELECT path FROM todo WHERE why = 'added' AND size IN (SELECT size FROM departed)"
        )
        return [os.fsdecode(path) for (path,) in rows]

    def match_move(self, path: str, digest: str) -> None:
        """Make a new file one that was moved, if a departed one had the same bytes."""
        for old, versions in self._db.execute(_SAME_BYTES, (digest,)).fetchall():
            with decoding(self._db.directory):
                is_same = self._current.reads_alike(versions)
            if is_same:
                self._db.execute(
                    "UPDATE todo SET why = 'moved', old = ? WHERE path = ?",
                    (old, os.fsencode(path)),
                )
                self._db.execute("DELETE FROM departed WHERE path = ?", (old,))
                return

    def find_stale_entities(self, contains: PathTest) -> None:
        """Find the pages whose text stays, and whose names are to be looked for again."""
        if self._current.names:
            self._create_path_test("contains", contains)
            self._db.execute(_STALE_ENTITIES, (self._current.versions,))

    def accept_unaffected(self) -> None:
        """Note that rows of other versions are as the present ones would have them.

        A model for another language changes nothing for a page: it is not to be asked again.
        """
        if self._current.names:
            self._db.execute(_UNAFFECTED, (self._current.versions,))

    def todo_totals(self) -> dict[Why, tuple[int, int]]:
        """How many files are to be done, and their bytes, by reason."""
        rows = self._db.execute("SELECT why, count(*), sum(size) FROM todo GROUP BY why")
        return {Why(why): (count, size) for why, count, size in rows}

    def count_departed(self) -> int:
        """How many files are no longer there."""
        return self._count("SELECT count(*) FROM departed")

    def count_unchanged(self) -> int:
        """How many pages are in listed files that are not to be read."""
        return self._count(_UNCHANGED)

    def count_stale_entities(self) -> int:
        """How many pages have names to be looked for again."""
        return self._count("SELECT count(*) FROM stale_entities")

    def todo(self) -> Iterator[tuple[SourceFile, Why, str | None]]:
        """Files, what is to be done with them, and the old path of moved ones; by path."""
        for path, size, mtime_ns, why, old in self._rows("todo"):
            file = SourceFile(os.fsdecode(path), size, mtime_ns)
            yield file, Why(why), old and os.fsdecode(old)

    def departed(self) -> Iterator[str]:
        """Paths of files that are no longer there; not the old ones of moved files."""
        return (os.fsdecode(path) for path, *_ in self._rows("departed"))

    def stale_entities(self) -> Iterator[str]:
        """Paths of the pages that `find_stale_entities` found."""
        return (os.fsdecode(path) for (path,) in self._rows("stale_entities"))

    def _create_path_test(self, name: str, test: PathTest) -> None:
        self._db.create_function(name, 1, lambda path: test(os.fsdecode(path)))

    def _count(self, query: str) -> int:
        return int(self._db.execute(query).fetchone()[0])

    def _rows(self, table: str) -> Iterator[tuple[Any, ...]]:
        """The rows of a table by path, some at a time.

        A query that stays open would keep its connection in one moment of the ledger.
        """
        query = f"SELECT * FROM {table} WHERE path > ? ORDER BY path LIMIT {_ROWS}"  # noqa: S608 - ours
        last = b""
        while rows := self._db.execute(query, (last,)).fetchall():
            yield from rows
            last = rows[-1][0]
