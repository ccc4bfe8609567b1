from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchapp.engines.base import FieldFilter, Interval, SearchRequest, Sort, Undated
from searchapp.engines.query import Everything
from searchapp.errors import Problem, RequestError
from searchapp.web.params.search import DEFAULT_FACETS, PARAMETERS, Search, parse, to_pairs
from tests.web.searches import Pairs, pairs

DOCUMENTATION = Path(__file__).parents[3] / "docs" / "api.md"


def request(*given: tuple[str, str]) -> SearchRequest:
    return parse(given).request


def problems(*given: tuple[str, str]) -> list[tuple[str, int | None]]:
    with pytest.raises(RequestError) as caught:
        parse(given)
    return [(problem.parameter, problem.position) for problem in caught.value.problems]


def message(*given: tuple[str, str]) -> str:
    with pytest.raises(RequestError) as caught:
        parse(given)
    return str(caught.value)


@given(pairs())
def test_what_is_written_reads_back_as_the_same_search(given: Pairs) -> None:
    search = parse(given)
    assert parse(to_pairs(search)) == search


@given(pairs())
def test_the_order_of_parameters_means_nothing(given: Pairs) -> None:
    assert to_pairs(parse(given)) == to_pairs(parse(sorted(given)))


TEXT = st.text(max_size=30)


@given(st.lists(st.tuples(st.sampled_from(PARAMETERS) | TEXT, TEXT), max_size=8))
def test_any_pairs_give_a_search_or_name_what_is_wrong(given: Pairs) -> None:
    try:
        found = parse(given).warnings
    except RequestError as error:
        found = error.problems
        refused = True
    else:
        refused = False
    assert all(problem.message for problem in found)
    assert found or not refused


def test_nothing_given_is_everything_newest_first_with_every_facet() -> None:
    search = parse([])
    assert search == Search()
    assert search.request == SearchRequest(
        query=Everything(),
        sort=Sort.NEWEST,
        facets=dict.fromkeys(("person", "org", "place", "site", "author", "lang"), 10),
        interval=Interval.AUTO,
        correct=True,
    )
    assert to_pairs(search) == ()


def test_an_empty_value_means_not_given_as_forms_send_it() -> None:
    empty = [(name, "") for name in PARAMETERS]
    assert parse(empty) == parse([*empty, ("from", "")]) == Search()


def test_the_words_are_kept_as_typed_and_blank_ones_are_none() -> None:
    assert parse([("q", " storm ")]).q == " storm "
    assert parse([("q", " \t\xa0")]) == Search()


def test_filters_are_or_and_and_not_within_a_field() -> None:
    given = [
        ("person", "B"),
        ("person", "A"),
        ("person", "B"),
        ("person.all", "C"),
        ("org.not", "D"),
    ]
    assert request(*given).filters == {
        "person": FieldFilter(any=("A", "B"), all=("C",)),
        "org": FieldFilter(none=("D",)),
    }


def test_filter_values_are_kept_exactly() -> None:
    assert request(("site", " Example.org")).filters == {"site": FieldFilter(any=(" Example.org",))}


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2020", date(2020, 1, 1), date(2020, 12, 31)),
        ("2020-10", date(2020, 10, 1), date(2020, 10, 31)),
        ("2020-02", date(2020, 2, 1), date(2020, 2, 29)),
        ("2020-10-04", date(2020, 10, 4), date(2020, 10, 4)),
        ("0001", date(1, 1, 1), date(1, 12, 31)),
        ("9999-12", date(9999, 12, 1), date(9999, 12, 31)),
    ],
)
def test_a_period_is_its_first_day_in_from_and_its_last_in_to(
    text: str, first: date, last: date
) -> None:
    asked = request(("from", text), ("to", text))
    assert (asked.first_day, asked.last_day) == (first, last)


@pytest.mark.parametrize(
    "text",
    ["2020-13", "2020-02-30", "0000", "2020-1-1", "20201004", "2020-10-04T00:00", "٢٠٢٠", "-2020"],
)
def test_an_impossible_date_names_its_parameter(text: str) -> None:
    assert problems(("from", text)) == [("from", None)]
    assert problems(("to", text)) == [("to", None)]


def test_bounds_the_wrong_way_round_are_an_error_and_one_day_is_not() -> None:
    assert problems(("from", "2020-10-05"), ("to", "2020-10-04")) == [("from", None)]
    assert request(("from", "2020-10-04"), ("to", "2020-10-04")).first_day == date(2020, 10, 4)


def test_undated_and_uncertain() -> None:
    assert request(("undated", "only")).undated == Undated.ONLY
    assert request(("undated", "include")).undated == Undated.INCLUDE
    assert request(("uncertain", "include")).uncertain
    assert "undated: must be one of only, include, not 'yes'" in message(("undated", "yes"))
    assert problems(("uncertain", "1")) == [("uncertain", None)]


