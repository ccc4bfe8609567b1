"""Why a search finds what it finds, on every engine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from searchapp.engines import explanation
from searchapp.engines.base import Engine, FieldFilter, SearchRequest
from searchapp.engines.explanation import Clause, Explanation, FilterEffect, explain
from searchapp.engines.memory import MemoryEngine
from searchapp.engines.query import Word, parse
from searchapp.engines.whoosh import WhooshEngine
from searchapp.errors import RequestError
from tests.engines.documents import commit, document

ENGINES: dict[str, Callable[[Path], Engine]] = {
    "whoosh": WhooshEngine,
    "memory": lambda _: MemoryEngine(),
}
ARCHIVE = (
    document("a", "The ferries were late at the quay.", title="Ferry late", day="2020-01-02"),
    document("b", "A ferry sank off the quay, and the ferry line paid.", day="2020-01-03"),
    document("c", "The bank failed.", title="Bank", day="2021-01-01", person=("Ana Reed",)),
    document("d", "A bank by the river.", day="2021-02-01", person=("Bo Lind",)),
)


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Engine:
    made = ENGINES[request.param](tmp_path / "index")
    commit(made, ARCHIVE)
    return made


def explained(engine: Engine, q: str, request: SearchRequest | None = None) -> Explanation:
    asked = replace(request or SearchRequest(), query=parse(q).node)
    with engine.searcher().pinned() as searcher:
        return explain(searcher, asked, searcher.search(asked))


def test_each_clause_says_what_it_looks_up_and_finds(engine: Engine) -> None:
    clauses = explained(engine, "ferries quay").clauses
    assert clauses == (
        Clause("ferries", ("en:ferri",), 2, 2),
        Clause("quay", ("en:quay",), 2, 2),
    )


def test_hits_of_a_clause_are_those_within_the_filters(engine: Engine) -> None:
    request = SearchRequest(first_day=date(2020, 1, 3), filters={"person": FieldFilter()})
    (clause,) = explained(engine, "ferry", request).clauses
    assert (clause.documents, clause.hits) == (2, 1)


def test_a_stop_word_is_silent(engine: Engine) -> None:
    silent = {clause.text: clause.silent for clause in explained(engine, "the ferry").clauses}
    assert silent == {"the": True, "ferry": False}


def test_what_is_excluded_is_a_clause_too(engine: Engine) -> None:
    ferry, without = explained(engine, "ferry -bank").clauses
    assert (ferry.text, without.text) == ("ferry", "NOT bank")
    assert without.documents == 2


def test_each_filter_says_how_many_it_removes(engine: Engine) -> None:
    request = SearchRequest(
        filters={"person": FieldFilter(any=("Bo Lind",))}, last_day=date(2021, 1, 31)
    )
    effects = explained(engine, "bank", request).filters
    assert effects == (FilterEffect("person", 1), FilterEffect("date", 1))


def test_the_shares_of_a_hit_add_up_and_tell_its_title(engine: Engine) -> None:
    hits = explained(engine, "ferry OR quay").hits
    assert set(hits) == {"a", "b"}
    for reasons in hits.values():
        assert sum(reason.share for reason in reasons) == pytest.approx(1)
    assert {reason.text: reason.in_title for reason in hits["a"]} == {"ferry": True, "quay": False}
    assert not any(reason.in_title for reason in hits["b"])


@pytest.mark.parametrize(
    ("q", "filters", "said"),
    [
        ("ferry zeppelin", {}, "No page has zeppelin."),
        ("ferry bank", {}, "Each part is found by itself, and no page has all of them."),
        (
            "ferry",
            {"person": FieldFilter(any=("Bo Lind",))},
            "The filters leave no page with ferry.",
        ),
        ("ferry", {}, ""),
    ],
)
def test_it_is_said_why_nothing_is_found(
    engine: Engine, q: str, filters: dict[str, FieldFilter], said: str
) -> None:
    assert explained(engine, q, SearchRequest(filters=filters)).nothing == said


def test_scores_are_those_of_the_search(engine: Engine) -> None:
    with engine.searcher().pinned() as searcher:
        hits = searcher.search(SearchRequest(query=Word("ferry"))).hits
        ids = [hit.document.id for hit in hits]
        assert searcher.scores(Word("ferry"), [*ids, "c", "nowhere"]) == (
            *(pytest.approx(hit.score) for hit in hits),
            None,
            None,
        )


def test_an_explanation_takes_no_longer_than_a_query(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = SearchRequest(parse("ferry").node)
    monkeypatch.setattr(explanation, "QUERY_SECONDS", 0.0)
    with engine.searcher().pinned() as searcher:
        response = searcher.search(request)
        with pytest.raises(RequestError, match="takes longer"):
            explain(searcher, request, response)
