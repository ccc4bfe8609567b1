"""Postings as arrays, against Whoosh's own term and phrase queries."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex
from whoosh.query.positional import Phrase as WhooshPhrase
from whoosh.query.terms import Term

from searchapp.engines.query import Phrase, Word
from searchapp.engines.whoosh import WhooshEngine
from searchapp.engines.whoosh.directory.builds import Builds
from searchapp.engines.whoosh.query.context import QueryContext
from searchapp.engines.whoosh.query.evaluator import QueryEvaluator
from searchapp.engines.whoosh.reader.snapshot import Snapshot
from searchapp.engines.whoosh.reader.snapshots import Snapshots
from searchapp.engines.whoosh.segment.postings import Postings, PostingsCache
from searchapp.engines.whoosh.segment.schema import schema
from tests.engines.documents import LAW, commit, document

WORDS = st.sampled_from(("ab", "oslo", "polo", "x1"))
TEXTS = st.lists(WORDS, max_size=12).map(" ".join)
COMMITS = st.lists(st.dictionaries(st.integers(0, 9), TEXTS, max_size=6), min_size=1, max_size=4)
FEW = settings(LAW, max_examples=30)


@contextmanager
def snapshot_of(commits: list[dict[int, str]]) -> Iterator[tuple[Snapshot, Any]]:
    """A snapshot of texts by id, and Whoosh's own searcher of the same index."""
    with tempfile.TemporaryDirectory() as folder:
        engine = WhooshEngine(Path(folder))
        for texts in commits:
            commit(engine, [document(str(n), text) for n, text in texts.items()])
        build = Builds(Path(folder)).live()
        index = FileIndex(FileStorage(str(build)), schema())
        with index.searcher() as theirs:
            yield Snapshots(Path(folder)).newest(), theirs


@given(COMMITS, WORDS)
@FEW
def test_a_term_is_where_whoosh_finds_it(commits: list[dict[int, str]], word: str) -> None:
    with snapshot_of(commits) as (snapshot, theirs):
        for field in ("text", "text_stems"):
            expected = list(Term(field, word).docs(theirs))
            assert list(snapshot.postings(field, word).docs) == expected
        assert set(_matched(snapshot, Word(word))) == set(Term("text", word).docs(theirs))


@given(COMMITS, st.lists(WORDS, min_size=2, max_size=3))
@FEW
def test_a_phrase_is_where_whoosh_finds_it(commits: list[dict[int, str]], words: list[str]) -> None:
    with snapshot_of(commits) as (snapshot, theirs):
        expected = list(WhooshPhrase("text", words).docs(theirs))
        assert _matched(snapshot, Phrase(tuple(words))) == expected


@given(COMMITS, WORDS)
@FEW
def test_frequencies_and_positions_are_those_of_the_text(
    commits: list[dict[int, str]], word: str
) -> None:
    held = {str(n): text for texts in commits for n, text in texts.items()}
    with snapshot_of(commits) as (snapshot, _):
        found = snapshot.postings("text", word, positions=True)
        assert found.positions is not None
        places = np.split(found.positions, np.cumsum(found.frequencies)[:-1])
        by_id = {
            snapshot.columns.ids[doc]: list(place)
            for doc, place in zip(found.docs, places, strict=False)
        }
        expected = {
            id_: [n for n, other in enumerate(text.split()) if other == word]
            for id_, text in held.items()
        }
        assert by_id == {id_: place for id_, place in expected.items() if place}


def test_long_lists_are_read_block_by_block(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path)
    texts = [f"ab {'oslo ' * (n % 3)}" for n in range(2500)]
    commit(engine, [document(f"{n:04}", text) for n, text in enumerate(texts)])
    snapshot = Snapshots(tmp_path).newest()
    assert list(snapshot.postings("text", "ab").docs) == list(range(2500))
    found = snapshot.postings("text_stems", "en:oslo")
    assert list(found.docs) == [n for n in range(2500) if n % 3]
    assert list(found.frequencies) == [n % 3 for n in range(2500) if n % 3]


def test_the_cache_keeps_to_its_bytes_and_drops_what_was_used_last() -> None:
    array = np.zeros(250, np.int32)  # 1,000 bytes
    cache = PostingsCache(4_500)
    for name in "ab":
        cache.put(("text", name, False), Postings(array, array))
    assert cache.get(("text", "a", False)) is not None
    cache.put(("text", "c", False), Postings(array, array))
    assert cache.get(("text", "b", False)) is None
    assert cache.get(("text", "a", False)) is not None


def _matched(snapshot: Snapshot, node: Word | Phrase) -> list[int]:
    return [
        int(n) for n in np.flatnonzero(QueryEvaluator(QueryContext(snapshot)).evaluate(node).mask)
    ]
