"""`searchapp doctor`: what it finds, what it mends, what it leaves alone."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from searchapp.engines.base import SearchRequest
from searchapp.errors import EngineUnreachable
from searchapp.ledger.reader import LedgerReader
from searchapp.maintenance.archive_status import collect_status
from searchapp.maintenance.doctor import Finding, Level, examine
from searchapp.maintenance.repair import mend
from searchapp.model import IndexedDocument
from tests.engines.documents import commit, document
from tests.engines.unreachable import Unreachable
from tests.maintenance.archive import Archive


def faults(archive: Archive) -> list[Finding]:
    return [f for f in examine(archive.settings, archive.engine) if f.level == Level.FAULT]


def total(archive: Archive) -> int:
    return archive.engine.searcher().search(SearchRequest()).total


def documents(archive: Archive) -> list[list[IndexedDocument]]:
    """Those of the ledger and those of the index."""
    searcher = archive.engine.searcher()
    with LedgerReader(archive.settings.index_dir) as ledger:
        found = list(ledger.documents(pending=False))
    return [found, [searcher.document(document.id) for document in found]]


def mended(archive: Archive) -> str:
    done = archive.invoke("doctor", "--mend")
    assert done.exit_code == 0, done.stdout + done.stderr
    assert faults(archive) == []
    assert total(archive) == 6
    assert collect_status(archive.settings, archive.engine.searcher()).drift == ()
    return done.stdout


def test_all_is_well_after_a_reindex(archive: Archive) -> None:
    done = archive.invoke("doctor")
    assert (done.exit_code, done.stdout.splitlines()[-1][:11]) == (0, "all is well")


def test_it_changes_nothing_unless_told_to(archive: Archive) -> None:
    (archive.settings.index_dir / "whoosh" / "build-1").mkdir()
    before = {p: p.stat().st_mtime_ns for p in archive.directory.rglob("*") if p.is_file()}
    done = archive.invoke("doctor")
    assert done.exit_code == 1
    assert "build-1" in done.stdout
    after = {p: p.stat().st_mtime_ns for p in archive.directory.rglob("*") if p.is_file()}
    assert {p for p in after if "ledger.sqlite-" not in p.name} == before.keys()
    assert all(after[path] == then for path, then in before.items())


@pytest.mark.parametrize("pattern", ["*.arrays", "_MAIN_*.toc"])
def test_a_damaged_segment_is_named_and_built_anew(archive: Archive, pattern: str) -> None:
    (path,) = archive.live.glob(pattern)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))
    (finding, *_) = faults(archive)
    assert (finding.check, "doctor --mend" in finding.remedy) == ("index", True)
    assert path.name in finding.message or "damaged" in finding.message
    assert "mended  index:" in mended(archive)


def test_a_missing_index_is_built_from_the_ledger(archive: Archive) -> None:
    (archive.settings.index_dir / "whoosh" / "CURRENT").unlink()
    assert {finding.check for finding in faults(archive)} == {"index", "leftovers"}
    mended(archive)


def test_an_index_that_cannot_be_reached_is_said_so_and_not_mended(archive: Archive) -> None:
    (found,) = (f for f in examine(archive.settings, Unreachable()) if f.check == "index")
    assert found.message == "no answer from the engine"
    assert "anew" not in found.remedy
    with pytest.raises(EngineUnreachable):
        mend(archive.settings, Unreachable(), lambda *_: None)


def test_missing_and_extra_documents_are_found_and_mended(archive: Archive) -> None:
    (gone, *_) = archive.engine.searcher().iter_ids()
    stamp = archive.engine.searcher().stamp()
    with archive.engine.update() as writer:
        writer.delete(gone)
        writer.put(document("stranger", "not of this ledger"))
        writer.commit(stamp)
    found = faults(archive)
    assert [f.check for f in found] == ["documents", "documents"]
    assert gone in found[0].message
    assert "stranger" in found[1].message
    build = archive.live
    mended(archive)
    assert archive.live == build
    assert "stranger" not in archive.engine.searcher().iter_ids()


def test_an_index_of_another_ledger_is_built_anew(archive: Archive) -> None:
    commit(archive.engine, [document(f"d{n}") for n in range(6)], fresh=True)
    assert "do not belong together" in faults(archive)[0].message
    mended(archive)


def test_what_a_killed_run_left_is_removed(archive: Archive) -> None:
    index = archive.settings.index_dir
    for left in (index / "whoosh" / "build-x", index / "restore-x.partial", archive.live / "a.tmp"):
        left.mkdir()
        (left / "half").write_text("half")
    (index / "background.json.new").touch()
    (index / "reindex.lock").write_text(json.dumps({"pid": 2**22 + 1, "since": "2020-01-01"}))
    assert {finding.check for finding in faults(archive)} == {"leftovers", "lock"}
    mended(archive)


def test_nothing_is_left_over_while_a_reindex_is_at_work(archive: Archive) -> None:
    with archive.engine.update():
        (archive.settings.index_dir / "whoosh" / "build-growing").mkdir()
        files = archive.engine.local_files()
        assert files
        assert files.leftovers()


def test_a_reindex_at_work_is_waited_for(archive: Archive) -> None:
    from searchapp.indexer.lock import hold_lock  # noqa: PLC0415 - of this test alone

    (archive.settings.index_dir / "whoosh" / "build-growing").mkdir()
    with hold_lock(archive.settings.index_dir):
        assert faults(archive) == []
        assert archive.invoke("doctor", "--mend").exit_code == 4


def test_a_damaged_ledger_is_set_aside_and_the_next_reindex_reads_anew(archive: Archive) -> None:
    ledger = archive.settings.index_dir / "ledger.sqlite"
    content = bytearray(ledger.read_bytes())
    content[4096:8192] = b"\xff" * 4096
    ledger.write_bytes(bytes(content))
    done = archive.invoke("doctor", "--mend")
    assert done.exit_code == 1
    assert "ledger: " in done.stdout
    aside = min(archive.settings.index_dir.glob("ledger.sqlite.damaged-*"))
    assert aside.read_bytes() == bytes(content)
    assert total(archive) == 6
    assert archive.invoke("doctor", "--mend").exit_code == 1
    assert total(archive) == 6
    assert archive.invoke("reindex", str(archive.pages)).exit_code == 3
    assert faults(archive) == []


OF_ROWS = (
    "UPDATE source SET fault = 'tired' WHERE state = 'failed'",
    "UPDATE source SET message = 'none' WHERE state = 'failed'",
    "UPDATE source SET article = replace(article, 'ferry', 'merry') WHERE article IS NOT NULL",
    "UPDATE source SET article = '{\"title\":1}' WHERE article IS NOT NULL",
    "UPDATE source SET entities = '[[' WHERE article IS NOT NULL",
    "UPDATE source SET id = x'ff' WHERE id = (SELECT max(id) FROM source WHERE state = 'cleaned')",
)


@pytest.mark.parametrize(
    "harm",
    [
        "DROP TABLE source",
        "DROP TABLE note",
        "ALTER TABLE root RENAME COLUMN path TO place",
        "ALTER TABLE source DROP COLUMN message",
        "PRAGMA user_version = 0",
        "PRAGMA user_version = 1",
        "PRAGMA user_version = 260",
        "UPDATE note SET value = 'yesterday' WHERE key = 'last_run'",
        "UPDATE note SET value = '[1' WHERE key = 'unlisted'",
        "INSERT INTO root VALUES (7)",
    ],
)
def test_a_ledger_that_holds_what_nobody_wrote_is_named_and_begun_anew(
    archive: Archive, harm: str
) -> None:
    with closing(sqlite3.connect(archive.settings.index_dir / "ledger.sqlite")) as db, db:
        db.execute(harm)
    db.close()
    (fault, *_) = collect_status(archive.settings, archive.engine.searcher()).faults
    assert "ledger.sqlite: " in fault
    assert "sets it aside" in fault
    assert archive.invoke("status").exit_code == 1
    assert faults(archive)[0].check == "ledger"
    assert "all is well" not in archive.invoke("doctor", "--mend").output
    assert list(archive.settings.index_dir.glob("ledger.sqlite.damaged-*"))
    assert faults(archive)[0].message.startswith("no ledger.sqlite in ")
    assert total(archive) == 6


@pytest.mark.parametrize("mending", [False, True])
@pytest.mark.parametrize("harm", OF_ROWS)
def test_rows_that_nobody_wrote_are_named_and_read_again(
    archive: Archive, harm: str, *, mending: bool
) -> None:
    before = documents(archive)
    with closing(sqlite3.connect(archive.settings.index_dir / "ledger.sqlite")) as db, db:
        db.execute(harm)
    db.close()
    status = archive.invoke("status")
    assert status.exit_code == 1
    assert "is not as it was written" in status.output
    assert "is not as it was written" in faults(archive)[0].message
    if mending:
        assert "mended  ledger: " in archive.invoke("doctor", "--mend").output
    else:
        assert "was damaged" in archive.invoke("reindex").stderr
    assert archive.invoke("reindex").exit_code == 3
    assert not list(archive.settings.index_dir.glob("ledger.sqlite.damaged-*"))
    assert faults(archive) == []
    assert documents(archive) == before


def test_a_reindex_without_a_path_begins_a_damaged_ledger_anew(archive: Archive) -> None:
    archive.invoke("reindex", str(archive.pages))
    with closing(sqlite3.connect(archive.settings.index_dir / "ledger.sqlite")) as db, db:
        db.execute("DROP TABLE source")
    db.close()
    assert total(archive) == 12  # those of the copied ledger are at their old place
    done = archive.invoke("reindex")
    assert done.exit_code == 3, done.output
    assert "is without its tables (source)" in done.output
    assert "the damaged file is now ledger.sqlite.damaged-" in done.output
    assert total(archive) == 12
    assert faults(archive) == []


def test_a_ledger_of_an_earlier_version_is_not_called_damaged(archive: Archive) -> None:
    with closing(sqlite3.connect(archive.settings.index_dir / "ledger.sqlite")) as ledger:
        ledger.execute("PRAGMA user_version = 2")
        ledger.execute("DELETE FROM note WHERE key = 'schema'")  # which version 2 did not write
        ledger.commit()
    (finding, *_) = faults(archive)
    assert "run searchapp reindex to bring it up to date" in finding.message
    assert "aside" not in finding.remedy
    (archive.live / "stamp-1.json").unlink()
    status = archive.invoke("status")
    assert status.exit_code == 1
    assert "documents  unknown\n" in status.stdout


def test_sources_that_changed_or_went_are_noted(archive: Archive, read_once: Path) -> None:
    def at(name: str) -> bytes:
        return bytes(read_once / "pages" / f"{name}.html")

    with closing(sqlite3.connect(archive.settings.index_dir / "ledger.sqlite")) as db, db:
        db.execute("DELETE FROM source WHERE path = ?", (at("1"),))
        db.execute("UPDATE source SET mtime_ns = 1 WHERE path = ?", (at("2"),))
        db.execute("UPDATE source SET path = ? WHERE path = ?", (at("9"), at("3")))
    (note,) = (f for f in examine(archive.settings, archive.engine) if f.check == "sources")
    assert (note.level, note.message[-24:]) == (Level.NOTE, "2 new, 1 changed, 1 gone")


def test_a_folder_that_is_gone_is_a_fault(archive: Archive) -> None:
    with closing(sqlite3.connect(archive.settings.index_dir / "ledger.sqlite")) as db, db:
        db.execute("INSERT INTO root VALUES (?)", (b"/no/such/archive",))
    (fault,) = faults(archive)
    assert fault.message == "/no/such/archive: is no longer there"


def test_json_has_every_finding(archive: Archive) -> None:
    (archive.settings.index_dir / "whoosh" / "build-x").mkdir()
    done = archive.invoke("doctor", "--mend", "--json")
    found = json.loads(done.stdout)
    assert found["healthy"]
    (finding,) = found["findings"]
    assert (finding["check"], finding["mended"]) == ("leftovers", True)
