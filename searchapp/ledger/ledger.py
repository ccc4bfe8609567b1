"""The ledger: what was read from each source, or why it could not be.

Fourth on the path: after cleaning and recognition, before the engine. One SQLite
file, the truth about the archive: an engine's index can be thrown away and built
again from it. A row's life: `cleaned` or `failed` when read, `gone` when the file
is; `indexed` says whether the engine already knows. A container has a row too,
`opened` when it was read to its end, and its pages have theirs.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from searchapp.errors import PageFault
from searchapp.files import remove_misplaced
from searchapp.ledger import schema
from searchapp.ledger.captures import Captures
from searchapp.ledger.checksums import COLUMNS, StoredRow, moved_checksum, with_checksum
from searchapp.ledger.connection import Transaction, connect, copy_into
from searchapp.ledger.errors import FILE_NAME, SHARED_MEMORY, damaged, foreign
from searchapp.ledger.reader import LedgerReader
from searchapp.ledger.rows import (
    ContainerResult,
    Failure,
    Fingerprint,
    PageResult,
    Unchanged,
    container_row,
    document_id,
    page_row,
)
from searchapp.ledger.staleness import CurrentVersions
from searchapp.ledger.vectors import Vectors
from searchapp.ledger.worklist import Worklist
from searchapp.sources.listing import SourceFile

_PATIENCE_SECONDS = 60.0  # another thread of ours, or a status, may be at it
_IS_PAGE = "state = 'cleaned' OR (state = 'failed' AND skipped IS NULL)"
_PUT = """
INSERT INTO source VALUES (:path, :id, :size, :mtime_ns, :hash, :state, :versions, :fault,
  :message, :read_at, 0, :container, :run, :skipped, :article, :entities, :checksum)
ON CONFLICT (path) DO UPDATE SET size = :size, mtime_ns = :mtime_ns, hash = :hash,
  state = :state, article = :article, entities = :entities, versions = :versions,
  fault = :fault, message = :message, read_at = :read_at, indexed = 0,
  container = :container, run = :run, skipped = :skipped, checksum = :checksum
"""
# A container's pages go with it; `new_path` puts the new name before what follows the old one.
_BEFORE = ", ".join(f"CAST({name} AS BLOB)" for name in COLUMNS)
_NEW_NAMES = {
    "path": "new_path(path)",
    "id": "document_id(new_path(path))",
    "container": "new_path(container)",
}
_AFTER = ", ".join(f"CAST({_NEW_NAMES.get(name, name)} AS BLOB)" for name in COLUMNS)
_MOVE = f"""
INSERT OR REPLACE INTO source
SELECT new_path(path), document_id(new_path(path)), size,
  CASE WHEN path = :old THEN :mtime_ns ELSE mtime_ns END, hash, state, versions, fault, message,
  read_at, 0, new_path(container), run, skipped, article, entities,
  moved_checksum(checksum, {_BEFORE}, {_AFTER})
FROM source WHERE (path = :old OR container = :old) AND state != 'gone'
"""  # noqa: S608 - our own names
# Versions that nothing has: the page, and its container, count as out of date.
_OUTDATE = """
UPDATE source SET versions = '' WHERE path IN (
  SELECT path FROM source WHERE state = 'cleaned' AND instr(article, ?1)
  UNION SELECT container FROM source
  WHERE container IS NOT NULL AND state = 'cleaned' AND instr(article, ?1))
"""
_CONTAINER_OF = """
SELECT max(path) FROM source WHERE container IS NULL
  AND path = substr(?1, 1, length(path)) AND substr(?1, length(path) + 1, 1) = x'23'
