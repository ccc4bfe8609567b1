from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from searchapp.errors import PageFault, SearchappError
from searchapp.ledger.errors import FILE_NAME, LedgerDamaged, set_aside
from searchapp.ledger.ledger import Ledger
from searchapp.ledger.reader import LedgerReader
from searchapp.ledger.rows import CachedResult, Failure, Fingerprint, PageResult, document_id
from searchapp.ledger.staleness import CurrentVersions
from searchapp.model import (
    Article,
    Confidence,
    DatePrecision,
    Entity,
    EntityType,
    IndexedDocument,
    PublicationDate,
)

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

ARTICLE = Article(
    title="Ferry line to reopen",
    text="The ferry to Elsin leaves in April.",
    authors=("Jane Doe",),
    language="en",
    published=PublicationDate(date(2021, 3, 14), DatePrecision.DAY, "json-ld", Confidence.HIGH),
)
ENTITIES = (Entity("Elsin", EntityType.PLACE, ((13, 18),)),)
UNDECODABLE = os.fsdecode(b"/archive/caf\xe9.html")


def reading(path: str, digest: str = "h", versions: str = "v") -> PageResult:
    return PageResult(path, Fingerprint(1, 2, digest), versions, ARTICLE, ENTITIES)


def failed(path: str) -> PageResult:
    failure = Failure(path, PageFault.EMPTY, "the file is empty")
    return PageResult(path, Fingerprint(0, 2, "e"), "v", failure=failure)


def rows(ledger: Ledger) -> list[str]:
    query = "SELECT path FROM source ORDER BY path"
    return [os.fsdecode(path) for (path,) in ledger.connection.execute(query)]


@pytest.mark.parametrize("path", ["/archive/a.html", "/архив/ё.html", UNDECODABLE])
def test_a_document_comes_back_as_it_went_in(tmp_path: Path, path: str) -> None:
    with Ledger(tmp_path) as ledger:
        ledger.put([reading(path)])
        ledger.claim_pending()
        assert list(ledger.documents(pending=True)) == [
            IndexedDocument(document_id(path), path, ARTICLE, ENTITIES)
        ]


def test_what_was_put_is_pending_until_it_is_settled(tmp_path: Path) -> None:
    with Ledger(tmp_path) as ledger:
        ledger.put([reading("/a"), failed("/b")])
        assert ledger.pending() == 2
        ledger.claim_pending()
        assert ledger.pending_removals() == [document_id("/b")]
        ledger.mark_indexed()
        assert ledger.pending() == 0
        assert list(ledger.documents(pending=True)) == []
        assert len(list(ledger.documents(pending=False))) == 1


def test_what_is_taken_can_be_bounded_and_what_changes_meanwhile_waits(tmp_path: Path) -> None:
    with Ledger(tmp_path) as ledger:
        ledger.put([reading("/a"), reading("/b"), reading("/c")])
        ledger.claim_pending(2)
        assert ledger.claimed() == 2
        ledger.put([reading("/a")])
        assert [document.path for document in ledger.documents(pending=True)] == ["/b"]
        ledger.mark_indexed()
        assert ledger.pending() == 2


def test_a_page_that_starts_to_fail_leaves_the_index(tmp_path: Path) -> None:
    with Ledger(tmp_path) as ledger:
        ledger.put([reading("/a")])
        ledger.claim_pending()
        ledger.mark_indexed()
        ledger.put([failed("/a")])
        ledger.claim_pending()
        assert ledger.cleaned() == 0
        assert ledger.pending_removals() == [document_id("/a")]
        assert ledger.failures() == [Failure("/a", PageFault.EMPTY, "the file is empty")]


def test_the_gone_are_forgotten_once_the_engine_has_dropped_them(tmp_path: Path) -> None:
    with Ledger(tmp_path) as ledger:
        ledger.put([reading("/a")])
        ledger.claim_pending()
        ledger.mark_indexed()
        ledger.mark_gone(["/a"])
        ledger.claim_pending()
        assert ledger.pending_removals() == [document_id("/a")]
        assert ledger.cached_result("h", CurrentVersions("v")) is not None
        ledger.mark_indexed()
        ledger.forget_gone()
        assert ledger.cached_result("h", CurrentVersions("v")) is None
        assert rows(ledger) == []


def test_the_same_bytes_are_known_under_the_same_versions_only(tmp_path: Path) -> None:
    with Ledger(tmp_path) as ledger:
        ledger.put([reading("/a", digest="d", versions="v1"), failed("/b")])
        assert ledger.cached_result("d", CurrentVersions("v1")) == CachedResult(
            ARTICLE, ENTITIES, "v1"
        )
        assert ledger.cached_result("d", CurrentVersions("v2")) is None
        assert ledger.cached_result("e", CurrentVersions("v")) is None


def test_roots_and_notes_outlive_the_process(tmp_path: Path) -> None:
    with Ledger(tmp_path) as ledger:
        ledger.add_roots(["/b", "/a", UNDECODABLE])
        ledger.add_roots(["/a"])
        ledger.set_note("last_run", "then")
    with Ledger(tmp_path) as ledger:
        assert set(ledger.roots()) == {"/a", "/b", UNDECODABLE}
        assert ledger.note("last_run") == "then"
        assert ledger.note("nothing") is None


def test_a_batch_is_recorded_whole_or_not_at_all(tmp_path: Path) -> None:
    broken = PageResult("/b", Fingerprint(1, 1, "h"), versions=None)  # type: ignore[arg-type]
    with Ledger(tmp_path) as ledger:
        with pytest.raises(sqlite3.IntegrityError):
            ledger.put([reading("/a"), broken])
        assert rows(ledger) == []


def test_a_ledger_of_another_schema_is_refused_by_name(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as db:
        db.execute("PRAGMA user_version = 99")
    for kind in (Ledger, LedgerReader):
        with pytest.raises(SearchappError, match=r"newer version.*ledger schema 99.*; upgrade"):
            kind(tmp_path)


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
        assert rows(ledger) == ["/a", "/b"]
        assert ledger.page_result("/a") == PageResult(
            "/a", Fingerprint(1, 2, "h"), "v", document.article, document.entities
        )
        assert ledger.roots() == ["/archive"]
        assert ledger.pending() == 0
    with Ledger(tmp_path) as ledger:
        assert rows(ledger) == ["/a", "/b"]


def test_a_damaged_ledger_is_named_and_can_be_set_aside(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"this is not a database" * 100)
    with pytest.raises(LedgerDamaged, match="not a database"):
        Ledger(tmp_path)
    aside = set_aside(tmp_path)
    assert aside.read_bytes().startswith(b"this is not a database")
    with Ledger(tmp_path) as ledger:
        assert rows(ledger) == []
