"""What can be wrong with the ledger's file, and what becomes of it then.

A leaf beside `ledger`.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from searchapp.errors import SearchappError
from searchapp.ledger import schema

FILE_NAME = "ledger.sqlite"
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


class LedgerDamaged(SearchappError):
    """The ledger's file is not what SQLite wrote; nothing in it can be trusted."""


def fault_of(error: sqlite3.Error, directory: Path) -> SearchappError:
    """The error to raise for what SQLite complains of: its file, or the disk it is on."""
    path = directory / FILE_NAME
    if getattr(error, "sqlite_errorcode", 0) & 0xFF in _DAMAGED:
        return LedgerDamaged(
            f"{path}: {error}; searchapp reindex PATH sets it aside and reads the pages again"
        )
    if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_FULL:
        return disk_full(directory)
    return SearchappError(
        f"{path}: {error}; check the disk's free space, the permissions, and ulimit -f and -n"
    )


def foreign(path: Path, version: int) -> SearchappError:
    """The error for a ledger of another schema, newer or older."""
    if version > schema.VERSION:
        what = "a newer version", "upgrade searchapp, or restore a backup that this one wrote"
    else:
        what = "an older version", "run searchapp reindex to bring it up to date"
    return SearchappError(
        f"{path}: written by {what[0]} of searchapp (ledger schema {version}, this one has "
        f"{schema.VERSION}); {what[1]}"
    )


def disk_full(directory: Path) -> SearchappError:
    """The error for an index directory that can take no more."""
    return SearchappError(
        f"{directory}: no space left on its disk; free some and run the command again. "
        "The index is as it was after the last commit, and what was read is kept"
    )


def set_aside(directory: Path) -> Path:
    """Rename a damaged ledger, its log too, so that a new one can begin; where it went."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    aside = directory / f"{FILE_NAME}.damaged-{stamp}"
    for ending in ("", "-wal", "-shm"):
        file = directory / f"{FILE_NAME}{ending}"
        if file.exists():
            file.rename(f"{aside}{ending}")
    return aside


@contextmanager
def translating_errors(db: sqlite3.Connection, directory: Path) -> Iterator[None]:
    """What is done first with a connection: when it fails, the connection is closed again.

    SQLite's complaints become SearchappErrors.
    """
    try:
        yield
    except SearchappError:
        db.close()
        raise
    except sqlite3.Error as error:
        db.close()
        raise fault_of(error, directory) from error
