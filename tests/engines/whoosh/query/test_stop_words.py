"""Stop words are found, and do not rank; what the best answers share: `test_question`."""

from __future__ import annotations

from pathlib import Path

from searchapp.engines.base import SearchRequest
from searchapp.engines.query import parse
from searchapp.engines.whoosh import WhooshEngine
from tests.engines.documents import commit, document


def found(engine: WhooshEngine, query: str) -> list[str]:
    request = SearchRequest(parse(query).node, size=100)
    return [hit.document.id for hit in engine.searcher().search(request).hits]


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
