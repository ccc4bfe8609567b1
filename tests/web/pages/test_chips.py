from __future__ import annotations

import pytest
from hypothesis import given

from searchapp.web.pages.chips import active_filters
from searchapp.web.params.search import parse
from tests.web.searches import Pairs, pairs


def names(query: Pairs) -> list[tuple[str, str]]:
    return [(one.name, one.value) for one in active_filters(parse(query))]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ([("q", "oil")], []),
        ([("person", "A"), ("person", "B")], [("Person", "A"), ("Person", "B")]),
        (
            [("lang.not", "ru"), ("person.all", "A")],
            [("Also person", "A"), ("Not language", "Russian")],
        ),
        ([("from", "2020-10"), ("to", "2020-10")], [("Date", "October 2020")]),
        (
            [("from", "2020-10"), ("to", "2020-11")],
            [("From", "1 October 2020"), ("To", "30 November 2020")],
        ),
        ([("undated", "only")], [("Date", "undated only")]),
        ([("uncertain", "include")], [("Date", "uncertain ones count")]),
    ],
)
def test_every_filter_in_use_is_named(query: Pairs, said: list[tuple[str, str]]) -> None:
    assert names(query) == said


MANY = [
    *[("q", "oil"), ("person", "A"), ("person", "B"), ("person.not", "C"), ("lang", "en")],
    *[("from", "2020-10-02"), ("to", "2020-11"), ("undated", "include"), ("uncertain", "include")],
]


def test_each_is_taken_away_alone() -> None:
    filters = active_filters(parse(MANY))
    assert len(filters) == 8
    for place, one in enumerate(filters):
        left = [(other.name, other.value) for other in active_filters(one.without)]
        others = (*filters[:place], *filters[place + 1 :])
        assert left == [(other.name, other.value) for other in others]
        assert one.without.q == "oil"


@given(pairs())
def test_taking_one_away_after_the_other_ends_with_none(query: Pairs) -> None:
    search = parse(query)
    for _ in range(len(active_filters(search))):
        if filters := active_filters(search):
            search = filters[0].without
    assert active_filters(search) == ()
