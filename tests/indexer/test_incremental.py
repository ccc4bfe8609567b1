"""Which steps a run does again, counted; how a run that was stopped or killed is carried on."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from searchapp.cancellation import Cancelled, CancelToken
from searchapp.config import Settings
from searchapp.engines import open_engine
from searchapp.engines.base import SearchRequest
from searchapp.engines.query import parse
from searchapp.errors import PageFault
from searchapp.indexer import versions
from searchapp.indexer.events import Reporter, Summary
from searchapp.indexer.options import ReindexOptions
from searchapp.indexer.plan import Plan
from searchapp.indexer.run import preview, run
from searchapp.ledger.ledger import Ledger
from searchapp.ledger.rows import Failure
from searchapp.sources.listing import Listing
from searchapp.workers.messages import Limits
from searchapp.workers.pool import Pool

CODE = """
from searchapp.model import Entity, EntityType

class Shouting:
    def recognise(self, article):
        start = article.text.find("NATO")
        return (Entity("NATO", EntityType.ORG, ((start, start + 4),)),) if start >= 0 else ()
"""
STORY = (
    "<html lang='en'><head><title>{0}</title></head><body><article><h1>{0}</h1>"
    "<p>The council of the harbour town voted on Monday evening about the {0} and NATO.</p>"
    "<p>Residents had asked for it again and again, most recently in a petition.</p>"
    "</article></body></html>"
)
MODELS = {"en": "shouting"}


@dataclass
class Recorder(Reporter):
    """What a run reported; asks to stop after some pages, or during indexing."""

    cancel_token: CancelToken = field(default_factory=CancelToken)
    stop_after: int = -1
    stop_indexing: bool = False
    pages: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    commits: list[int] = field(default_factory=list)
    planned_bytes: int = 0
    bytes: int = 0

    def planned(self, plan: Plan) -> None:
        self.planned_bytes = plan.bytes

    def page(self, path: str, failure: Failure | None) -> None:
        del failure
        self.pages.append(path)
        if len(self.pages) == self.stop_after:
            self.cancel_token.cancel("Ctrl-C")

    def recognised(self, path: str, failure: Failure | None) -> None:
        assert failure is None
        self.names.append(path)

    def advanced(self, size: int) -> None:
        self.bytes += size

    def committed(self, documents: int) -> None:
        self.commits.append(documents)

    def indexing(self, done: int, total: int) -> None:
        assert done <= total
        if self.stop_indexing:
            self.cancel_token.cancel("SIGTERM")


@dataclass
class Archive:
    """A folder of pages, its index, and runs over it with workers that are kept."""

    folder: Path
    index: Path
    pool: Pool

    def write(self, name: str, topic: str = "ferry") -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(STORY.format(topic), encoding="utf-8")
        return path

    def options(
        self, recorder: Recorder | None = None, *, entities: bool = True, **flags: bool
    ) -> ReindexOptions:
        self.heard = recorder or Recorder()
        settings = Settings(index_dir=self.index, jobs=1, models=MODELS)
        engine = open_engine(settings)
        return ReindexOptions(
            settings,
            engine,
            self.heard,
            entities=entities,
            cancel_token=self.heard.cancel_token,
            **flags,
        )

    def run(self, recorder: Recorder | None = None, **flags: bool) -> Summary:
        return run([self.folder], self.options(recorder, **flags), self.pool)

    def titles(self, query: str = "") -> list[str]:
        searcher = open_engine(Settings(index_dir=self.index)).searcher()
        hits = searcher.scan(SearchRequest(query=parse(query).node))
        return sorted(hit.document.article.title for hit in hits)

    def named(self) -> int:
        """Documents in which the recogniser found NATO."""
        with Ledger(self.index) as ledger:
            return sum(bool(document.entities) for document in ledger.documents(pending=False))


def distribute(folder: Path, version: str) -> None:
    """What `pip install` leaves of a recogniser."""
    shutil.rmtree(folder, ignore_errors=True)
    info = folder / f"shouting-{version}.dist-info"
    info.mkdir(parents=True)
    (folder / "shouting_names.py").write_text(CODE)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: shouting\nVersion: {version}\n")
    entry = "[searchapp.recognisers]\nshouting = shouting_names:Shouting\n"
    (info / "entry_points.txt").write_text(entry)


@pytest.fixture(scope="module")
def recogniser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("recogniser")
    distribute(folder, "1")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(folder)
        yield folder


@pytest.fixture(scope="module")
def pool(recogniser: Path) -> Iterator[Pool]:
    del recogniser
    with Pool(1, MODELS, Limits(30, 2048, 64)) as pool:
        yield pool


@pytest.fixture
def archive(tmp_path: Path, pool: Pool, recogniser: Path) -> Archive:
    distribute(recogniser, "1")
    (tmp_path / "pages").mkdir()
    return Archive(tmp_path / "pages", tmp_path / "index", pool)


def steps(summary: Summary) -> tuple[int, int, int, bool]:
    return summary.read, summary.recognised, summary.indexed, summary.rebuilt


def test_every_version_redoes_its_own_steps_and_those_after_it(
    archive: Archive, recogniser: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a.html", "b.html"):
        archive.write(name, name)
    (archive.folder / "empty.html").touch()
    assert steps(archive.run()) == (3, 0, 2, True)
    assert steps(archive.run()) == (0, 0, 0, False)
    monkeypatch.setattr(versions, "CLEANER", "another")
    assert steps(archive.run()) == (3, 0, 2, False)
    distribute(recogniser, "2")
    assert steps(archive.run()) == (0, 2, 2, False)
    assert len(archive.heard.names) == 2
    monkeypatch.setattr(
        "searchapp.engines.whoosh.reader.snapshots.VERSIONS", {"analysis": "another"}
    )
    monkeypatch.setattr("searchapp.engines.whoosh.writing.writer.VERSIONS", {"analysis": "another"})
    assert steps(archive.run()) == (0, 0, 2, True)
    assert steps(archive.run()) == (0, 0, 0, False)
    assert archive.named() == 2


def test_pages_in_containers_get_their_names_without_being_opened(
    archive: Archive, recogniser: Path
) -> None:
    rows = [f'{{"html": "{STORY.format(n)}", "url": "https://a.example/{n}"}}' for n in range(3)]
    (archive.folder / "rows.jsonl").write_text("\n".join(rows))
    assert steps(archive.run()) == (3, 0, 3, True)
    distribute(recogniser, "2")
    assert steps(archive.run()) == (0, 3, 3, False)
    assert archive.heard.pages == []


def test_names_come_later_for_what_was_read_without(archive: Archive) -> None:
    archive.write("a.html")
    options = archive.options(entities=False)
    run([archive.folder], options)
    assert archive.named() == 0
    assert steps(archive.run()) == (0, 1, 1, False)
    assert archive.named() == 1


def test_of_a_page_that_changed_under_another_recogniser_nothing_is_done_twice(
    archive: Archive, recogniser: Path
) -> None:
    page = archive.write("a.html")
    archive.write("b.html", "bridge")
    archive.run()
    distribute(recogniser, "2")
    page.touch()
    summary = archive.run()
    assert (summary.read, summary.recognised) == (0, 2)
    assert steps(archive.run()) == (0, 0, 0, False)


def test_renamed_files_and_containers_are_moved(archive: Archive) -> None:
    page = archive.write("a.html")
    container = archive.folder / "rows.jsonl"
    rows = [f'{{"html": "{STORY.format(n)}"}}' for n in range(3)]
    container.write_text("\n".join(rows))
    archive.run()
    page.rename(archive.folder / "z.html")
    os.utime(archive.folder / "z.html", (1, 1))
    container.rename(archive.folder / "crawl.jsonl")
    summary = archive.run()
    assert (summary.indexed, summary.rebuilt) == (4, False)
    assert (summary.moved, summary.read, summary.copied, summary.removed) == (4, 0, 0, 0)
    assert (summary.documents, archive.heard.pages) == (4, [])
    assert archive.titles() == ["0", "1", "2", "ferry"]
    searcher = open_engine(Settings(index_dir=archive.index)).searcher()
    paths = {Path(hit.document.path).name for hit in searcher.scan(SearchRequest())}
    assert paths == {"z.html", "crawl.jsonl#1", "crawl.jsonl#2", "crawl.jsonl#3"}
    assert steps(archive.run()) == (0, 0, 0, False)
    assert archive.heard.planned_bytes == 0


def test_failures_are_tried_again_when_asked(archive: Archive) -> None:
    (archive.folder / "a.html").touch()
    (archive.folder / "rows.jsonl").write_text("broken")
    assert archive.run().read == 2
    assert archive.run().read == 0
    summary = archive.run(retry_failed=True)
    assert summary.read == 2
    assert {failure.fault for failure in summary.failures} == {PageFault.EMPTY, PageFault.DAMAGED}


def tree(folder: Path) -> dict[str, tuple[int, bytes]]:
    return {
        str(path): (path.stat().st_mtime_ns, path.read_bytes())
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_dry_run_says_what_a_run_does_and_writes_nothing(archive: Archive) -> None:
    same, changed, moved, gone = (archive.write(f"{n}.html", n) for n in "scmg")
    archive.run()
    changed.write_text(STORY.format("tunnel under the bay"))
    moved.rename(archive.folder / "n.html")
    gone.unlink()
    archive.write("new.html", "new")
    before = tree(archive.index)
    plans: list[tuple[set[str], set[str], set[str], int]] = []

    def show(plan: Plan, listing: Listing) -> None:
        assert not listing.problems
        reads = {f"{Path(s.path).name} {why}" for s, why in plan.to_read()}
        moves = {f"{Path(m.old).name} {Path(m.new.path).name}" for m in plan.moves()}
        plans.append((reads, moves, {Path(p).name for p in plan.gone()}, plan.unchanged))

    preview([archive.folder], archive.options(), show)
    assert plans == [({"c.html changed", "new.html added"}, {"m.html n.html"}, {"g.html"}, 1)]
    assert tree(archive.index) == before
    assert same.exists()
    summary = archive.run()
    assert (summary.read, summary.moved, summary.removed, summary.unchanged) == (2, 1, 1, 1)


def test_a_dry_run_of_what_was_never_read_makes_no_directory(archive: Archive) -> None:
    archive.write("a.html")
    preview([archive.folder], archive.options(), lambda _plan, _listing: None)
    assert not archive.index.exists()


def test_a_dry_run_sees_what_a_killed_run_left_in_the_log(archive: Archive) -> None:
    archive.write("a.html")
    archive.run()
    with Ledger(archive.index) as ledger:  # open, its log not yet in the file: as after a kill
        ledger.set_note("a", "b")
        seen: list[int] = []
        preview([archive.folder], archive.options(), lambda plan, _: seen.append(plan.unchanged))
    assert seen == [1]


def test_a_long_run_commits_on_the_way(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("searchapp.indexer.incremental_commit.FEWEST", 5)
    monkeypatch.setattr("searchapp.indexer.incremental_commit.MOST", 5)
    monkeypatch.setattr("searchapp.ledger.batches.BATCH_PAGES", 2)
    for number in range(60):
        archive.write(f"{number}.html", f"ferry {number}")
    summary = archive.run()
    assert archive.heard.commits
    assert archive.heard.commits[0] < 60
    assert (summary.documents, len(archive.titles())) == (60, 60)
    # A page recorded just as a new index is begun is in it, and written again by the next commit.
    assert summary.indexed in range(60, 65)
    with Ledger(archive.index) as ledger:
        assert ledger.pending() == 0


def test_when_asked_to_stop_what_was_read_is_kept_and_committed(archive: Archive) -> None:
    for number in range(12):
        archive.write(f"{number}.html", f"ferry {number}")
    summary = archive.run(Recorder(stop_after=4))
    assert (summary.stopped, summary.read) == ("Ctrl-C", 4)
    assert len(archive.titles()) == 4
    again = archive.run()
    assert (again.read, again.unchanged, again.stopped) == (8, 4, None)
    assert len(archive.titles()) == 12


def test_a_container_that_was_left_is_opened_again(archive: Archive) -> None:
    rows = [f'{{"html": "{STORY.format(n)}"}}' for n in range(9)]
    (archive.folder / "rows.jsonl").write_text("\n".join(rows))
    assert archive.run(Recorder(stop_after=3)).read == 3
    again = archive.run()
    assert (again.read, again.unchanged, len(archive.titles())) == (6, 3, 9)


def test_when_stopped_while_indexing_the_live_index_stays(archive: Archive) -> None:
    archive.write("a.html")
    archive.run()
    before = open_engine(Settings(index_dir=archive.index)).searcher().info()
    archive.write("b.html", "bridge")
    summary = archive.run(Recorder(stop_indexing=True), full=True)
    assert (summary.stopped, summary.indexed) == ("SIGTERM", 0)
    assert open_engine(Settings(index_dir=archive.index)).searcher().info() == before
    assert len(list((archive.index / "whoosh").glob("build-*"))) == 1
    archive.run()
    assert archive.titles() == ["bridge", "ferry"]


def test_a_run_that_is_stopped_before_it_begins_does_nothing(archive: Archive) -> None:
    archive.write("a.html")
    recorder = Recorder()
    recorder.cancel_token.cancel("Ctrl-C")
    with pytest.raises(Cancelled):
        archive.run(recorder)


def test_builds_that_a_killed_run_left_are_removed_by_any_run(archive: Archive) -> None:
    archive.write("a.html")
    archive.run()
    left = archive.index / "whoosh" / "build-20200101T000000-abcdef"
    left.mkdir()
    (left / "_MAIN_1.toc").write_bytes(b"")
    assert archive.run().indexed == 0
    assert not left.exists()


def test_bytes_done_add_up_to_bytes_planned(archive: Archive) -> None:
    archive.write("a.html")
    (archive.folder / "empty.html").touch()
    rows = "\n".join(f'{{"html": "{STORY.format(n)}"}}' for n in range(30))
    (archive.folder / "rows.jsonl").write_text(rows)
    archive.run()
    assert archive.heard.bytes == archive.heard.planned_bytes > len(rows)
