"""Six scores of BM25F, worked out by hand from the formula of Robertson and Zaragoza (2009).

weight of a term in a document = the sum over fields of
    occurrences x boost / (1 - B + B x length / mean length),   B = 0.75, boosts 2.5 and 1
score = idf x (K1 + 1) x weight / (K1 + weight),                K1 = 1.5
idf = ln(1 + (N - n + 0.5) / (n + 0.5)), n of the N documents having the term

    document   title                  words   text                                      words
    a          Ferry                  1       ferry ferry bridge harbour                4
    b          Harbour news today     3       ferry harbour                             2
    c          Bridge news            2       ferry bridge harbour crane harbour news   6
    mean                              2                                                 4

One occurrence weighs in titles of 1 and 2 words
    2.5 / (0.25 + 0.75 x 1/2) = 4            2.5 / (0.25 + 0.75 x 2/2) = 2.5
and in texts of 4, 2 and 6 words
    1 / (0.25 + 0.75 x 4/4) = 1    1 / (0.25 + 0.75 x 2/4) = 1.6    1 / (0.25 + 0.75 x 6/4) = 8/11

idf of `ferry` (3 of 3) = ln(1 + 0.5/3.5) = ln(8/7) = 0.133531
idf of `bridge` (2 of 3) = ln(1 + 1.5/2.5) = ln(1.6) = 0.470004
"""

from __future__ import annotations

import pytest

from searchapp.engines.base import Engine, SearchRequest
from searchapp.engines.query import parse
from searchapp.engines.whoosh import WhooshEngine
from tests.engines.documents import commit, document

FERRY = {
    # 4 + 2 x 1 = 6:                0.133531 x 2.5 x 6 / 7.5 = 0.133531 x 2
    "a": 0.2670628,
    # 1.6:                          0.133531 x 2.5 x 1.6 / 3.1 = 0.133531 x 40/31
    "b": 0.1722986,
    # 8/11:                         0.133531 x 2.5 x (8/11) / (24.5/11) = 0.133531 x 40/49
    "c": 0.1090052,
}
BRIDGE = {
    # 1:                            0.470004 x 2.5 x 1 / 2.5
    "a": 0.4700036,
    # 2.5 + 8/11 = 35.5/11:         0.470004 x 2.5 x (35.5/11) / (52/11) = 0.470004 x 88.75/52
    "c": 0.8021697,
}
# The sixth: a document's score is the sum over the words of the query.
EITHER = {"a": 0.2670628 + 0.4700036, "b": 0.1722986, "c": 0.1090052 + 0.8021697}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    made = WhooshEngine(tmp_path_factory.mktemp("index"))
    documents = [
        document("a", "ferry ferry bridge harbour", title="Ferry"),
        document("b", "ferry harbour", title="Harbour news today"),
        document("c", "ferry bridge harbour crane harbour news", title="Bridge news"),
    ]
    commit(made, documents)
    return made


@pytest.mark.parametrize(
    ("query", "expected"),
    [("ferry", FERRY), ("bridge", BRIDGE), ("ferry OR bridge", EITHER)],
)
def test_scores_are_those_worked_out_by_hand(
    engine: Engine, query: str, expected: dict[str, float]
) -> None:
    hits = engine.searcher().search(SearchRequest(parse(query).node)).hits
    assert {hit.document.id: hit.score for hit in hits} == pytest.approx(expected, abs=1e-6)
