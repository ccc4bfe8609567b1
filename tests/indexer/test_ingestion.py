"""Containers and files into the ledger, through real worker processes."""

from __future__ import annotations

import gzip
import json
import shutil
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from searchapp.config import DEFAULT_MODELS
from searchapp.errors import PageFault
from searchapp.indexer.events import Listener
from searchapp.indexer.ingestion import ReadOptions, Tally, read_sources
from searchapp.indexer.plan import Scope, make_plan
from searchapp.ledger.ledger import Ledger
from searchapp.ledger.rows import Failure
from searchapp.ledger.staleness import CurrentVersions
from searchapp.sources.listing import find_sources
from searchapp.workers.messages import Limits
from searchapp.workers.pool import Pool

STORY = "The council of the harbour town voted on Monday evening about the {}."


@dataclass
class Heard(Listener):
    """What a run reported; raises KeyboardInterrupt after some pages."""

    stop_after: int | None = None
    containers: list[str] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    bytes: int = 0

    def opened(self, path: str) -> None:
        self.containers.append(Path(path).name)

    def advanced(self, size: int) -> None:
        self.bytes += size

    def page(self, path: str, failure: Failure | None) -> None:
        del failure
        self.pages.append(Path(path).name)
        if len(self.pages) == self.stop_after:
            raise KeyboardInterrupt


@dataclass
class Archive:
    """A folder, its ledger, and runs over it."""

    folder: Path
    index: Path
    pool: Pool

    def write(self, name: str, *topics: str | None) -> Path:
        """A JSON lines file with a row per topic; None is a row that is broken."""
        path = self.folder / name
        path.write_bytes(rows(*topics))
        return path

    def run(self, versions: str = "v", stop_after: int | None = None) -> Tally:
        self.heard = Heard(stop_after)
        listing = find_sources([self.folder])
        with Ledger(self.index) as ledger:
            wanted = CurrentVersions(versions)
            plan = make_plan(listing, ledger, wanted, Scope([str(self.folder)]))
            moved = sum(ledger.move(move.old, move.new) for move in plan.moves())
            gone = ledger.mark_gone(plan.gone())
            tally = read_sources(
                plan, ledger, self.pool, ReadOptions(wanted, DEFAULT_MODELS), self.heard
            )
            tally.removed += gone + ledger.mark_gone([])
            tally.moved = moved
            tally.unchanged += plan.unchanged
            return tally

    def titles(self) -> list[str]:
        with Ledger(self.index) as ledger:
            return [document.article.title for document in ledger.documents(pending=False)]

    def failures(self) -> dict[str, PageFault]:
        with Ledger(self.index) as ledger:
            return {Path(failure.path).name: failure.fault for failure in ledger.failures()}

    def pending(self) -> int:
        with Ledger(self.index) as ledger:
            pending = ledger.pending()
            ledger.claim_pending()
            ledger.mark_indexed()
            return pending


def rows(*topics: str | None) -> bytes:
    lines = (
        "broken" if topic is None else json.dumps({"text": STORY.format(topic), "title": topic})
        for topic in topics
    )
    return "".join(f"{line}\n" for line in lines).encode()


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    with Pool(1, {}, Limits(20, 1500, 64)) as pool:
        yield pool


@pytest.fixture
def archive(tmp_path: Path, pool: Pool) -> Archive:
    (tmp_path / "archive").mkdir()
    (tmp_path / "index").mkdir()
    return Archive(tmp_path / "archive", tmp_path / "index", pool)


def test_every_page_of_a_container_has_an_outcome(archive: Archive) -> None:
    archive.write("a.jsonl", "ferry", None, "bridge")
    assert archive.run() == Tally(read=3)
    assert archive.titles() == ["ferry", "bridge"]
    assert archive.failures() == {"a.jsonl#2": PageFault.DAMAGED}
    assert archive.heard.containers == ["a.jsonl"]
    assert sorted(archive.heard.pages) == ["a.jsonl", "a.jsonl#1", "a.jsonl#2", "a.jsonl#3"]


def test_a_container_that_has_not_changed_is_not_opened(archive: Archive) -> None:
    archive.write("a.jsonl", "ferry", None, "bridge")
    archive.run()
    assert archive.run() == Tally(unchanged=3)
    assert archive.heard.containers == []


def test_of_a_container_that_grew_only_what_is_new_is_read(archive: Archive) -> None:
    archive.write("a.jsonl", "ferry", "bridge")
    archive.run()
    archive.pending()
    archive.write("a.jsonl", "ferry", "bridge", "school")
    assert archive.run() == Tally(read=1, unchanged=2)
    assert archive.pending() == 2  # the new page, and the container


def test_what_is_no_longer_in_a_container_is_gone(archive: Archive) -> None:
    archive.write("a.jsonl", "ferry", "bridge", "school")
    archive.run()
    archive.write("a.jsonl", "ferry")
    assert archive.run() == Tally(unchanged=1, removed=2)
    assert archive.titles() == ["ferry"]


