"""Connections to the ledger's file that leave no trace of it, and transactions.

A leaf under `reader` and `ledger`.
"""

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

_BUSY_SECONDS = 5.0


def connect_read_only(path: Path) -> sqlite3.Connection:
    """A connection that cannot write, whether or not the directory can be. Raises sqlite3.Error.

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


def copy_into(path: Path, db: sqlite3.Connection) -> None:
    """A ledger, if there is one, into an unnamed database, without a trace beside it.

    SQLite makes files even to read a log; without a log, it can be told that none come.
    """
    if not path.exists():
        return
    logged = path.with_name(f"{path.name}-wal").exists()
    mode = "mode=ro" if logged else "immutable=1"
    address = f"file:{quote(os.fsencode(path.absolute()))}?{mode}"
    with closing(sqlite3.connect(address, uri=True)) as source:
        source.backup(db)


class Transaction:
    """BEGIN ... COMMIT, or ROLLBACK when the block fails."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def __enter__(self) -> None:
        self._db.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._db.execute("ROLLBACK" if kind else "COMMIT")