"""
_DROPPED = (
    "what the ledger had of it was not what was written, and was dropped; "
    "the next searchapp reindex reads it again"
)
_LEAVE = "UPDATE source SET state = 'gone', indexed = 0 WHERE path = :old OR container = :old"


class Ledger(LedgerReader):
    """A ledger to write to: one writer at a time: the reindex lock sees to it."""

    def __init__(self, directory: Path, *, preview: bool = False) -> None:
        """Open or create it. Raises LedgerDamaged, and SearchappError for another schema.

        A `preview` writes nothing to the directory: what is recorded in it is forgotten.
        """
        self.path = directory / FILE_NAME
        if not preview:
            with suppress(OSError):  # connecting says what is wrong
                remove_misplaced(directory / SHARED_MEMORY)
        self._db = connect(directory, "" if preview else self.path, timeout=_PATIENCE_SECONDS)
        self.captures, self.vectors = Captures(self._db), Vectors(self._db)
        with self._closing_on_errors():
            if preview:
                copy_into(directory, self._db)
            else:
                self._db.execute("PRAGMA journal_mode = WAL")
                self._db.execute("PRAGMA synchronous = FULL")
            self._prepare()
            self.captures.prepare()

    def _prepare(self) -> None:
        fault = schema.fault_of(self._db)
        if fault and fault != schema.EMPTY:
            raise damaged(self.path.parent, fault)
        version = schema.prepare(self._db)
        if version != schema.VERSION:
            raise foreign(self.path, version)

    def worklist(self, current: CurrentVersions) -> Worklist:
        """What to compare the files on disk with the rows by; ends the one before."""
        return Worklist(self._db, current)

    def begin_run(self) -> int:
        """The number of a new run; higher than that of any run before."""
        run = int(self.note("run") or 0) + 1
        self.set_note("run", str(run))
        return run

    def put(self, results: Iterable[PageResult]) -> None:
        """Record results in one transaction, to be indexed by the next commit."""
        with Transaction(self._db):
            self._db.executemany(_PUT, (with_checksum(page_row(result)) for result in results))

    def mark_unchanged(self, pages: Iterable[Unchanged]) -> None:
        """Pages whose bytes are as recorded; a file's time may not have been."""
        with Transaction(self._db):
            self._db.executemany(
                "UPDATE source SET size = ?, mtime_ns = ?, run = ? WHERE path = ?",
                (
                    (s.fingerprint.size, s.fingerprint.mtime_ns, s.run, os.fsencode(s.path))
                    for s in pages
                ),
            )

    def open_container(self, path: str, run: int) -> None:
        """Give a container a row before its pages have theirs, as one that was never read."""
        result = ContainerResult(path, Fingerprint(-1, 0, ""), "", run)
        self._db.execute(
            _PUT.partition("ON CONFLICT")[0] + "ON CONFLICT DO NOTHING",
            with_checksum(container_row(result)),
        )

    def close_container(self, result: ContainerResult) -> int:
        """Record that a container was read: what this run did not meet in it is gone.

        Returns how many pages that are.
        """
        with Transaction(self._db):
            self._db.execute(_PUT, with_checksum(container_row(result)))
            return self._db.execute(
                "UPDATE source SET state = 'gone', indexed = 0"
                " WHERE container = ? AND run != ? AND state != 'gone'",
                (os.fsencode(result.path), result.run),
            ).rowcount

    def move(self, old: str, new: SourceFile) -> int:
        """The file at `old` is now `new`, the same bytes: so are the pages in a container.

        Returns how many pages that are. The engine drops the old ids with the next commit.
        """
        start = len(os.fsencode(old))

        def new_path(path: bytes | None) -> bytes | None:
            return path and os.fsencode(new.path) + path[start:]

        self._db.create_function("new_path", 1, new_path, deterministic=True)
        self._db.create_function(
            "document_id", 1, lambda path: document_id(os.fsdecode(path)), deterministic=True
        )
        self._db.create_function("moved_checksum", -1, moved_checksum, deterministic=True)
        names = {"old": os.fsencode(old), "mtime_ns": new.mtime_ns}
        with Transaction(self._db):
            self._db.execute(_MOVE, names)
            self.captures.move(old)
            self.vectors.move(old)
            self._db.execute(_LEAVE, names)
        return self._count(f"({_IS_PAGE}) AND coalesce(container, path) = ?", os.fsencode(new.path))

    def mark_gone(self, paths: Iterable[str]) -> int:
        """Files that are no longer there: out of the index with the next commit.

        So are the pages of containers that are gone, or are containers no longer.
        Returns how many pages that are.
        """
        before = self._count(_IS_PAGE)
        with Transaction(self._db):
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

    def mark_pending(self, ids: Iterable[str], key: str, value: str) -> None:
        """Documents to index again, as the note that says why is set, in one transaction."""
        with Transaction(self._db):
            self._db.executemany(
                "UPDATE source SET indexed = 0 WHERE id = ?", ((identity,) for identity in ids)
            )
            self.set_note(key, value)

    def outdate_texts_with(self, words: str) -> None:
        """Have pages whose article holds these words be read again, and their containers."""
        self._db.execute(_OUTDATE, (words,))

    def claim_pending(self, most: int | None = None) -> None:
        """Mark what the engine does not know yet, or so many rows of it, as on its way there.

        What changes from here on is not marked, and waits for the next time.
        """
        with Transaction(self._db):
            self._db.execute(
                "UPDATE source SET indexed = 2 WHERE path IN (SELECT path FROM source"
                " WHERE indexed != 1 AND indexed = 0 LIMIT ?)",
                (-1 if most is None else most,),
            )

    def claimed(self) -> int:
        """How many of the marked rows are documents."""
        return self._count("indexed != 1 AND indexed = 2 AND state = 'cleaned'")

    def pending_removals(self) -> list[str]:
        """Ids among those taken that the engine may hold although the source failed or is gone."""
        rows = self._db.execute(
            "SELECT id FROM source WHERE indexed != 1 AND indexed = 2 AND state != 'cleaned'"
            " ORDER BY path"
        )
        return [identity for (identity,) in rows]

    def mark_indexed(self) -> None:
        """The engine has committed what was taken."""
        with Transaction(self._db):
            self._db.execute("UPDATE source SET indexed = 1 WHERE indexed != 1 AND indexed = 2")

    def forget_gone(self) -> None:
        """Drop the rows of files that are gone, once the engine knows: a run's last step.

        Until then, what was read of them serves for the same bytes elsewhere.
        """
        self._db.execute("DELETE FROM source WHERE state = 'gone' AND indexed = 1")

    def seal(self, rows: Iterable[StoredRow]) -> None:
        """Give rows their checksum, unless they have changed meanwhile."""
        with Transaction(self._db):
            self._db.executemany(
                "UPDATE source SET checksum = ? WHERE path = ? AND hash = ? AND checksum IS NULL",
                ((row.sum, row.path, row.hash.decode()) for row in rows),
            )

    def drop(self, rows: Iterable[StoredRow]) -> None:
        """Rows that are damaged: their pages fail until they are read again."""
        self._db.execute("REINDEX source")  # which may have what a row had before
        with Transaction(self._db):
            for row in rows:
                failure = Failure(os.fsdecode(row.path), PageFault.UNREADABLE, _DROPPED)
                (container,) = self._db.execute(_CONTAINER_OF, (row.path,)).fetchone()
                result = PageResult(
                    failure.path,
                    Fingerprint(-1, 0, ""),
                    "",
                    failure=failure,
                    container=container and os.fsdecode(container),
                )
                self._db.execute("DELETE FROM source WHERE path = ?", (row.path,))
                self._db.execute(_PUT, with_checksum(page_row(result)))

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """All that is read in the block is of one moment, whatever is recorded meanwhile."""
        self._db.execute("BEGIN")
        try:
            yield
        finally:
            self._db.execute("COMMIT")

    def add_roots(self, paths: Iterable[str]) -> None:
        """Remember paths given to reindex, for a run without any."""
        self._db.executemany(
            "INSERT OR IGNORE INTO root VALUES (?)", ((os.fsencode(path),) for path in paths)
        )

    def set_note(self, key: str, value: str) -> None:
        """Keep a value beside the rows."""
        self._db.execute("INSERT OR REPLACE INTO note VALUES (?, ?)", (key, value))
