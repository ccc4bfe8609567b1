"""The writer under strain: little memory, many commits, odd and failing documents."""

from __future__ import annotations

from pathlib import Path

import pytest

from searchapp.engines.base import BuildStamp, SearchRequest
from searchapp.engines.query import Fuzzy, Node, Phrase, Wildcard, Word
from searchapp.engines.whoosh import WhooshEngine
from searchapp.engines.whoosh.writing import merge_source, merge_termdict, segment_writer, writer
from searchapp.model import Article, IndexedDocument
from tests.engines.documents import BUILT, commit, document


@pytest.fixture
def engine(tmp_path: Path) -> WhooshEngine:
    return WhooshEngine(tmp_path / "index")


def total(engine: WhooshEngine, query: Node) -> int:
    return engine.searcher().search(SearchRequest(query)).total


def test_a_commit_larger_than_memory_is_the_same(
    engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "_SEGMENT_WORDS", 500)
    commit(engine, [document(f"{n}", f"alpha beta w{n} {'gamma ' * n}") for n in range(200)])
    assert total(engine, Phrase(("alpha", "beta", "w77"))) == 1
    assert total(engine, Word("gamma")) == 199
    assert total(engine, Wildcard("w1?")) == 10
    assert total(engine, Fuzzy("alpka", 1)) == 200


@pytest.mark.parametrize("woven", [1, 50, 250_000])
def test_segments_stay_few_and_merging_changes_no_answer(
    engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch, woven: int
) -> None:
    """However few postings, and strings, are merged at a time."""
    monkeypatch.setattr(merge_source, "_CHUNK_POSTINGS", woven)
    monkeypatch.setattr(merge_termdict, "_CHUNK_STRINGS", woven)
    for n in range(40):
        commit(engine, [document(f"{n}", f"alpha beta w{n}"), document("again", f"version v{n}")])
        (build,) = engine.directory.glob("build-*")
        assert len(list(build.glob("*.arrays"))) <= 9
    assert engine.searcher().info().documents == 41
    assert total(engine, Phrase(("alpha", "beta"))) == 40
    assert total(engine, Wildcard("w*")) == 40
    assert total(engine, Word("version")) == total(engine, Word("v39")) == 1
    assert total(engine, Word("v38")) == 0


def test_the_last_of_several_puts_and_deletes_in_one_commit_counts(engine: WhooshEngine) -> None:
    commit(engine, [document("a", "old"), document("b", "old")])
    with engine.update() as writing:
        writing.put(document("a", "newer"))
        writing.delete("a")
        writing.put(document("c", "newer"))
        writing.put(document("c", "newest"))
        writing.delete("b")
        writing.put(document("b", "newest"))
        writing.commit(BuildStamp(BUILT, 0))
    hits = engine.searcher().search(SearchRequest()).hits
    assert {h.document.id: h.document.article.text for h in hits} == {"b": "newest", "c": "newest"}


def test_what_counts_is_the_last_put_or_delete_in_whatever_batch_it_was(
    engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "_SEGMENT_WORDS", 8)
    commit(engine, [document("a", "old"), document("b", "old")])
    with engine.update() as writing:
        for version in range(5):
            writing.put(document("a", f"version {version} of three words"))
            writing.put(document("a", f"correction {version} of three words"))
            writing.put(document("gone", f"version {version} of three words"))
            writing.put(document(f"c{version}", "some words of another document"))
        writing.delete("gone")
        writing.delete("c2")
        writing.put(document("c2", "back again"))
        writing.commit(BuildStamp(BUILT, 0))
    hits = engine.searcher().search(SearchRequest()).hits
    texts = {h.document.id: h.document.article.text for h in hits}
    assert sorted(texts) == ["a", "b", "c0", "c1", "c2", "c3", "c4"]
    assert (texts["a"], texts["c2"]) == ("correction 4 of three words", "back again")
    assert total(engine, Word("version")) == 0


@pytest.mark.parametrize("kept", [0, 1, 7])
def test_words_that_were_forgotten_are_met_again(
    engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch, kept: int
) -> None:
    monkeypatch.setattr(writer, "_SEGMENT_WORDS", 20)
    monkeypatch.setattr(segment_writer, "_MAX_INTERNED", 10)
    monkeypatch.setattr(segment_writer, "_KEPT_INTERNED", kept)
    words = "walking U.S. 東京都 éclairs"
    letters = "abcdefghijklmnopqrstuvwxyz"
    texts = [f"{letters[n % 26]}zwalking {words} odd{n} {'gamma ' * n}" for n in range(30)]
    commit(engine, [document(f"{n}", text) for n, text in enumerate(texts)])
    assert [total(engine, Word(f"{c}zwalked")) for c in letters] == [2] * 4 + [1] * 22
    assert total(engine, Word("walked")) == total(engine, Phrase(("walking", "U.S."))) == 30
    assert total(engine, Wildcard("odd?")) == 10
    assert total(engine, Word("gamma")) == 29


def test_a_put_that_fails_spoils_nothing(engine: WhooshEngine) -> None:
    broken = IndexedDocument("bad", "", Article("", 7))  # type: ignore[arg-type]  # on purpose
    with engine.update() as writing:
        writing.put(document("good", "word"))
        with pytest.raises(TypeError):
            writing.put(broken)
        with pytest.raises(TypeError):
            writing.put(IndexedDocument("good", "", Article("", 7)))  # type: ignore[arg-type]  # as above
        writing.put(document("better", "word"))
        writing.commit(BuildStamp(BUILT, 0))
    assert total(engine, Word("word")) == 2


@pytest.mark.parametrize(
    "odd", ["\ud800", "a\x00b", "\n", "é" * 5000, "x" * 90_000, "'''", "\ufeff"]
)
def test_odd_text_goes_in_and_comes_out(engine: WhooshEngine, odd: str) -> None:
    written = document(odd, f"{odd} word", title=odd, person=(odd,), site=odd)
    commit(engine, [written])
    searcher = engine.searcher()
    assert searcher.document(odd) == written
    (hit,) = searcher.search(SearchRequest(Word("word"), facets={"person": 3})).hits
    assert hit.document == written
    commit(engine, [], deleted=[odd])
    assert engine.searcher().info().documents == 0
