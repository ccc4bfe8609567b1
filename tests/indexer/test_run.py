"""Whole runs over real files, worker processes and the embedded engine."""

from __future__ import annotations

import gzip
import os
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from searchapp.config import Settings
from searchapp.engines import open_engine
from searchapp.engines.base import SearchRequest
from searchapp.engines.query import parse
from searchapp.errors import PageFault, SearchappError
from searchapp.indexer import versions
from searchapp.indexer.events import Reporter, Summary
from searchapp.indexer.options import ReindexOptions
from searchapp.indexer.plan import Plan
from searchapp.indexer.run import reindex, run, run_again
from searchapp.ledger.errors import FILE_NAME, LedgerDamaged, fault_of
from searchapp.ledger.rows import Failure
from searchapp.workers.messages import Limits
from searchapp.workers.pool import Pool

STORY = (
    "<html><head><title>{0}</title></head><body><article><h1>{0}</h1>"
    "<p>The council of the harbour town voted on Monday evening about the {0}.</p>"
    "<p>Residents had asked for it again and again, most recently in a petition.</p>"
    "</article></body></html>"
)


@dataclass
class Recorder(Reporter):
    """What a run reported."""

    pages: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    containers: list[str] = field(default_factory=list)
    recognised_again: list[str] = field(default_factory=list)
    commits: list[int] = field(default_factory=list)
    bytes: int = 0

    def notice(self, message: str) -> None:
        self.notices.append(message)

    def planned(self, plan: Plan) -> None:
        self.plan = plan

    def opened(self, path: str) -> None:
        self.containers.append(path)

    def page(self, path: str, failure: Failure | None) -> None:
        self.pages.append(path)
        self.failures += [failure] if failure else []

    def recognised(self, path: str, failure: Failure | None) -> None:
        self.recognised_again.append(path)
        self.failures += [failure] if failure else []

    def advanced(self, size: int) -> None:
        self.bytes += size

    def committed(self, documents: int) -> None:
        self.commits.append(documents)

    def indexing(self, done: int, total: int) -> None:
        assert done <= total


