"""A query over its budget is refused, and the next one is answered."""

from __future__ import annotations

import pytest

from searchapp.engines import budget
from searchapp.engines.base import SearchRequest
from searchapp.engines.budget import Budget
from searchapp.engines.query import And, Fuzzy, Node, Not, Or, Phrase, Wildcard, Word, parse
from searchapp.engines.whoosh import WhooshEngine
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
    response = engine.searcher().search(SearchRequest(HUGE[0]))
    assert response.total == 0
    text = " OR ".join(f"w{n}x1" for n in range(10_000))
    parsed = parse(text)
    assert "at most 1024 words" in parsed.warnings[0].message
    assert engine.searcher().search(SearchRequest(parsed.node)).total == 40


def test_what_is_found_word_by_word_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget, "MOST_FOUND", 100)
    spent = Budget(60)
    spent.spend(100)
    with pytest.raises(RequestError, match="finds too much at once"):
        spent.spend(1)


def test_an_ordinary_query_is_far_within(engine: WhooshEngine) -> None:
    searcher = WhooshEngine(engine.directory, query_seconds=5).searcher()
    assert searcher.search(SearchRequest(parse("w1x1* OR w2x1~1").node)).total == 22
