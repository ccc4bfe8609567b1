from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from dataclasses import replace
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
    return [os.fsdecode(path) for (path,) in ledger._db.execute(query)]


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
        with pytest.raises(LedgerDamaged, match="NOT NULL"):
            ledger.put([reading("/a"), broken])
        assert rows(ledger) == []


def test_a_ledger_of_another_schema_is_refused_by_name(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as db:
        db.execute("PRAGMA user_version = 99")
    for kind in (Ledger, LedgerReader):
        with pytest.raises(SearchappError, match=r"newer version.*ledger schema 99.*; upgrade"):
            kind(tmp_path)


def test_a_damaged_ledger_is_named_and_can_be_set_aside(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"this is not a database" * 100)
    with pytest.raises(LedgerDamaged, match="not a database"):
        Ledger(tmp_path)
    aside = set_aside(tmp_path)
    assert aside.read_bytes().startswith(b"this is not a database")
    with Ledger(tmp_path) as ledger:
        assert rows(ledger) == []


def test_documents_are_counted_by_what_read_them_and_what_they_say(tmp_path: Path) -> None:
    undated = replace(ARTICLE, published=None, language="de", text="x" * 100)
    results = [
        reading("/a", versions='{"recogniser": "rules-2"}'),
        reading("/b", versions='{"recogniser": "rules-1"}'),
        reading("/c", versions=""),  # out of date
        replace(reading("/d", versions=""), article=undated),
        replace(reading("/e", versions=""), article=replace(undated, language=None)),
        failed("/f"),
    ]
    with Ledger(tmp_path) as ledger:
        ledger.put(results)
        assert ledger.documents_by_versions() == {
            "": 3,
            '{"recogniser": "rules-1"}': 1,
            '{"recogniser": "rules-2"}': 1,
        }
        assert ledger.recognisers() == ["rules-1", "rules-2"]
        assert ledger.dates_by_method() == {"json-ld": 3}
        assert ledger.texts_longer_than(99) == {"de": 1}
        assert ledger.texts_longer_than(100) == {}


def test_documents_are_found_by_the_names_in_them(tmp_path: Path) -> None:
    with Ledger(tmp_path) as ledger:
        ledger.put([reading("/a"), replace(reading("/b"), entities=())])
        found = [document.path for document in ledger.documents(pending=False, naming=["Elsin"])]
    assert found == ["/a"]