@dataclass
class Archive:
    """A folder of pages, its index, and the run that joins them."""

    folder: Path
    settings: Settings
    pool: Pool | None = None

    def write(self, name: str, topic: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(STORY.format(topic), encoding="utf-8")
        return path

    def reindex(self, *paths: Path, full: bool = False) -> Summary:
        self.recorder = Recorder()
        options = ReindexOptions(
            self.settings, open_engine(self.settings), self.recorder, full=full
        )
        return run(paths or (self.folder,), options, self.pool)

    def titles(self, query: str = "") -> set[str]:
        request = SearchRequest(query=parse(query).node, size=100)
        hits = open_engine(self.settings).searcher().search(request).hits
        return {hit.document.article.title for hit in hits}


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    with Pool(1, {}, Limits(30, 2048, 64)) as pool:
        yield pool


@pytest.fixture
def archive(tmp_path: Path, pool: Pool) -> Archive:
    folder = tmp_path / "archive"
    folder.mkdir()
    return Archive(folder, Settings(index_dir=tmp_path / "index", jobs=1, models={}), pool)


def test_new_changed_and_deleted_files_reach_the_index(archive: Archive) -> None:
    archive.write("a.html", "ferry")
    b = archive.write("sub/b.html", "bridge")
    assert archive.reindex().documents == 2
    assert archive.titles() == {"ferry", "bridge"}
    archive.write("a.html", "tunnel under the bay")
    archive.write("c.html", "school")
    b.unlink()
    summary = archive.reindex()
    assert (summary.read, summary.unchanged, summary.removed) == (2, 0, 1)
    assert archive.titles() == {"tunnel under the bay", "school"}
    assert archive.titles("bridge") == set()


def test_a_run_that_finds_nothing_changed_reads_nothing(archive: Archive) -> None:
    archive.write("a.html", "ferry")
    archive.reindex()
    before = open_engine(archive.settings).searcher().info()
    summary = archive.reindex()
    assert (summary.read, summary.unchanged) == (0, 1)
    assert archive.recorder.pages == []
    assert open_engine(archive.settings).searcher().info() == before


def test_moved_and_copied_files_are_not_read_twice(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.pool = None
    page = archive.write("a.html", "ferry")
    archive.reindex()
    page.rename(archive.folder / "b.html")
    shutil.copy(archive.folder / "b.html", archive.folder / "c.html")
    # With every page over the time limit, only what is remembered can succeed.
    monkeypatch.setattr("searchapp.workers.pool.START_SECONDS", 0.0)
    summary = archive.reindex()
    assert (summary.documents, summary.failures) == (2, ())
    assert (summary.moved, summary.copied, summary.read, summary.removed) == (1, 1, 0, 0)


def test_failed_pages_are_named_and_the_rest_is_indexed(archive: Archive) -> None:
    archive.write("good.html", "ferry")
    (archive.folder / "empty.html").touch()
    (archive.folder / "cut.html.gz").write_bytes(gzip.compress(b"<p>text</p>" * 100)[:40])
    (archive.folder / "photo.html").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(2000))
    summary = archive.reindex()
    assert summary.documents == 1
    assert {(Path(f.path).name, f.fault) for f in summary.failures} == {
        ("empty.html", PageFault.EMPTY),
        ("cut.html.gz", PageFault.DAMAGED),
        ("photo.html", PageFault.BINARY),
    }
    assert open_engine(archive.settings).searcher().info().failed == 3
    assert archive.reindex().failures == summary.failures


def test_a_page_that_is_mended_leaves_the_account_of_failures(archive: Archive) -> None:
    (archive.folder / "a.html").touch()
    assert len(archive.reindex().failures) == 1
    archive.write("a.html", "ferry")
    assert archive.reindex().failures == ()
    assert archive.titles() == {"ferry"}


def test_a_page_that_breaks_leaves_the_index(archive: Archive) -> None:
    page = archive.write("a.html", "ferry")
    archive.write("b.html", "bridge")
    archive.reindex()
    page.write_bytes(b"")
    archive.reindex()
    assert archive.titles() == {"bridge"}


def test_files_of_other_kinds_are_counted(archive: Archive) -> None:
    archive.write("a.html", "ferry")
    for name in ("style.css", "photo.png", "other.png"):
        (archive.folder / name).write_bytes(b"x")
    assert dict(archive.reindex().skipped) == {".css": 1, ".png": 2}


def test_names_in_any_script_and_in_none(archive: Archive) -> None:
    archive.write("новости/старое фото.html", "ferry")
    undecodable = os.path.join(os.fsencode(archive.folder), b"caf\xe9.html")  # noqa: PTH118
    with open(undecodable, "wb") as file:  # noqa: PTH123
        file.write(STORY.format("bridge").encode())
    assert archive.reindex().documents == 2
    assert archive.titles() == {"ferry", "bridge"}


def test_another_folder_is_added_and_both_are_looked_at_again(
    archive: Archive, tmp_path: Path
) -> None:
    archive.write("a.html", "ferry")
    archive.reindex()
    other = tmp_path / "other"
    other.mkdir()
    (other / "b.html").write_text(STORY.format("bridge"))
    assert archive.reindex(other).removed == 0
    (other / "b.html").unlink()
    recorder = Recorder()
    summary = reindex((), archive.settings, open_engine(archive.settings), recorder)
    assert (summary.unchanged, summary.removed) == (1, 1)
    assert archive.titles() == {"ferry"}


def test_without_a_path_and_without_a_past_it_asks_for_one(archive: Archive) -> None:
    engine = open_engine(archive.settings)
    with pytest.raises(SearchappError, match="searchapp reindex PATH"):
        reindex((), archive.settings, engine, Recorder())


@pytest.mark.parametrize(
    "harm", ["missing", "damaged", "one bit", "stamp damaged", "of another ledger"]
)
def test_an_index_in_any_state_is_healed_from_the_ledger(archive: Archive, harm: str) -> None:
    archive.write("a.html", "ferry")
    archive.reindex()
    if harm == "missing":
        shutil.rmtree(archive.settings.index_dir / "whoosh")
    elif harm == "damaged":
        for file in (archive.settings.index_dir / "whoosh").rglob("*"):
            if file.is_file():
                file.write_bytes(b"damaged")
    elif harm == "one bit":
        (file,) = (archive.settings.index_dir / "whoosh").rglob("*.arrays")
        content = bytearray(file.read_bytes())
        content[64] ^= 1
        file.write_bytes(content)
    elif harm == "stamp damaged":
        (stamp,) = (archive.settings.index_dir / "whoosh").rglob("stamp-*.json")
        stamp.write_bytes(b"\xff")
    else:
        (archive.settings.index_dir / FILE_NAME).unlink()
    summary = archive.reindex()
    assert summary.rebuilt
    assert archive.recorder.pages == ([] if harm != "of another ledger" else archive.recorder.pages)
    assert archive.titles() == {"ferry"}


def test_runs_of_one_process_read_the_whole_index_once(archive: Archive) -> None:
    """What a disk changes without another time is found by the next process."""
    path = archive.write("a.html", "ferry")
    archive.reindex()
    (file,) = (archive.settings.index_dir / "whoosh").rglob("*.arrays")
    written = file.stat().st_mtime_ns - 60_000_000_000
    os.utime(file, ns=(written, written))
    engine = open_engine(archive.settings)
    options = ReindexOptions(archive.settings, engine, Recorder())
    assert archive.pool is not None
    assert not run_again([str(path)], options, archive.pool).rebuilt
    content = bytearray(file.read_bytes())
    content[64] ^= 1
    file.write_bytes(content)
    os.utime(file, ns=(written, written))
    archive.write("b.html", "tunnel")
    again = run_again([str(archive.folder)], options, archive.pool)
    assert (again.rebuilt, again.indexed) == (False, 1)
    assert archive.reindex().rebuilt
    assert archive.titles() == {"ferry", "tunnel"}


def test_a_damaged_ledger_is_set_aside_and_the_pages_are_read_again(archive: Archive) -> None:
    archive.write("a.html", "ferry")
    archive.reindex()
    ledger = archive.settings.index_dir / FILE_NAME
    for ending in ("-wal", "-shm"):
        ledger.with_name(ledger.name + ending).unlink(missing_ok=True)
    ledger.write_bytes(b"not a database at all" * 500)
    assert archive.reindex().read == 1
    assert ".damaged-" in archive.recorder.notices[0]
    assert archive.titles() == {"ferry"}


def test_a_ledger_damaged_past_its_beginning_is_set_aside_too(archive: Archive) -> None:
    for number in range(30):
        archive.write(f"{number}.html", f"ferry {number}")
    archive.reindex()
    ledger = archive.settings.index_dir / FILE_NAME
    with ledger.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xaa" * (ledger.stat().st_size - 4096))
    assert archive.reindex().documents == 30
    assert ".damaged-" in archive.recorder.notices[0]


def test_a_disk_at_its_end_is_no_damage(archive: Archive) -> None:
    archive.write("a.html", "ferry")
    archive.reindex()
    full = sqlite3.OperationalError("database or disk is full")
    full.sqlite_errorcode = sqlite3.SQLITE_FULL
    assert not isinstance(fault_of(full, archive.folder), LedgerDamaged)
    assert "no space left on its disk" in str(fault_of(full, archive.folder))


def test_full_builds_anew_without_reading(archive: Archive) -> None:
    archive.write("a.html", "ferry")
    archive.reindex()
    before = open_engine(archive.settings).searcher().info().id
    summary = archive.reindex(full=True)
    assert (summary.read, summary.rebuilt) == (0, True)
    assert open_engine(archive.settings).searcher().info().id != before


def test_another_cleaner_reads_everything_again(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.write("a.html", "ferry")
    archive.reindex()
    monkeypatch.setattr(versions, "CLEANER", "another")
    assert archive.reindex().read == 1


def test_what_a_killed_run_had_read_is_indexed_by_the_next(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.write("a.html", "ferry")

    def die(*_: object, **__: object) -> bool:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("searchapp.indexer.run.bring_up_to_date", die)
        with pytest.raises(KeyboardInterrupt):
            archive.reindex()
    assert archive.reindex().read == 0
    assert archive.titles() == {"ferry"}
