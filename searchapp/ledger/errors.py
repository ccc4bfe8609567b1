"""What can be wrong with the ledger's file, and what becomes of it then.

A leaf beside `ledger`.
"""

import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from searchapp.errors import SearchappError
from searchapp.ledger import schema

FILE_NAME = "ledger.sqlite"
SHARED_MEMORY = f"{FILE_NAME}-shm"
"""SQLite's index of the log, which it makes again where it is missing."""
# What SQLite says of the moment or of the disk; every other complaint is about the file, for
# no statement of ours is wrong for a file that is as it was written.
_PASSING = frozenset(
    {sqlite3.SQLITE_PERM, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_NOMEM}
    | {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_IOERR}
    | {sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PROTOCOL}
)
# What reading a value raises that nobody wrote.
_UNREADABLE = (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError)
_LOG_ENDINGS = ("-wal", "-shm")
_SHOWN = 200


class LedgerDamaged(SearchappError):
    """The ledger's file is not what SQLite wrote; nothing in it can be trusted."""


def fault_of(error: sqlite3.Error, directory: Path) -> SearchappError:
    """The error to raise for what SQLite complains of: its file, or the disk it is on."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    if code not in _PASSING:
        return damaged(directory, str(error))
    if code == sqlite3.SQLITE_FULL:
        return disk_full(directory)
    path = directory / FILE_NAME
    for denied in _denied(directory):
        return SearchappError(
            f"{denied}: Permission denied; run this as the user who owns it, or allow the present "
            "one to read and write it"
        )
    return SearchappError(
        f"{path}: {error}; check the disk's free space, the permissions, and ulimit -f and -n"
    )


def _denied(directory: Path) -> Iterator[Path]:
    """What the present user may not read, then what it may not write to."""
    paths = [directory, *(directory / f"{FILE_NAME}{ending}" for ending in ("", *_LOG_ENDINGS))]
    for right in (os.R_OK, os.W_OK):
        yield from (path for path in paths if path.exists() and not os.access(path, right))


def damaged(directory: Path, what: str) -> LedgerDamaged:
    """The error for a ledger that holds what searchapp did not write."""
    path = directory / FILE_NAME
    return LedgerDamaged(
        f"{path}: {what}; searchapp reindex PATH sets it aside and reads the pages again"
    )


def require_regular_files(directory: Path) -> None:
    """Refuse what SQLite would wait for, or never come to the end of. Raises LedgerDamaged."""
    for ending in ("", *_LOG_ENDINGS):
        path = directory / f"{FILE_NAME}{ending}"
        try:
            if stat.S_ISREG(path.stat().st_mode):
                continue
        except OSError:
            if not path.is_symlink():
                continue  # missing, or not to be looked at: SQLite says which
        if path.name == SHARED_MEMORY:
            raise LedgerDamaged(f"{path}: is no regular file; searchapp reindex puts one there")
        raise damaged(directory, f"{path.name} is no regular file")


@contextmanager
def decoding(directory: Path) -> Iterator[None]:
    """What the ledger gave is read in the block. Raises LedgerDamaged for what nobody wrote."""
    try:
        yield
    except _UNREADABLE as error:
        reason = str(error)[:_SHOWN] or type(error).__name__
        raise damaged(directory, f"holds what was never written to it ({reason})") from error


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
    for ending in ("", *_LOG_ENDINGS):
        file = directory / f"{FILE_NAME}{ending}"
        if os.path.lexists(file):
            file.rename(f"{aside}{ending}")
    return aside