def test_relevance_is_the_order_only_where_there_is_a_query() -> None:
    assert request(("q", "storm")).sort == Sort.RELEVANCE
    assert request(("sort", "relevance")).sort == Sort.NEWEST
    assert request(("q", "storm"), ("sort", "-date")).sort == Sort.NEWEST
    assert request(("sort", "date")).sort == Sort.OLDEST


@pytest.mark.parametrize("text", ["0", "-1", "1.5", "x", "1e3", "१", "9" * 5000, "1_0", "+1"])
def test_page_and_size_are_whole_numbers_from_one(text: str) -> None:
    assert problems(("page", text), ("size", text)) == [("page", None), ("size", None)]


def test_size_goes_to_a_hundred() -> None:
    assert (request().size, request(("size", "100")).size) == (10, 100)
    assert "size: must be a whole number from 1 to 100, not '101'" in message(("size", "101"))


def test_facets_and_how_many_of_each() -> None:
    asked = request(("facets", " date:month,org , person:0 "))
    assert (asked.facets, asked.interval) == ({"person": 0, "org": 10}, Interval.MONTH)
    assert request(("facets", "date")).interval == Interval.AUTO
    assert request(("facets", "person:3")).interval is None


def test_facets_none_is_no_facets_and_empty_is_the_default() -> None:
    assert (request(("facets", "none")).facets, request(("facets", "none")).interval) == ({}, None)
    assert request(("facets", "")).facets == DEFAULT_FACETS


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("person:10,foo", 10),
        ("person:1001", 0),
        ("org,person:-1", 4),
        ("date:week", 0),
        ("date:10", 0),
        ("person,person", 7),
        ("date,date:day", 5),
        ("person,", 7),
        ("none,person", 0),
    ],
)
def test_a_facet_that_is_wrong_is_pointed_at(text: str, position: int) -> None:
    assert problems(("facets", text)) == [("facets", position)]


def test_an_unknown_parameter_is_an_error_with_the_nearest_known_one() -> None:
    assert message(("persn", "A")) == "persn: is unknown; did you mean person?"
    assert message(("utm_source", "x")).startswith("utm_source: is unknown; known are q, ")
    assert problems(("Q", "x"), ("fbclid", "")) == [("Q", None), ("fbclid", None)]


def test_a_long_or_unprintable_name_is_shown_shortened() -> None:
    found = {name for name, _ in problems(("x" * 1000, "1"), ("\udcff", "1"))}
    assert found == {"x" * 60 + "…", "\\udcff"}


def test_every_mistake_in_facets_is_named() -> None:
    text = "person:99999,foo,org,date:week,org"
    assert problems(("facets", text)) == [("facets", at) for at in (0, 13, 21, 31)]
    assert "has no facet 'foo'" in message(("facets", text))


def test_no_facets_stand_alone() -> None:
    assert problems(("facets", "none,person")) == [("facets", 0)]
    assert "write none alone" in message(("facets", "person,none"))


def test_what_comes_later_is_refused_by_name() -> None:
    assert problems(("group", "duplicates")) == [("group", None)]


def test_a_single_parameter_given_twice_is_an_error() -> None:
    assert message(("q", "a"), ("q", "b")) == "q: is given 2 times; give it once"
    assert problems(("page", "1"), ("page", "1")) == [("page", None)]


@pytest.mark.parametrize("name", ["q", "person", "site.not"])
def test_text_that_cannot_be_is_refused_where_it_stands(name: str) -> None:
    assert problems((name, "ab\0c")) == [(name, 2)]
    assert problems((name, "a\ud800")) == [(name, 1)]
    most = 8_000 if name == "q" else 500
    assert problems((name, "x" * (most + 1))) == [(name, most)]
    assert parse([(name, "x" * most)])


def test_every_problem_is_listed_not_only_the_first() -> None:
    found = problems(("q", "\0"), ("from", "x"), ("to", "y"), ("page", "0"), ("nope", "1"))
    assert {name for name, _ in found} == {"q", "from", "to", "page", "nope"}


def test_words_not_understood_warn_and_are_an_error_with_strict() -> None:
    (warning,) = parse([("q", 'storm "open')]).warnings
    assert isinstance(warning, Problem)
    assert warning.position == 6
    assert problems(("q", 'storm "open'), ("strict", "1")) == [("q", 6)]
    assert parse([("q", 'storm "open'), ("strict", "0")]).warnings == (warning,)
    assert problems(("strict", "yes")) == [("strict", None)]


def test_every_parameter_is_documented() -> None:
    text = DOCUMENTATION.read_text(encoding="utf-8")
    assert [name for name in PARAMETERS if f"`{name}`" not in text] == []
