"""Questions, on every engine: what their words weigh, and what their best answers share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from searchapp.engines.base import Engine, Hit, SearchRequest, Sort
from searchapp.engines.feedback import RERANKED
from searchapp.engines.memory import MemoryEngine
from searchapp.engines.query import And, Not, Or, Phrase, Word, parse
from searchapp.engines.question import term_weights
from searchapp.engines.whoosh import WhooshEngine
from tests.engines.documents import commit, document

ENGINES: dict[str, Callable[[Path], Engine]] = {
    "whoosh": WhooshEngine,
    "memory": lambda _: MemoryEngine(),
}
WORDS = "harbour crane collapse insurance claim"
QUESTION = " OR ".join(WORDS.split())


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Engine:
    return ENGINES[request.param](tmp_path)


def answers(engine: Engine, query: str, **more: object) -> tuple[Hit, ...]:
    request = SearchRequest(parse(query).node, size=100, **more)  # type: ignore[arg-type]
    return engine.searcher().search(request).hits


def found(engine: Engine, query: str, **more: object) -> list[str]:
    return [hit.document.id for hit in answers(engine, query, **more)]


def fill(engine: Engine) -> None:
    """Five good answers that also say `salvage`, many that have one word, one of their kin."""
    best = [document(f"best{n}", f"{WORDS} salvage salvage number {n}") for n in range(5)]
    weak = [document(f"weak{n:02}", f"claim and nothing else here {n}") for n in range(40)]
    weak += [document(f"long{n:02}", f"insurance{' and so on' * 40}") for n in range(20)]
    kin = document("zz-kin", "claim and salvage salvage salvage with it")
    commit(engine, [*best, *weak, kin, *(document(f"x{n}", "far away") for n in range(99))])


def test_a_document_with_a_word_the_best_share_moves_up(engine: Engine) -> None:
    fill(engine)
    assert found(engine, QUESTION)[5] == "zz-kin"
    assert found(engine, "claim OR crane")[5] != "zz-kin"


def test_the_best_answer_keeps_its_place(engine: Engine) -> None:
    """It has all words; the ones behind it share a word that it lacks, and lack one of its."""
    most = "harbour crane collapse insurance"
    best = document("zz-best", f"{WORDS} and one more thing")
    near = [document(f"near{n}", f"{most} salvage salvage {n}") for n in range(5)]
    weak = [document(f"weak{n:02}", f"insurance or not {n}") for n in range(20)]
    commit(engine, [best, *near, *weak, *(document(f"x{n}", "far away") for n in range(99))])
    hits = answers(engine, QUESTION)
    assert hits[0].document.id == "zz-best"
    assert hits[0].score > hits[1].score


def test_scores_fall_and_pages_and_exports_keep_the_order(engine: Engine) -> None:
    fill(engine)
    request = SearchRequest(parse(QUESTION).node, size=100)
    searcher = engine.searcher()
    hits = searcher.search(request).hits
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    assert len(hits) > RERANKED
    pages = [searcher.search(SearchRequest(request.query, size=7, page=n)) for n in range(1, 12)]
    assert [h.document.id for page in pages for h in page.hits] == [h.document.id for h in hits]
    assert [h.score for h in searcher.scan(request)] == scores


def test_order_by_date_needs_no_second_look(engine: Engine) -> None:
    fill(engine)
    plain = found(engine, QUESTION, sort=Sort.NEWEST)
    assert plain == sorted(plain)


def test_the_engines_give_a_question_the_same_scores(tmp_path: Path) -> None:
    one, other = WhooshEngine(tmp_path), MemoryEngine()
    for engine in (one, other):
        fill(engine)
    query = f"{QUESTION} OR claim OR information OR crane"
    scores = {hit.document.id: hit.score for hit in answers(one, query)}
    assert scores == pytest.approx(
        {h.document.id: h.score for h in answers(other, query)}, abs=1e-4
    )
    assert list(scores)[:10] == found(other, query)[:10]


@pytest.mark.parametrize("join", [" ", " OR "])
def test_what_a_question_says_again_weighs_more(engine: Engine, join: str) -> None:
    """`once` and `twice` are alike, but for the word the question says a second time."""
    rest = "harbour collapse insurance"
    commit(engine, [document("once", f"crane {rest}"), document("twice", f"claim {rest}")])
    words = ["harbour", "collapse", "insurance", "crane", "claim", "claim"]
    assert found(engine, " OR ".join(words)) == ["twice", "once"]
    assert term_weights(parse(join.join(words)).node, ["en"]) == {"claim": 1.5}


def test_a_word_that_only_asks_weighs_less_in_a_question(engine: Engine) -> None:
    shared = "harbour collapse insurance"
    archive = [document("asks", f"information {shared}"), document("tells", f"quay {shared}")]
    commit(engine, archive)
    assert found(engine, "information OR quay") == ["asks", "tells"]
    words = f"information quay {shared}".split()
    assert found(engine, " OR ".join(words)) == ["tells", "asks"]


def test_the_words_of_a_short_query_weigh_what_they_weigh() -> None:
    assert not term_weights(parse("information information retrieval what is").node, ["en"])


def test_a_list_of_asking_words_belongs_to_its_language() -> None:
    query = parse("artikel über hafen kran versicherung einsturz").node
    assert term_weights(query, ["de"]) == {"artikel": 0.5}
    assert term_weights(query, ["en", None]) == {}


def test_a_word_written_in_two_ways_is_said_twice() -> None:
    words = ["Harbour", "harbour", "crane", "collapse", "insurance", "claim"]
    assert term_weights(And(tuple(map(Word, words))), ["en"]) == {"harbour": 0.75}


def test_only_words_side_by_side_make_a_question() -> None:
    words = tuple(map(Word, f"{WORDS} claim".split()))
    assert term_weights(Or(words), ["en"])
    assert not term_weights(Not(Or(words)), ["en"])
    assert not term_weights(Phrase(tuple(word.text for word in words)), ["en"])
    titles = tuple(Word(word.text, "title") for word in words)
    assert not term_weights(And(titles), ["en"])