def test_the_pages_of_a_container_go_with_it(archive: Archive) -> None:
    archive.write("a.jsonl", "ferry", "bridge")
    archive.write("b.jsonl", "school")
    archive.run()
    (archive.folder / "a.jsonl").unlink()
    assert archive.run() == Tally(unchanged=1, removed=2)
    assert archive.titles() == ["school"]


def test_a_run_that_is_stopped_loses_nothing(archive: Archive) -> None:
    archive.write("a.jsonl", *(f"ferry {n}" for n in range(6)))
    with pytest.raises(KeyboardInterrupt):
        archive.run(stop_after=3)
    before = len(archive.titles())
    assert 0 < before < 6
    assert archive.run() == Tally(read=6 - before, unchanged=before)
    assert len(archive.titles()) == 6


def test_a_container_that_vanishes_after_a_stopped_run_leaves_nothing(archive: Archive) -> None:
    archive.write("a.jsonl", *(f"ferry {n}" for n in range(6)))
    with pytest.raises(KeyboardInterrupt):
        archive.run(stop_after=3)
    (archive.folder / "a.jsonl").unlink()
    archive.run()
    assert archive.titles() == []


def test_another_version_reads_containers_again(archive: Archive) -> None:
    archive.write("a.jsonl", "ferry")
    archive.run()
    assert archive.run(versions="w") == Tally(read=1)


def test_a_container_that_breaks_off_keeps_what_was_before(archive: Archive) -> None:
    body = rows(*(f"ferry {n} {'x' * n}" for n in range(3000)))
    (archive.folder / "a.jsonl.gz").write_bytes(gzip.compress(body)[:8_000])
    archive.run()
    assert archive.failures() == {"a.jsonl.gz": PageFault.DAMAGED}
    assert len(archive.titles()) > 50
    assert archive.run().read == 0
    (archive.folder / "a.jsonl.gz").write_bytes(gzip.compress(rows("ferry")))
    archive.run()
    assert archive.failures() == {}


def test_the_same_bytes_are_not_read_twice_and_other_words_about_them_are(
    archive: Archive,
) -> None:
    archive.write("a.jsonl", "ferry")
    archive.run()
    shutil.copy(archive.folder / "a.jsonl", archive.folder / "b.jsonl")
    row = {"text": STORY.format("ferry"), "title": "ferry", "date": "2020-10-04"}
    (archive.folder / "c.jsonl").write_text(json.dumps(row))
    assert archive.run() == Tally(read=1, copied=1, unchanged=1)
    with Ledger(archive.index) as ledger:
        dates = [d.article.published for d in ledger.documents(pending=False)]
    assert [date and date.iso for date in dates] == [None, None, "2020-10-04"]
    shutil.copy(archive.folder / "a.jsonl", archive.folder / "d.jsonl")
    assert archive.run() == Tally(copied=1, unchanged=3)


def test_members_of_one_name_are_pages_of_their_own(archive: Archive) -> None:
    with zipfile.ZipFile(archive.folder / "a.zip", "w") as members:
        for topic in ("ferry", "bridge", "school"):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                members.writestr("a.txt", f"{topic}\n\n{STORY.format(topic)}")
    archive.run()
    with Ledger(archive.index) as ledger:
        found = {Path(d.path).name: d.article.title for d in ledger.documents(pending=False)}
    assert found == {"a.zip#a.txt": "ferry", "a.zip#a.txt~2": "bridge", "a.zip#a.txt~3": "school"}
    assert archive.run() == Tally(unchanged=3)
    (archive.folder / "a.zip").touch()
    assert archive.run() == Tally(unchanged=3)


def test_records_that_are_no_pages_are_counted(archive: Archive) -> None:
    with zipfile.ZipFile(archive.folder / "a.zip", "w") as members:
        for name in ("a.css", "b.css", "c.png"):
            members.writestr(name, b"x")
    archive.run()
    with Ledger(archive.index) as ledger:
        assert ledger.skipped() == {".css": 2, ".png": 1}
    (archive.folder / "a.zip").unlink()
    archive.run()
    with Ledger(archive.index) as ledger:
        assert ledger.skipped() == {}


def test_a_page_that_takes_too_long_is_tried_again_without_its_neighbours(
    archive: Archive,
) -> None:
    archive.write("a.jsonl", "ferry", "bridge")
    archive.run()
    with Ledger(archive.index) as ledger:
        path = next(d.path for d in ledger.documents(pending=False))
        db = ledger._db
        db.execute(
            "UPDATE source SET state = 'failed', article = NULL, fault = 'timeout' WHERE path = ?",
            [path.encode()],
        )
    assert archive.run() == Tally(read=1, unchanged=1)
    assert archive.run() == Tally(unchanged=2)


def test_a_feed_that_is_emptied_leaves_nothing(archive: Archive) -> None:
    path = archive.folder / "a.xml"
    feed = "<rss><channel>{}</channel></rss>"
    item = "<item><title>{0}</title><description>{1}</description></item>"
    path.write_text(feed.format(item.format("ferry", STORY.format("ferry"))))
    archive.run()
    assert archive.titles() == ["ferry"]
    path.write_text(feed.format(""))
    archive.run()
    assert archive.titles() == []
