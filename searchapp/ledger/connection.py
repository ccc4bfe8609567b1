"""Connections to the ledger's file that leave no trace of it, and transactions.

A leaf under `reader` and `ledger`. No error of SQLite leaves it: what it says of the file or
of the disk is raised as `errors` puts it.
"""

import functools
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar
from urllib.parse import quote

from searchapp.errors import SearchappError
from searchapp.ledger.errors import FILE_NAME, fault_of, require_regular_files

_BUSY_SECONDS = 5.0
_P = ParamSpec("_P")
_T = TypeVar("_T")


class Connection(sqlite3.Connection):
    """Raises LedgerDamaged or another SearchappError for what SQLite complains of.

    `directory` is that of the ledger. What one of our functions raises in the midst of a
    statement, SQLite does not tell: it is kept in `raised`.
    """

    directory: Path
    raised: BaseException | None = None

    @contextmanager
    def translating_errors(self) -> Iterator[None]:
        """Every statement runs in such a block."""
        try:
            yield
        except sqlite3.ProgrammingError:
            raise
        except sqlite3.Error as error:
            raised, self.raised = self.raised, None
            if raised and not isinstance(raised, Exception):
                raise raised from error
            raise fault_of(error, self.directory) from raised or error

    def cursor(self, factory: Any = None) -> Any:
        """Of which every method raises our errors too."""
        return super().cursor(factory or Cursor)

    def execute(self, *statement: Any) -> sqlite3.Cursor:
        """SQLite's own, as the two below."""
        cursor: sqlite3.Cursor = self.cursor().execute(*statement)
        return cursor

    def executemany(self, *statement: Any) -> sqlite3.Cursor:
        """One statement, many rows."""
        cursor: sqlite3.Cursor = self.cursor().executemany(*statement)
        return cursor

    def executescript(self, script: str) -> sqlite3.Cursor:
        """Many statements."""
        cursor: sqlite3.Cursor = self.cursor().executescript(script)
        return cursor

    def backup(self, target: sqlite3.Connection, **options: Any) -> None:
        """SQLite's own."""
        with self.translating_errors():
            super().backup(target, **options)

    def create_function(self, name: str, narg: int, func: Any, **options: Any) -> None:
        """SQLite's own."""

        @functools.wraps(func)
        def kept(*values: Any) -> Any:
            try:
                return func(*values)
            except BaseException as error:
                self.raised = error
                raise

        super().create_function(name, narg, kept, **options)


def _translated(
    method: Callable[Concatenate[Any, _P], _T],
) -> Callable[Concatenate[sqlite3.Cursor, _P], _T]:
    @functools.wraps(method)
    def call(self: sqlite3.Cursor, /, *args: _P.args, **kwargs: _P.kwargs) -> _T:
        assert isinstance(self.connection, Connection)
        with self.connection.translating_errors():
            return method(self, *args, **kwargs)

    return call


class Cursor(sqlite3.Cursor):
    """Of a `Connection`."""

    execute = _translated(sqlite3.Cursor.execute)
    executemany = _translated(sqlite3.Cursor.executemany)
    executescript = _translated(sqlite3.Cursor.executescript)
    fetchone = _translated(sqlite3.Cursor.fetchone)
    fetchall = _translated(sqlite3.Cursor.fetchall)
    __next__ = _translated(sqlite3.Cursor.__next__)


def connect(directory: Path, address: Path | str, **options: Any) -> Connection:
    """A connection to a file or a URI, for the ledger of `directory`. Raises SearchappError."""
    require_regular_files(directory)
    try:
        db = sqlite3.connect(address, factory=Connection, isolation_level=None, **options)
    except sqlite3.Error as error:
        raise fault_of(error, directory) from error
    db.directory = directory
    return db


def connect_read_only(directory: Path) -> Connection:
    """A connection that cannot write, whether or not the directory can be.

    A log (WAL) needs an index beside it; where none can be made and there is nothing in
    the log, the file is read as one that nobody changes. Raises LedgerDamaged, SearchappError.
    """
    path = directory / FILE_NAME
    address = f"file:{quote(str(path.absolute()))}?mode=ro"
    db = connect(directory, address, uri=True, timeout=_BUSY_SECONDS)
    try:
        db.execute("PRAGMA user_version").fetchone()
    except SearchappError as error:
        db.close()
        if not isinstance(error.__cause__, sqlite3.OperationalError):
            raise
        log = path.with_name(path.name + "-wal")
        if log.exists() and log.stat().st_size:
            raise
        return connect(directory, f"{address}&immutable=1", uri=True)
    return db


def copy_into(directory: Path, db: sqlite3.Connection) -> None:
    """A ledger, if there is one, into an unnamed database, without a trace beside it.

    SQLite makes files even to read a log; without a log, it can be told that none come.
    """
    path = directory / FILE_NAME
    if not path.exists():
        return
    logged = path.with_name(f"{path.name}-wal").exists()
    mode = "mode=ro" if logged else "immutable=1"
    address = f"file:{quote(os.fsencode(path.absolute()))}?{mode}"
    with closing(connect(directory, address, uri=True)) as source:
        source.backup(db)


class Transaction:
    """BEGIN ... COMMIT, or ROLLBACK when the block fails."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def __enter__(self) -> None:
        self._db.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self._db.execute("COMMIT")
        elif self._db.in_transaction:  # SQLite ends it itself when its file fails it
            self._db.execute("ROLLBACK")
