"""Decisions and the watch-list over a real ledger and the embedded engine."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from searchapp.config import Settings
from searchapp.curation import decisions, watchlist
from searchapp.engines import open_engine
from searchapp.engines.base import Engine, SearchRequest
from searchapp.errors import DecisionError, IndexUnavailable
from searchapp.indexer.curation_changes import apply_curation
from searchapp.indexer.events import Reporter
from searchapp.indexer.options import ReindexOptions
from searchapp.indexer.run import preview, reindex
from searchapp.ledger.ledger import Ledger
from searchapp.ledger.rows import Fingerprint, PageResult
from searchapp.model import Article, Entity, EntityType

PEOPLE = ("Zelensky", "Zelenskyy", "Merkel")


class Silent(Reporter):
    """Hears a run and says nothing."""


@dataclass
class Index:
    """An index of one document for each of PEOPLE, who are named in the first word."""

    settings: Settings
    engine: Engine

    def apply(self) -> int:
        return apply_curation(self.settings, self.engine, Silent().indexing)

    def decide(self, text: str) -> int:
        (self.settings.index_dir / decisions.FILE_NAME).write_text(text, encoding="utf-8")
        return self.apply()

    def watch(self, text: str) -> int:
        (self.settings.index_dir / watchlist.FILE_NAME).write_text(text, encoding="utf-8")
        return self.apply()

    def facet(self, kind: str = "person") -> dict[str, int]:
        response = self.engine.searcher().search(SearchRequest(size=0, facets={kind: 100}))
        return {value.value: value.count for value in response.facets[0].values}


@pytest.fixture
def index(tmp_path: Path) -> Index:
    settings = Settings(index_dir=tmp_path, engine="memory", models={})
    with Ledger(tmp_path) as ledger:
        ledger.put(
            PageResult(
                f"/archive/{name}.html",
                Fingerprint(1, 2, name),
                '{"cleaner": "c", "recogniser": "r"}',
                Article(title=name, text=f"{name} went to Oslo."),
                (Entity(name, EntityType.PERSON, ((0, len(name)),)),),
            )
            for name in PEOPLE
        )
    built = Index(settings, open_engine(settings))
    built.apply()
    return built


MERGE = '[[decision]]\nmerge = "Zelenskyy"\ninto = "Zelensky"\ntype = "person"\n'


def test_a_decision_changes_only_the_documents_it_touches(index: Index) -> None:
    before = index.engine.searcher().info().id
    assert index.decide(MERGE) == 1
    assert index.facet() == {"Zelensky": 2, "Merkel": 1}
    assert index.engine.searcher().info().id != before


def test_taking_it_back_brings_everything_back(index: Index) -> None:
    index.decide(MERGE)
    assert index.decide("") == 1
    assert index.facet() == dict.fromkeys(PEOPLE, 1)


def test_a_change_down_a_chain_reaches_its_beginning(index: Index) -> None:
    index.decide(MERGE)
    rename = '[[decision]]\nrename = "Zelensky"\nto = "Volodymyr Zelensky"\ntype = "person"\n'
    assert index.decide(MERGE + rename) == 2
    assert index.facet() == {"Volodymyr Zelensky": 2, "Merkel": 1}


def test_a_decision_about_nobody_touches_nothing_but_is_known_to_be_applied(index: Index) -> None:
    assert index.decide(MERGE.replace("Zelenskyy", "Nobody")) == 0
    versions = index.engine.searcher().stamp().versions
    index.decide("")
    assert index.engine.searcher().stamp().versions["curation"] != versions["curation"]


def test_nothing_changed_commits_nothing(index: Index) -> None:
    index.decide(MERGE)
    before = index.engine.searcher().info().id
    assert index.apply() == 0
    assert index.engine.searcher().info().id == before


def test_a_watched_name_is_found_without_reading_a_page(index: Index) -> None:
    assert index.watch("name,type\nOslo,place\n") == 3
    assert index.facet("place") == {"Oslo": 3}
    assert index.watch("name,aliases,type\nOslo,Christiania,place\n") == 0
    assert index.decide('[[decision]]\nreject = "Oslo"\ntype = "place"\n') == 3
    assert index.facet("place") == {}


def test_what_a_new_document_says_is_decided_too(index: Index, tmp_path: Path) -> None:
    index.watch("name,type\nZelenskyy,person\n")
    index.decide(MERGE)
    page = tmp_path / "new.txt"
    page.write_text("Zelenskyy spoke to reporters in the harbour town on Monday. " * 5)
    reindex([page], index.settings, index.engine, Silent())
    assert index.facet()["Zelensky"] == 3


def test_the_stamp_says_what_recognised_and_what_was_decided(index: Index) -> None:
    index.decide(MERGE)
    versions = index.engine.searcher().stamp().versions
    assert versions["recogniser"] == "r"
    assert len(versions["curation"]) == 16


def test_a_rebuild_keeps_every_decision(index: Index, tmp_path: Path) -> None:
    index.decide(MERGE)
    (tmp_path / "pages").mkdir()
    reindex([tmp_path / "pages"], index.settings, index.engine, Silent(), full=True)
    assert "Zelenskyy" not in index.facet()


@pytest.mark.parametrize("slip", ["[[decision]]\n", "[" * 100_000, "\0", "x = 1"])
def test_a_mistake_changes_nothing(index: Index, slip: str) -> None:
    index.decide(MERGE)
    index.decide(slip)
    assert index.facet() == {"Zelensky": 2, "Merkel": 1}
    (index.settings.index_dir / decisions.FILE_NAME).unlink()
    assert index.apply() == 1
    assert "Zelenskyy" in index.facet()


def test_a_slip_in_one_file_does_not_hold_up_the_other(index: Index) -> None:
    (index.settings.index_dir / watchlist.FILE_NAME).write_text('name,type\n"Oslo,place\n')
    index.decide(MERGE)
    assert index.facet() == {"Zelensky": 2, "Merkel": 1}


def test_a_mistake_before_the_first_run_is_refused(tmp_path: Path) -> None:
    (tmp_path / decisions.FILE_NAME).write_text("[[decision]]\n", encoding="utf-8")
    settings = Settings(index_dir=tmp_path, engine="memory", models={})
    with pytest.raises(DecisionError, match="line 1"):
        reindex([tmp_path], settings, open_engine(settings), Silent())
    assert not (tmp_path / "ledger.sqlite").exists()


def test_a_run_that_died_before_the_commit_is_finished_by_the_next(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("searchapp.indexer.sync.bring_up_to_date", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            index.decide(MERGE)
    assert index.apply() == 1
    assert index.facet() == {"Zelensky": 2, "Merkel": 1}


def test_without_an_index_there_is_nothing_to_change(tmp_path: Path) -> None:
    settings = Settings(index_dir=tmp_path, engine="memory")
    with pytest.raises(IndexUnavailable, match="reindex PATH"):
        apply_curation(settings, open_engine(settings), Silent().indexing)


def test_pages_keep_their_names_in_a_run_without_entities(tmp_path: Path) -> None:
    page = tmp_path / "a.txt"
    page.write_text("Angela Merkel spoke to reporters in Berlin on Monday evening. " * 4)
    settings = Settings(index_dir=tmp_path / "index", jobs=1)
    engine = open_engine(settings)
    reindex([page], settings, engine, Silent())
    assert reindex([page], settings, engine, Silent(), entities=False).read == 0
    assert Index(settings, engine).facet() == {"Angela Merkel": 1}
    page.write_text("Angela Merkel spoke to nobody in Berlin on Tuesday evening. " * 4)
    assert reindex([page], settings, engine, Silent(), entities=False).read == 1
    assert Index(settings, engine).facet() == {}
    assert reindex([page], settings, engine, Silent()).recognised == 1
    assert Index(settings, engine).facet() == {"Angela Merkel": 1}


def test_a_dry_run_counts_what_decisions_and_the_watch_list_will_change(index: Index) -> None:
    def behind() -> int:
        counts: list[int] = []
        options = ReindexOptions(index.settings, index.engine, Silent(), entities=False)
        preview([index.settings.index_dir], options, lambda plan, _: counts.append(plan.behind))
        return counts[0]

    assert behind() == 0
    (index.settings.index_dir / decisions.FILE_NAME).write_text(MERGE, encoding="utf-8")
    assert behind() == behind() == 1  # it is only counted
    watched = "name,type\nOslo,place\n"
    (index.settings.index_dir / watchlist.FILE_NAME).write_text(watched, encoding="utf-8")
    assert behind() == 3
    assert index.apply() == 3
    assert behind() == 0
