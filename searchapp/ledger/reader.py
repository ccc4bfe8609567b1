"""The ledger opened for reading alone, by whoever may not write to its directory.

Under `ledger`, which writes: the status page, the doctor and a backup look at what a run
records.
"""

import os
import sqlite3
from collections import deque
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Self, TypeVar

from searchapp.document_json import compact, load_article, load_entities
from searchapp.errors import IndexMissing, PageFault, SearchappError
from searchapp.ledger import schema
from searchapp.ledger.captures import Captures
from searchapp.ledger.checksums import SELECTED, StoredRow
from searchapp.ledger.connection import connect_read_only
from searchapp.ledger.errors import FILE_NAME, damaged, decoding, foreign
from searchapp.ledger.rows import PASSING_SQL, CachedResult, Failure, Fingerprint, PageResult
from searchapp.ledger.staleness import CurrentVersions, recogniser_of
from searchapp.ledger.vectors import Vectors
from searchapp.model import Article, Entity, IndexedDocument

_OUTCOME = f"""
SELECT versions, CASE WHEN state = 'cleaned' THEN json_extract(article, '$.language') END,
  state = 'cleaned' FROM source WHERE path = ? AND hash = ?
  AND state IN ('cleaned', 'failed') AND ifnull(fault, '') NOT IN ({PASSING_SQL})
"""  # noqa: S608 - our own names
_DOCUMENTS = f"""
SELECT {SELECTED} FROM source
WHERE state = 'cleaned' AND {{marked}} AND path > :last AND (:names IS NULL OR EXISTS
  (SELECT 1 FROM json_each(entities) AS named WHERE json_extract(named.value, '$.name')
  IN (SELECT value FROM json_each(:names)))) ORDER BY path LIMIT 100
"""  # noqa: S608 - our own names
_BATCH = 200
_T = TypeVar("_T")


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def _count(value: object, count: float) -> tuple[str, int]:
    return _text(value), int(count)


