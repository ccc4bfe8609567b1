"""The ledger opened for reading alone, by whoever may not write to its directory.

Under `ledger`, which writes: the status page, the doctor and a backup look at what a run
records.
"""

import os
import sqlite3
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Self

from searchapp.document_json import compact, load_article, load_entities
from searchapp.errors import IndexMissing, PageFault
from searchapp.ledger import schema
from searchapp.ledger.captures import Captures
from searchapp.ledger.connection import connect_read_only
from searchapp.ledger.errors import FILE_NAME, fault_of, foreign, translating_errors
from searchapp.ledger.rows import PASSING_SQL, CachedResult, Failure, Fingerprint, PageResult
from searchapp.ledger.staleness import CurrentVersions, recogniser_of
from searchapp.model import IndexedDocument

_OUTCOME = f"""
SELECT versions, CASE WHEN state = 'cleaned' THEN json_extract(article, '$.language') END,
  state = 'cleaned' FROM source WHERE path = ? AND hash = ?
  AND state IN ('cleaned', 'failed') AND ifnull(fault, '') NOT IN ({PASSING_SQL})
"""  # noqa: S608 - our own names
_DOCUMENTS = """
SELECT path, id, article, entities FROM source
WHERE state = 'cleaned' AND {marked} AND path > :last AND (:names IS NULL OR EXISTS
  (SELECT 1 FROM json_each(entities) AS named WHERE json_extract(named.value, '$.name')
  IN (SELECT value FROM json_each(:names)))) ORDER BY path LIMIT 100
"""


class LedgerReader:
    """An open ledger that is asked, and never changed.

    Any method may raise sqlite3.Error, which `errors.fault_of` puts into words.
    """

    def __init__(self, directory: Path) -> None:
        """Open it. Raises IndexMissing when there is none, LedgerDamaged, SearchappError."""
        self.path = directory / FILE_NAME
        if not self.path.exists():
            raise IndexMissing(f"nothing in {directory} yet: run `searchapp reindex PATH`")
        try:
            self._db = connect_read_only(self.path)
        except sqlite3.Error as error:
            raise fault_of(error, directory) from error
        self.captures = Captures(self._db)
        with translating_errors(self._db, directory):
            self._require_schema()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

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

    def has_current_outcome(
        self, path: str, digest: str, current: CurrentVersions, *, retry: bool
    ) -> bool:
        """Whether this page's outcome is already known, and would be no other now.

        With `retry`, a failure may always turn out otherwise.
        """
        row = self._db.execute(_OUTCOME, (os.fsencode(path), digest)).fetchone()
        if row is None or not current.reads_alike(row[0]):
            return False
        versions, language, cleaned = row
        return current.names_alike(versions, language) if cleaned else not retry

    def seen_in_run(self, path: str, run: int) -> bool:
        """Whether this run has already recorded a page under that path."""
        query = "SELECT 1 FROM source WHERE path = ? AND run = ?"
        return self._db.execute(query, (os.fsencode(path), run)).fetchone() is not None

    def page_result(self, path: str) -> PageResult | None:
        """What is recorded of a page that was cleaned."""
        row = self._db.execute(
            "SELECT size, mtime_ns, hash, versions, article, entities, container, run FROM source"
            " WHERE path = ? AND state = 'cleaned'",
            (os.fsencode(path),),
        ).fetchone()
        if row is None:
            return None
        size, mtime_ns, digest, versions, found, named, container, run = row
        return PageResult(
            path,
            Fingerprint(size, mtime_ns, digest),
            versions,
            load_article(found),
            load_entities(named),
            container=container and os.fsdecode(container),
            run=run,
        )

    def cached_result(self, digest: str, current: CurrentVersions) -> CachedResult | None:
        """What the same bytes gave when they were read, if they would give the same article."""
        rows = self._db.execute(
            "SELECT article, entities, versions FROM source"
            " WHERE hash = ? AND article IS NOT NULL ORDER BY versions != ? LIMIT 1",
            (digest, current.versions),
        )
        for found, named, versions in rows:
            if current.reads_alike(versions):
                return CachedResult(load_article(found), load_entities(named), versions)
        return None

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
        """Cleaned sources as documents, by path: all, or those `claim_pending` has marked.

        `naming` leaves those in which one of these names was recognised. Some rows are
        fetched at a time: a query that stays open keeps SQLite from reusing its log.
        """
        query = _DOCUMENTS.format(marked="indexed != 1 AND indexed = 2" if pending else "TRUE")
        names = naming if naming is None else compact(sorted(naming))
        last = b""
        while rows := self._db.execute(query, {"names": names, "last": last}).fetchall():
            for path, identity, found, named in rows:
                yield IndexedDocument(
                    identity, os.fsdecode(path), load_article(found), load_entities(named)
                )
            last = rows[-1][0]

    def pending(self) -> int:
        """How many rows the engine does not know yet."""
        return self._count("indexed != 1")

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

    def note(self, key: str) -> str | None:
        """A value kept beside the rows, such as `last_run`."""
        row = self._db.execute("SELECT value FROM note WHERE key = ?", (key,)).fetchone()
        return row[0] if row else None

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
        versions = {recogniser_of(text) for text in self.documents_by_versions()}
        return sorted(filter(None, versions))

    def _count_documents(self, expression: str, **values: object) -> dict[str, int]:
        """Documents by the value of an expression, where it has one, the most frequent first."""
        rows = self._db.execute(
            f"SELECT {expression} AS value, count(*) FROM source"  # noqa: S608 - ours, not input
            " WHERE state = 'cleaned' GROUP BY value HAVING value IS NOT NULL"
            " ORDER BY count(*) DESC, value",
            values,
        )
        return dict(rows.fetchall())

    def _count(self, condition: str, *values: object) -> int:
        query = f"SELECT count(*) FROM source WHERE {condition}"  # noqa: S608 - ours, not input
        return int(self._db.execute(query, values).fetchone()[0])

    def _require_schema(self) -> None:
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        if version != schema.VERSION:
            raise foreign(self.path, version)
