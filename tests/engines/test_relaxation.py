"""How much of a query must be there: by weight, by number of documents, and in what language."""

from __future__ import annotations

from pathlib import Path

import pytest

from searchapp.engines.base import SearchRequest
from searchapp.engines.query import Word, parse
from searchapp.engines.relaxation import ENOUGH, least, needed, relax, weight
from tests.engines.documents import commit, document
from tests.test_engines import ENGINES


@pytest.mark.parametrize(
    ("weights", "expected"),
    [
        ([], 1),
        ([0, 0], 1),
        ([1_000, 1_000], 800),
        ([1_000, 1_000, 0], 800),
        ([1_000] * 3, 1_200),
        ([1_000] * 4, 1_250),
        ([1_000] * 10, 1_250),
        ([500, 1_500] * 5, 1_250),
    ],
)
def test_more_than_one_word_of_many_is_the_least(weights: list[int], expected: int) -> None:
    assert least(weights) == expected


@pytest.mark.parametrize(
    ("highest", "expected"), [(0, 1_250), (1_000, 1_250), (2_000, 2_000), (9_000, 5_000)]
)
def test_half_is_enough_and_less_where_few_have_half(highest: int, expected: int) -> None:
    assert needed([1_000] * 10, highest) == expected


def test_the_rarer_a_word_the_more_it_weighs() -> None:
    weights = [weight(frequency, 50_000) for frequency in (50_000, 5_000, 50, 1)]
    assert weights == sorted(weights)
    assert weights[0] >= 1
    assert weight(0, 50_000) == 0


def test_in_a_small_archive_how_frequent_a_word_is_says_little() -> None:
    assert weight(9, 10) > weight(1, 10) / 2


@pytest.mark.parametrize(
    ("text", "languages", "telling"),
    [
        ("what is the effect of heat", ("en",), "effect heat"),
        ("what is the effect of heat", ("en", "fr", "de", None), "effect heat"),
        ("was ist die Ursache der Flut", ("en", "de"), "Ursache Flut"),
        ("the cast of the die", ("en", "de"), "cast die"),
        ("to be or not to be", ("en",), "to be or not"),
        ('to be "or not"', ("en",), ""),
        ("to be person:ada", ("en",), "to be"),
        ("the effect of heat", (None,), "the effect of heat"),
        ("the effect of heat", (), "the effect of heat"),
    ],
)
def test_stop_words_are_silent_in_the_language_of_the_query(
    text: str, languages: tuple[str | None, ...], telling: str
) -> None:
    parsed = parse(text)
    relaxed = relax(parsed.node, parsed.optional, languages)
    assert relaxed is not None
    assert [word.text for word in relaxed.telling] == telling.split()


def test_one_word_alone_is_not_free() -> None:
    parsed = parse("ferry quay")
    assert relax(parsed.node, (Word("ferry"),), ("en",)) is None
    assert relax(Word("ferry"), (Word("ferry"), Word("quay")), ("en",)) is None


QUESTION = " ".join(f"word{n}" for n in range(10))
HALF, THREE = " ".join(QUESTION.split()[:5]), " ".join(QUESTION.split()[5:8])


@pytest.mark.parametrize("name", ENGINES)
@pytest.mark.parametrize(("halves", "found"), [(ENOUGH, ENOUGH), (ENOUGH - 1, ENOUGH + 29)])
def test_so_many_documents_are_enough(name: str, halves: int, found: int, tmp_path: Path) -> None:
    engine = ENGINES[name](tmp_path)
    others = [document(f"t{n}", THREE) for n in range(30)]
    rest = [document(f"r{n}", words) for n, words in enumerate(("word8 alone", "word9 alone"))]
    commit(engine, [*(document(f"h{n}", HALF) for n in range(halves)), *others, *rest])
    parsed = parse(QUESTION)
    request = SearchRequest(parsed.node, optional=parsed.optional, size=0)
    assert engine.searcher().search(request).total == found