class LedgerReader:
    """An open ledger that is asked, and never changed.

    Any method may raise LedgerDamaged, and SearchappError for the disk it is on.
    """

    def __init__(self, directory: Path) -> None:
        """Open it. Raises IndexMissing when there is none, LedgerDamaged, SearchappError."""
        self.path = directory / FILE_NAME
        try:
            self.path.lstat()
        except FileNotFoundError:
            message = f"no {FILE_NAME} in {directory}: run `searchapp reindex PATH`"
            raise IndexMissing(message) from None
        self._db = connect_read_only(directory)
        self.captures, self.vectors = Captures(self._db), Vectors(self._db)
        with self._closing_on_errors():
            self._require_schema()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def check(self) -> list[str]:
        """What is wrong with it, a sentence each; reads all of it. Raises LedgerDamaged."""
        return self.row_faults() or self.file_faults()

    def row_faults(self) -> list[str]:
        """Which rows are not as they were written, a sentence each; reads all of them."""
        return [
            f"the row of {os.fsdecode(row.path)} is not as it was written"
            for row in self.rows()
            if not row.is_whole
        ]

    def file_faults(self) -> list[str]:
        """What is wrong with the file, where its rows are whole. Raises LedgerDamaged."""
        rows = self._db.execute("PRAGMA integrity_check").fetchall()
        faults = [line for (line,) in rows if line != "ok"]
        if not faults:  # reading is the check
            deque(self.documents(pending=False), 0)
            deque(self.captures, 0)
            self.failures(), self.roots(), self.skipped(), self.recognisers()
        return faults

    def copy_to(self, target: sqlite3.Connection) -> None:
        """Copy it as it is at one moment, while a run may be writing (SQLite's backup API)."""
        self._db.backup(target)

    def rows(self, after: bytes = b"") -> Iterator[StoredRow]:
        """Every row as it is stored, by path, from behind one on."""
        query = f"SELECT {SELECTED} FROM source WHERE path > ? ORDER BY path LIMIT {_BATCH}"  # noqa: S608 - ours
        while rows := self._rows(query, after, read=StoredRow):
            yield from rows
            after = rows[-1].path

    def indexed_ids(self) -> set[str]:
        """The ids of the documents the index ought to hold, pending ones left out."""
        query = "SELECT id FROM source WHERE state = 'cleaned' AND indexed = 1"
        return set(self._rows(query, read=_text))

    def pending_ids(self) -> set[str]:
        """The ids of which the index may hold another state than the ledger."""
        return set(self._rows("SELECT id FROM source WHERE indexed != 1", read=_text))

    def fingerprints(self) -> dict[str, tuple[int, int]]:
        """Size and time (ns) of every file that was there at the last run, by path."""
        query = (
            "SELECT path, size, mtime_ns FROM source WHERE container IS NULL AND state != 'gone'"
        )
        return dict(self._rows(query, read=_fingerprint))

    def has_current_outcome(
        self, path: str, digest: str, current: CurrentVersions, *, retry: bool
    ) -> bool:
        """Whether this page's outcome is already known, and would be no other now.

        With `retry`, a failure may always turn out otherwise.
        """

        def read(versions: str, language: str | None, cleaned: int) -> bool:
            if not current.reads_alike(versions):
                return False
            return current.names_alike(versions, language) if cleaned else not retry

        return any(self._rows(_OUTCOME, os.fsencode(path), digest, read=read))

    def seen_in_run(self, path: str, run: int) -> bool:
        """Whether this run has already recorded a page under that path."""
        query = "SELECT 1 FROM source WHERE path = ? AND run = ?"
        return self._db.execute(query, (os.fsencode(path), run)).fetchone() is not None

    def page_result(self, path: str) -> PageResult | None:
        """What is recorded of a page that was cleaned. Raises RowDamaged."""
        query = (
            f"SELECT size, mtime_ns, run, {SELECTED} FROM source"  # noqa: S608 - ours
            " WHERE path = ? AND state = 'cleaned'"
        )

        def read(size: int, mtime_ns: int, run: int, *values: Any) -> PageResult:
            row = StoredRow(*values)
            row.require_whole()
            return PageResult(
                path,
                Fingerprint(size, mtime_ns, row.hash.decode()),
                row.versions.decode(),
                *_content(row),
                container=os.fsdecode(row.container) if row.container else None,
                run=run,
            )

        return next(iter(self._rows(query, os.fsencode(path), read=read)), None)

    def cached_result(self, digest: str, current: CurrentVersions) -> CachedResult | None:
        """What the same bytes gave when they were read, if they would give the same article."""
        query = (
            f"SELECT {SELECTED} FROM source"  # noqa: S608 - ours
            " WHERE hash = ? AND article IS NOT NULL ORDER BY versions != ? LIMIT 1"
        )

        def read(*values: Any) -> CachedResult | None:
            row = StoredRow(*values)
            if not row.is_whole or not current.reads_alike(row.versions.decode()):
                return None
            return CachedResult(*_content(row), row.versions.decode())

        return next(iter(self._rows(query, digest, current.versions, read=read)), None)

    def skipped(self) -> dict[str, int]:
        """The records of all containers that are no pages, by kind, the most frequent first."""
        query = (
            "SELECT kind.key, sum(kind.value) FROM source, json_each(source.skipped) AS kind"
            " WHERE source.skipped IS NOT NULL AND state != 'gone'"
            " GROUP BY kind.key ORDER BY sum(kind.value) DESC, kind.key"
        )
        return dict(self._rows(query, read=_count))

    def documents(
        self, *, pending: bool, naming: Collection[str] | None = None
    ) -> Iterator[IndexedDocument]:
        """Cleaned sources as documents, by path: all, or those `claim_pending` has marked.

        `naming` leaves those in which one of these names was recognised. Some rows are
        fetched at a time: a query that stays open keeps SQLite from reusing its log. Raises
        RowDamaged.
        """
        query = _DOCUMENTS.format(marked="indexed != 1 AND indexed = 2" if pending else "TRUE")
        names = naming if naming is None else compact(sorted(naming))
        last = b""
        while rows := self._db.execute(query, {"names": names, "last": last}).fetchall():
            with self.decoding():
                documents = [_document(StoredRow(*row)) for row in rows]
            yield from documents
            last = os.fsencode(documents[-1].path)

    def pending(self) -> int:
        """How many rows the engine does not know yet."""
        return self._count("indexed != 1")

    def cleaned(self) -> int:
        """How many documents the index ought to hold."""
        return self._count("state = 'cleaned'")

    def failures(self) -> list[Failure]:
        """Every source that failed, by path."""
        query = "SELECT path, fault, message FROM source WHERE state = 'failed' ORDER BY path"
        return list(self._rows(query, read=_failure))

    def roots(self) -> list[str]:
        """The paths given to reindex so far."""
        return list(self._rows("SELECT path FROM root ORDER BY path", read=os.fsdecode))

    def note(self, key: str) -> str | None:
        """A value kept beside the rows, such as `last_run`."""
        query = "SELECT value FROM note WHERE key = ?"
        return next(iter(self._rows(query, key, read=_text)), None)

    def documents_by_versions(self) -> dict[str, int]:
        """How many documents each set of versions read (JSON, or "" when out of date)."""
        return self._count_documents("versions")

    def dates_by_method(self) -> dict[str, int]:
        """How many documents have their date from each method; undated ones are left out."""
        return self._count_documents("json_extract(article, '$.published.method')")

    def texts_longer_than(self, characters: int) -> dict[str, int]:
        """How many texts are longer, by language; those of an unknown one are left out."""
        # JSON is longer than its text, and measured without being parsed.
        return self._count_documents(
            "CASE WHEN length(article) > :most AND length(json_extract(article, '$.text')) > :most"
            " THEN json_extract(article, '$.language') END",
            most=characters,
        )

    def recognisers(self) -> list[str]:
        """The versions of what recognised the documents' names, each once, in order."""
        texts = self.documents_by_versions()
        with self.decoding():
            return sorted(filter(None, {recogniser_of(text) for text in texts}))

    def _count_documents(self, expression: str, **values: object) -> dict[str, int]:
        """Documents by the value of an expression, where it has one, the most frequent first."""
        query = (
            f"SELECT {expression} AS value, count(*) FROM source"  # noqa: S608 - ours, not input
            " WHERE state = 'cleaned' GROUP BY value HAVING value IS NOT NULL"
            " ORDER BY count(*) DESC, value"
        )
        return dict(self._rows(query, read=_count, **values))

    def _count(self, condition: str, *values: object) -> int:
        query = f"SELECT count(*) FROM source WHERE {condition}"  # noqa: S608 - ours, not input
        return int(self._db.execute(query, values).fetchone()[0])

    def decoding(self) -> AbstractContextManager[None]:
        """For a block that reads what this gave. Raises LedgerDamaged for what nobody wrote."""
        return decoding(self.path.parent)

    def _rows(self, query: str, *values: Any, read: Callable[..., _T], **named: Any) -> list[_T]:
        """What a query finds, as `read` makes it of each row's values."""
        rows = self._db.execute(query, named or values).fetchall()
        with self.decoding():
            return [read(*row) for row in rows]

    @contextmanager
    def _closing_on_errors(self) -> Iterator[None]:
        try:
            yield
        except SearchappError:
            self._db.close()
            raise

    def _require_schema(self) -> None:
        version = schema.version_of(self._db)
        if fault := schema.fault_of(self._db):
            raise damaged(self.path.parent, fault)
        if version != schema.VERSION:
            raise foreign(self.path, version)


def _document(row: StoredRow) -> IndexedDocument:
    row.require_whole()
    return IndexedDocument(row.id.decode(), os.fsdecode(row.path), *_content(row))


def _content(row: StoredRow) -> tuple[Article, tuple[Entity, ...]]:
    return load_article(row.article or b""), load_entities(row.entities or b"")


def _fingerprint(path: bytes, size: int, mtime_ns: int) -> tuple[str, tuple[int, int]]:
    return os.fsdecode(path), (size, mtime_ns)


def _failure(path: bytes, fault: str, message: str) -> Failure:
    return Failure(os.fsdecode(path), PageFault(fault), _text(message))
