"""Ledgers of earlier schemas, as SQL wrote them: nothing in them has to be read again."""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from searchapp.errors import PageFault
from searchapp.indexer.plan import Scope, make_plan
from searchapp.ledger import schema
from searchapp.ledger.errors import FILE_NAME
from searchapp.ledger.ledger import Ledger
from searchapp.ledger.rows import Failure, Fingerprint, PageResult
from searchapp.ledger.staleness import CurrentVersions
from searchapp.ledger.verification import verify_some
from searchapp.model import (
    Article,
    Confidence,
    DatePrecision,
    Entity,
    EntityType,
    IndexedDocument,
    PublicationDate,
    RejectedDate,
)
from searchapp.sources.listing import SourceFile

# As the first version wrote it.
SCHEMA_1 = """
CREATE TABLE source (
  path BLOB PRIMARY KEY, id TEXT NOT NULL UNIQUE, size INTEGER NOT NULL,
  mtime_ns INTEGER NOT NULL, hash TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('cleaned', 'failed', 'gone')),
  article TEXT, entities TEXT, versions TEXT NOT NULL, fault TEXT, message TEXT,
  read_at TEXT NOT NULL, indexed INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX source_hash ON source (hash) WHERE state = 'cleaned';
CREATE INDEX source_pending ON source (indexed) WHERE indexed = 0;
CREATE TABLE root (path BLOB PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE note (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
PRAGMA user_version = 1;
"""
SCHEMA_3 = """
CREATE TABLE source (
  path BLOB PRIMARY KEY, id TEXT NOT NULL UNIQUE, size INTEGER NOT NULL,
  mtime_ns INTEGER NOT NULL, hash TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('cleaned', 'failed', 'opened', 'gone')),
  versions TEXT NOT NULL, fault TEXT, message TEXT, read_at TEXT NOT NULL,
  indexed INTEGER NOT NULL DEFAULT 0, container BLOB, run INTEGER NOT NULL DEFAULT 0,
  skipped TEXT, article TEXT, entities TEXT
) WITHOUT ROWID;
CREATE INDEX source_hash ON source (hash) WHERE article IS NOT NULL;
CREATE INDEX source_pending ON source (indexed) WHERE indexed != 1;
CREATE INDEX source_container ON source (container, state, fault) WHERE container IS NOT NULL;
CREATE TABLE root (path BLOB PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE note (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
PRAGMA user_version = 3;
"""
# As schema 3 wrote it: lists where there are objects now, lone surrogates escaped.
ARTICLE_3 = {
    "title": "Fähre",
    "text": "\udcff 𝒳 Elsin",
    "lead": "𝒳",
    "authors": ["Jane Doe"],
    "language": "en",
    "site": "example.org",
    "published": ["2021-03-01", "month", "json-ld", "low"],
    "modified": ["2021-03-15", "day", "meta", "high"],
    "captured": "2021-03-16T01:02:03.000004+01:00",
    "rejected": [["2099", "meta", "later"]],
}
ARTICLE = Article(
    "Fähre",
    "\udcff 𝒳 Elsin",
    lead="𝒳",
    authors=("Jane Doe",),
    language="en",
    site="example.org",
    published=PublicationDate(date(2021, 3, 1), DatePrecision.MONTH, "json-ld", Confidence.LOW),
    modified=PublicationDate(date(2021, 3, 15), DatePrecision.DAY, "meta", Confidence.HIGH),
    captured=datetime(2021, 3, 16, 0, 2, 3, 4, tzinfo=UTC),
    rejected=(RejectedDate("2099", "meta", "later"),),
)
ENTITIES = (Entity("Elsin", EntityType.PLACE, ((4, 9),)), Entity("X", EntityType.ORG, ()))
ENTITIES_3 = [["Elsin", "place", [[4, 9]]], ["X", "org", []]]


