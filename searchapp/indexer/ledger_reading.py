"""The ledger opened for reading alone, by whoever may not write to its directory.

Beside `ledger`: the status page, the doctor and a backup look at what a run records.
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from urllib.parse import quote

from searchapp.errors import IndexUnavailable, SearchappError
from searchapp.indexer import ledger_schema
from searchapp.indexer.captures import Captures
from searchapp.indexer.ledger import FILE_NAME, Ledger, fault_of, foreign

_BUSY_SECONDS = 5.0


class LedgerReader(Ledger):
    """A ledger whose questions can be asked, and which is never changed."""

    def __init__(self, directory: Path) -> None:
        """Open it. Raises IndexUnavailable when there is none, LedgerDamaged, SearchappError."""
        self.path = directory / FILE_NAME
        if not self.path.exists():
            raise IndexUnavailable(f"nothing in {directory} yet: run `searchapp reindex PATH`")
        try:
            self._db = connect(self.path)
        except sqlite3.Error as error:
            raise fault_of(error, directory) from error
        self.captures = Captures(self._db)
        try:
            self._require_schema()
        except SearchappError:
            self._db.close()
            raise
        except sqlite3.Error as error:
            self._db.close()
            raise fault_of(error, directory) from error

    def check(self) -> list[str]:
        """What SQLite finds wrong with the file, a sentence each; reads all of it."""
        try:
            rows = self._db.execute("PRAGMA integrity_check").fetchall()
        except sqlite3.DatabaseError as error:
            return [str(error)]
        return [line for (line,) in rows if line != "ok"]

    def copy_to(self, target: sqlite3.Connection) -> None:
        """Copy it as it is at one moment, while a run may be writing (SQLite's backup API)."""
        self._db.backup(target)

    def indexed_ids(self) -> set[str]:
        """The ids of the documents the index ought to hold, pending ones left out."""
        rows = self._db.execute("SELECT id FROM source WHERE state = 'cleaned' AND indexed = 1")
        return {identity for (identity,) in rows}

    def pending_ids(self) -> set[str]:
        """The ids of which the index may hold another state than the ledger."""
        rows = self._db.execute("SELECT id FROM source WHERE indexed != 1")
        return {identity for (identity,) in rows}

    def fingerprints(self) -> dict[str, tuple[int, int]]:
        """Size and time (ns) of every file that was there at the last run, by path."""
        rows = self._db.execute(
            "SELECT path, size, mtime_ns FROM source WHERE container IS NULL AND state != 'gone'"
        )
        return {os.fsdecode(path): (size, mtime_ns) for path, size, mtime_ns in rows}

    def _require_schema(self) -> None:
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        if version != ledger_schema.VERSION:
            raise foreign(self.path, version)


def connect(path: Path) -> sqlite3.Connection:
    """A connection that cannot write, whether or not the directory can be written to.

    A log (WAL) needs an index beside it; where none can be made and there is nothing in
    the log, the file is read as one that nobody changes.
    """
    address = f"file:{quote(str(path.absolute()))}?mode=ro"
    db = sqlite3.connect(address, uri=True, timeout=_BUSY_SECONDS, isolation_level=None)
    try:
        db.execute("PRAGMA user_version").fetchone()
    except sqlite3.Error as error:
        db.close()
        if not isinstance(error, sqlite3.OperationalError):
            raise
        log = path.with_name(path.name + "-wal")
        if log.exists() and log.stat().st_size:
            raise
        return sqlite3.connect(f"{address}&immutable=1", uri=True, isolation_level=None)
    return db
