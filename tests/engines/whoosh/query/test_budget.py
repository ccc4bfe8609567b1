"""A query over its budget is refused, and the next one is answered."""

from __future__ import annotations

import pytest

from searchapp.engines import budget
from searchapp.engines.base import SearchRequest
from searchapp.engines.budget import Budget
from searchapp.engines.memory import MemoryEngine
from searchapp.engines.query import And, Fuzzy, Node, Not, Or, Phrase, Wildcard, Word, parse
from searchapp.engines.whoosh import WhooshEngine
from searchapp.engines.whoosh.query import operands
from searchapp.errors import RequestError
from tests.engines.documents import commit, document

TEXTS = [" ".join(f"w{n}x{m}" for m in range(200)) for n in range(40)]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> WhooshEngine:
    made = WhooshEngine(tmp_path_factory.mktemp("index"))
    commit(made, [document(f"d{n}", text) for n, text in enumerate(TEXTS)])
    return made


HUGE: list[Node] = [
    Or(tuple(Word(f"w{n}") for n in range(10_000))),
    And(tuple(Not(Word(f"w{n}")) for n in range(10_000))),
    Or(tuple(Fuzzy(f"w{n}x{n}", 2) for n in range(1_000))),
    Or(tuple(Wildcard(f"*{n}*x*") for n in range(1_000))),
    And(tuple(Phrase(("w1x1", f"w1x{n}"), 1000) for n in range(10_000))),
]


@pytest.mark.parametrize("node", HUGE, ids=["or", "not", "fuzzy", "wildcard", "proximity"])
def test_a_huge_query_ends_at_its_budget(engine: WhooshEngine, node: Node) -> None:
    searcher = WhooshEngine(engine.directory, query_seconds=0.02).searcher()
    with pytest.raises(RequestError, match=r"q: takes longer than the 0.02 seconds.*fewer words"):
        searcher.search(SearchRequest(node))
    with pytest.raises(RequestError):
        searcher.scan(SearchRequest(node))


def test_a_query_of_ten_thousand_clauses_is_answered(engine: WhooshEngine) -> None:
    patient = WhooshEngine(engine.directory, query_seconds=60)
    assert patient.searcher().search(SearchRequest(HUGE[0])).total == 0
    text = " OR ".join(f"w{n}x1" for n in range(10_000))
    parsed = parse(text)
    assert "at most 1024 words" in parsed.warnings[0].message
    assert patient.searcher().search(SearchRequest(parsed.node)).total == 40


def test_what_is_found_word_by_word_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget, "MOST_FOUND", 100)
    spent = Budget(60)
    spent.spend(100)
    with pytest.raises(RequestError, match="finds too much at once"):
        spent.spend(1)


def test_an_ordinary_query_is_far_within(engine: WhooshEngine) -> None:
    searcher = WhooshEngine(engine.directory, query_seconds=5).searcher()
    assert searcher.search(SearchRequest(parse("w1x1* OR w2x1~1").node)).total == 22


@pytest.mark.parametrize("node", [HUGE[0], HUGE[3], HUGE[4]], ids=["or", "wildcard", "proximity"])
def test_the_engine_in_memory_has_a_budget_too(node: Node) -> None:
    engine = MemoryEngine()
    commit(engine, [document(f"d{n}", text) for n, text in enumerate(TEXTS)])
    engine.query_seconds = 0.02
    with pytest.raises(RequestError, match=r"q: takes longer than the 0.02 seconds.*fewer words"):
        engine.searcher().search(SearchRequest(node))
    with pytest.raises(RequestError), engine.searcher().pinned() as pinned:
        list(pinned.scan(SearchRequest(node)))


def test_memory_is_asked_for_before_it_is_allocated(
    engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(budget, "MOST_BYTES", 120)
    for query in ("w1x1 OR w2x1 OR w3x1 OR w4x1 OR w5x1 OR w6x1 OR w7x1", "w*"):
        with pytest.raises(RequestError, match=r"q: needs more than.*of memory.*fewer words"):
            engine.searcher().search(SearchRequest(parse(query).node))
    assert engine.searcher().search(SearchRequest(parse("w1x1").node)).total == 1


def test_operands_are_joined_as_they_come(
    engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    queries = ["w1x1 OR w2x1 OR w3x1 OR w*", "w* w1* -w2x1", "(w1x1 OR w2*) (w2x2 OR w1x3)"]
    requests = [SearchRequest(parse(query).node) for query in queries]
    whole = [engine.searcher().search(request) for request in requests]
    monkeypatch.setattr(operands, "MOST_HELD", 0)
    for request, before in zip(requests, whole, strict=True):
        after = engine.searcher().search(request)
        assert after.total == before.total
        assert [hit.document.id for hit in after.hits] == [hit.document.id for hit in before.hits]


def test_what_is_held_is_given_back() -> None:
    spent = Budget(60)
    for _ in range(10):
        with spent.held():
            spent.hold(budget.MOST_BYTES)
            with pytest.raises(RequestError):
                spent.reserve(1)
    spent.reserve(budget.MOST_BYTES)