def test_a_ledger_of_the_first_schema_keeps_what_it_knows(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as db:
        db.executescript(SCHEMA_1)
        row = (
            "/a",
            "id",
            1,
            2,
            "h",
            "cleaned",
            '{"title":"T","text":"x"}',
            "[]",
            "v",
            None,
            None,
            "t",
        )
        for path, state in (("/a", "cleaned"), ("/b", "failed")):
            values = [
                path.encode(),
                path,
                *row[2:5],
                state,
                *row[6:9],
                "empty" if state == "failed" else None,
            ]
            db.execute("INSERT INTO source VALUES (?,?,?,?,?,?,?,?,?,?,'why','t',1)", values)
        db.execute("INSERT INTO root VALUES (?)", [b"/archive"])
        db.commit()
    with Ledger(tmp_path) as ledger:
        (document,) = ledger.documents(pending=False)
        assert (document.path, document.article.title) == ("/a", "T")
        assert ledger.failures() == [Failure("/b", PageFault.EMPTY, "why")]
        assert paths(ledger) == ["/a", "/b"]
        assert ledger.page_result("/a") == PageResult(
            "/a", Fingerprint(1, 2, "h"), "v", document.article, document.entities
        )
        assert ledger.roots() == ["/archive"]
        assert ledger.pending() == 0
    with Ledger(tmp_path) as ledger:
        assert paths(ledger) == ["/a", "/b"]


@pytest.fixture
def of_schema_3(tmp_path: Path) -> Path:
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as db:
        db.executescript(SCHEMA_3)
        insert = "INSERT INTO source VALUES (?,?,1,2,'h',?,'{}',?,?,'t',1,?,1,?,?,?)"
        article, entities = json.dumps(ARTICLE_3), json.dumps(ENTITIES_3)
        db.execute(insert, (b"/a", "1", "cleaned", None, None, None, None, article, entities))
        plain = json.dumps({"title": "", "text": ""})
        db.execute(insert, (b"/b#1", "2", "cleaned", None, None, b"/b", None, plain, "[]"))
        db.execute(insert, (b"/b", "3", "opened", None, None, None, '{".css":1}', None, None))
        db.execute(insert, (b"/c", "4", "failed", "empty", "why", None, None, None, None))
        db.commit()
    return tmp_path


def test_articles_and_entities_of_the_third_schema_are_converted(of_schema_3: Path) -> None:
    for _ in range(2):  # and stay so
        with Ledger(of_schema_3) as ledger:
            assert list(ledger.documents(pending=False)) == [
                IndexedDocument("1", "/a", ARTICLE, ENTITIES),
                IndexedDocument("2", "/b#1", Article("", "")),
            ]
            assert ledger.dates_by_method() == {"json-ld": 1}
            assert ledger.skipped() == {".css": 1}
            named = ledger.documents(pending=False, naming=["X"])
            assert [document.path for document in named] == ["/a"]


def test_nothing_of_the_third_schema_is_read_or_indexed_again(of_schema_3: Path) -> None:
    files = [SourceFile(path, 1, 2) for path in ("/a", "/b", "/c")]
    with Ledger(of_schema_3) as ledger:
        plan = make_plan(files, ledger, CurrentVersions("{}"), Scope(["/"]))
        assert (plan.files, plan.recognise, plan.removed, plan.unchanged) == (0, 0, 0, 3)
        assert ledger.pending() == 0


def test_rows_of_the_fourth_schema_are_given_checksums_as_they_are_verified(
    of_schema_3: Path,
) -> None:
    with Ledger(of_schema_3):
        pass
    with closing(sqlite3.connect(of_schema_3 / FILE_NAME)) as db:
        db.execute("ALTER TABLE source DROP COLUMN checksum")
        db.execute("PRAGMA user_version = 4")
        db.execute("UPDATE note SET value = '4' WHERE key = 'schema'")
        db.commit()
    with Ledger(of_schema_3) as ledger:
        assert [row.checksum for row in ledger.rows()] == [None] * 4
        assert verify_some(ledger, 3) == []
        assert [row.checksum is None for row in ledger.rows()] == [False, False, False, True]
        assert verify_some(ledger, 3) == []
        assert all(row.checksum == row.sum for row in ledger.rows())
        assert len(list(ledger.documents(pending=False))) == 2


def test_a_migration_that_is_broken_off_changes_nothing(
    of_schema_3: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = schema._FROM_3.replace("COMMIT", "SELECT no_such_function()")
    monkeypatch.setitem(schema._STEPS, 3, broken)
    with pytest.raises(Exception, match="no_such_function"):
        Ledger(of_schema_3)
    monkeypatch.undo()
    with Ledger(of_schema_3) as ledger:
        assert ledger.documents_by_versions() == {"{}": 2}
        assert len(list(ledger.documents(pending=False))) == 2


def paths(ledger: Ledger) -> list[str]:
    rows = ledger._db.execute("SELECT path FROM source ORDER BY path")
    return [os.fsdecode(path) for (path,) in rows]
