"""What a question's best answers share moves others up; stop words do not rank."""

from __future__ import annotations

from pathlib import Path

import pytest

from searchapp.engines.base import SearchRequest, Sort
from searchapp.engines.query import parse
from searchapp.engines.whoosh import WhooshEngine
from searchapp.engines.whoosh.query.relevance_feedback import RERANKED
from tests.engines.documents import commit, document

WORDS = "harbour crane collapse insurance claim"
QUESTION = " OR ".join(WORDS.split())


@pytest.fixture
def engine(tmp_path: Path) -> WhooshEngine:
    """Five good answers that also say `salvage`, and many that have one word."""
    made = WhooshEngine(tmp_path)
    answers = [document(f"best{n}", f"{WORDS} salvage salvage number {n}") for n in range(5)]
    weak = [document(f"weak{n:02}", f"claim and nothing else here {n}") for n in range(40)]
    weak += [document(f"long{n:02}", f"insurance{' and so on' * 40}") for n in range(20)]
    kin = document("zz-kin", "claim and salvage salvage salvage with it")
    commit(made, [*answers, *weak, kin, *(document(f"x{n}", "far away") for n in range(99))])
    return made


def found(engine: WhooshEngine, query: str, **more: object) -> list[str]:
    request = SearchRequest(parse(query).node, size=100, **more)  # type: ignore[arg-type]
    return [hit.document.id for hit in engine.searcher().search(request).hits]


def test_a_document_with_a_word_the_best_share_moves_up(engine: WhooshEngine) -> None:
    assert found(engine, QUESTION)[5] == "zz-kin"


def test_a_short_query_is_ranked_by_its_own_words(engine: WhooshEngine) -> None:
    assert found(engine, "claim OR crane")[5] != "zz-kin"


def test_scores_fall_and_pages_and_exports_keep_the_order(engine: WhooshEngine) -> None:
    request = SearchRequest(parse(QUESTION).node, size=100)
    searcher = engine.searcher()
    hits = searcher.search(request).hits
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    assert len(hits) > RERANKED
    pages = [searcher.search(SearchRequest(request.query, size=7, page=n)) for n in range(1, 12)]
    assert [h.document.id for page in pages for h in page.hits] == [h.document.id for h in hits]
    assert [h.score for h in searcher.scan(request)] == scores


def test_order_by_date_needs_no_second_look(engine: WhooshEngine) -> None:
    plain = found(engine, QUESTION, sort=Sort.NEWEST)
    assert plain == sorted(plain)


def test_stop_words_are_found_but_do_not_rank(tmp_path: Path) -> None:
    made = WhooshEngine(tmp_path)
    commit(
        made,
        [
            document("the", "the the the the"),
            document("cat", "cat"),
            document("both", "the cat sleeps on the mat all day"),
            *(document(f"n{n}", "other things") for n in range(9)),
        ],
    )
    assert found(made, "the OR cat") == ["cat", "both", "the"]
    assert found(made, "the cat") == ["both"]
    assert found(made, "the") == ["the", "both"]


def test_a_stop_word_of_one_language_ranks_in_another(tmp_path: Path) -> None:
    made = WhooshEngine(tmp_path)
    commit(
        made,
        [
            document("de", "die die die Katze", language="de"),
            document("en", "they die young", language="en"),
            *(document(f"n{n}", "other things", language="en") for n in range(9)),
        ],
    )
    assert found(made, "die OR katze OR young") == ["en", "de"]
