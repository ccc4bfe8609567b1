"""Sentence 12 of the contract on every engine, with a model of seven words.

The real one is in `tests/meaning`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchapp.engines import by_meaning
from searchapp.engines.base import (
    BuildStamp,
    Engine,
    FieldFilter,
    Hit,
    Interval,
    SearchAfter,
    SearchRequest,
    SearchResponse,
    Sort,
)
from searchapp.engines.memory import MemoryEngine
from searchapp.engines.notices import CHANGED
from searchapp.engines.query import parse
from searchapp.engines.whoosh import WhooshEngine
from searchapp.meaning import vector_file
from searchapp.meaning.nearness import Nearness
from tests.engines.documents import BUILT, commit, document
from tests.engines.meanings import embed, write

ENGINES: Mapping[str, Callable[[Path, Nearness | None], Engine]] = {
    "whoosh": lambda path, nearness: WhooshEngine(path, nearness=nearness),
    "memory": lambda _, nearness: MemoryEngine(nearness),
}
ARCHIVE = [
    document(
        f"plain{number:02}", f"The harbour of the {word} town. Nothing more.", site="a.example"
    )
    for number, word in enumerate(["old", "new", "far", "near"])
] + [
    document("ferry", "At last the harbour, after a ferry, and a ferry again, in long sentences."),
    document("boat", "A boat leaves.", site="a.example", day="2020-01-02"),
    document("ship", "A ship leaves.", site="b.example", day="2021-01-02"),
    document("money", "A budget."),
    document("autumn", "Leaves."),
]


@pytest.fixture(params=ENGINES)
def made(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Engine, Engine, Path]:
    """An engine, the same without meaning, and the file of the vectors."""
    path = tmp_path / vector_file.FILE_NAME
    write(path, ARCHIVE)
    near = ENGINES[request.param](tmp_path / "near", Nearness(path, embed))
    plain = ENGINES[request.param](tmp_path / "plain", None)
    commit(near, ARCHIVE)
    commit(plain, ARCHIVE)
    return near, plain, path


def asked(query: str, **more: object) -> SearchRequest:
    return replace(SearchRequest(parse(query).node), **more)  # type: ignore[arg-type]


def ids(hits: tuple[Hit, ...]) -> list[str]:
    return [hit.document.id for hit in hits]


def bare(response: SearchResponse) -> SearchResponse:
    """Without what meaning may change."""
    index = replace(response.index, id="")
    return replace(response, hits=(), index=index, meaning=None, by_meaning=(), suggestion=None)


def test_what_means_the_same_comes_first(made: tuple[Engine, Engine, Path]) -> None:
    near, plain, _ = made
    request = asked("dinghy OR leaves")
    a, b = near.searcher().search(request), plain.searcher().search(request)
    assert ids(b.hits) == ["autumn", "ship", "boat"]
    assert ids(a.hits) == ["ship", "boat", "autumn"]
    assert bare(a) == bare(b)
    assert a.hits[0].snippets == b.hits[1].snippets


def test_what_has_all_words_stays_before_what_lacks_some(
    made: tuple[Engine, Engine, Path],
) -> None:
    near, plain, path = made
    mixed = document("mixed", "Leaves in the harbour: a budget, and a budget, and a budget.")
    write(path, [*ARCHIVE, mixed])
    for engine in (near, plain):
        commit(engine, [*ARCHIVE, mixed])
    parsed = parse("harbour leaves")
    request = SearchRequest(parsed.node, optional=parsed.optional)
    a, b = near.searcher().search(request), plain.searcher().search(request)
    assert bare(a) == bare(b)
    assert set(ids(a.hits)) == set(ids(b.hits))
    assert len(a.hits) > 1
    assert [hit.document.id for hit in a.hits if not hit.missing] == ["mixed"] == ids(a.hits)[:1]
    assert all(not hit.missing for hit in a.by_meaning)


def test_a_strip_of_what_the_words_do_not_find(made: tuple[Engine, Engine, Path]) -> None:
    near, plain, _ = made
    found = near.searcher().search(asked("ferry"))
    assert ids(found.hits) == ["ferry"]
    assert found.total == 1
    assert ids(found.by_meaning) == ["boat", "ship"]
    assert all(hit.score >= by_meaning.FLOOR for hit in found.by_meaning)
    assert found.meaning is not None
    assert found.meaning.documents == len(ARCHIVE)
    without = plain.searcher().search(asked("ferry"))
    assert (without.meaning, without.by_meaning) == (None, ())


def test_the_strip_keeps_to_the_filters(made: tuple[Engine, Engine, Path]) -> None:
    searcher = made[0].searcher()
    site = {"site": FieldFilter(any=("b.example",))}
    assert ids(searcher.search(asked("ferry", filters=site)).by_meaning) == ["ship"]
    none = {"site": FieldFilter(none=("b.example",))}
    assert ids(searcher.search(asked("ferry", filters=none)).by_meaning) == ["boat"]
    every = {"site": FieldFilter(all=("a.example",))}
    assert ids(searcher.search(asked("ferry", filters=every)).by_meaning) == ["boat"]
    later = asked("ferry", first_day=date(2020, 6, 1))
    assert ids(searcher.search(later).by_meaning) == ["ship"]


@pytest.mark.parametrize(
    "request_",
    [
        asked('"ferry"'),
        asked("title:ferry"),
        asked("ferr*"),
        asked(""),
        asked("person:ferry"),
        asked("ferry", sort=Sort.NEWEST),
        asked("ferry", size=0),
    ],
)
def test_only_free_words_by_relevance_are_compared(
    made: tuple[Engine, Engine, Path], request_: SearchRequest
) -> None:
    near, plain, _ = made
    a, b = near.searcher().search(request_), plain.searcher().search(request_)
    assert (a.meaning, a.by_meaning, a.hits) == (None, (), b.hits)


def test_free_words_are_those_asked_for() -> None:
    text = by_meaning.free_text(parse('Old Ferry "to the island" -budget person:Ana boat^2').node)
    assert text == "Old Ferry to the island boat"


def test_pages_and_cursors_go_through_the_same_order(made: tuple[Engine, Engine, Path]) -> None:
    searcher = made[0].searcher()
    question = asked("harbour OR boat OR ferry OR ship OR budget OR leaves", size=50)
    whole = searcher.search(question)
    assert len(whole.hits) == len(ARCHIVE)
    assert ids(tuple(searcher.scan(question))) == ids(whole.hits)
    numbered = [
        ids(searcher.search(replace(question, size=3, page=page)).hits) for page in (1, 2, 3)
    ]
    assert [id_ for page in numbered for id_ in page] == ids(whole.hits)
    followed, after = [], None
    for _ in range(3):
        page = searcher.search(replace(question, size=3, after=after))
        followed += ids(page.hits)
        last = page.hits[-1]
        day = last.document.article.counted_day(uncertain=False)
        after = SearchAfter(last.score, day, last.document.id, page.index.id)
        assert page.notices == ()
    assert followed == ids(whole.hits)


def test_the_strip_is_beside_the_first_page_alone(made: tuple[Engine, Engine, Path]) -> None:
    searcher = made[0].searcher()
    assert searcher.search(asked("ferry", page=2)).by_meaning == ()
    place = SearchAfter(1.0, None, "x", "y")
    assert searcher.search(asked("ferry", after=place)).by_meaning == ()


def test_other_vectors_are_another_snapshot(made: tuple[Engine, Engine, Path]) -> None:
    engine, _, path = made
    searcher = engine.searcher()
    first = searcher.search(asked("ferry"))
    with searcher.pinned() as still:
        write(path, [d for d in ARCHIVE if d.id != "boat"])
        assert ids(still.search(asked("ferry")).by_meaning) == ["boat", "ship"]
        assert still.info() == first.index
    now = searcher.search(asked("ferry", after=SearchAfter(1.0, None, "x", first.index.id)))
    assert now.index.id != first.index.id
    assert CHANGED in now.notices
    assert ids(searcher.search(asked("ferry")).by_meaning) == ["ship"]


def test_vectors_of_documents_that_are_gone_are_passed_over(
    made: tuple[Engine, Engine, Path],
) -> None:
    engine = made[0]
    with engine.update() as writer:
        writer.delete("boat")
        writer.commit(BuildStamp(BUILT, 0))
    assert ids(engine.searcher().search(asked("ferry")).by_meaning) == ["ship"]


@pytest.mark.parametrize("content", [None, b"", b"\x93NUMPY", b"no vectors"])
def test_a_file_that_cannot_be_read_is_no_vectors(
    made: tuple[Engine, Engine, Path], content: bytes | None
) -> None:
    near, plain, path = made
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    assert near.searcher().search(asked("ferry")) == replace(
        plain.searcher().search(asked("ferry")), index=near.searcher().info()
    )


def test_counts_are_those_without_meaning(made: tuple[Engine, Engine, Path]) -> None:
    near, plain, _ = made
    request = asked("leaves ferry", facets={"site": 10, "lang": 5}, interval=Interval.AUTO)
    assert bare(near.searcher().search(request)) == bare(plain.searcher().search(request))


numbers = st.floats(0, 100, width=32)


@given(st.lists(st.tuples(numbers, st.floats(-1, 1, width=32) | st.just(float("nan"))), min_size=1))
def test_blended_scores_stay_within_their_bounds(pairs: list[tuple[float, float]]) -> None:
    scores, near = np.array(pairs, np.float32).T
    blended = by_meaning.blend(scores, near)
    assert blended.dtype == np.float32
    assert scores.min() <= blended.min()
    assert blended.max() <= scores.max()
    order = np.argsort(-scores)
    if len(set(near.tolist())) == 1:
        assert (np.diff(blended[order]) <= 0).all()
