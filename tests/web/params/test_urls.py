"""Links and the steps they write: what a URL means is what was intended."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchapp.engines.base import FieldFilter, Interval, SearchRequest, Sort, Undated
from searchapp.engines.query import Everything
from searchapp.model import FACET_FIELDS, Article
from searchapp.web.params import refine, urls
from searchapp.web.params.search import Search, parse
from searchapp.web.params.urls import Representation, search_url
from tests.web.searches import DAYS, VALUES, searches

FACETS = st.sampled_from(FACET_FIELDS)
NAMES = VALUES.filter(bool)
ROOTS = st.sampled_from(("", "/archive", "https://news.example/x"))


def read(url: str) -> Search:
    return parse(parse_qsl(urlsplit(url).query, keep_blank_values=True))


@given(searches(), ROOTS, st.sampled_from((Representation.HTML, Representation.JSON)))
def test_an_address_reads_back_as_the_search(
    search: Search, root: str, kind: Representation
) -> None:
    url = search_url(search, root, kind)
    assert url.startswith(root + kind.value)
    assert url.isascii()
    assert read(url) == search


@given(searches())
def test_exports_and_feed_keep_what_selects_documents(search: Search) -> None:
    asked = search.request
    for kind in (Representation.CSV, Representation.JSONL, Representation.ATOM):
        found = read(search_url(search, representation=kind)).request
        order = Sort.NEWEST if kind == Representation.ATOM else asked.sort
        size = asked.size if kind == Representation.ATOM else 10
        kept = replace(asked, page=1, size=size, sort=order)
        assert replace(found, facets=kept.facets, interval=kept.interval) == kept


@given(searches(), FACETS, NAMES, st.integers(1, 100))
def test_every_step_is_a_search_its_address_reads_back_as(
    search: Search, facet: str, value: str, number: int
) -> None:
    steps = [
        *(step(search, facet, value) for step in (refine.include, refine.exclude, refine.remove)),
        *(refine.sort(search, order) for order in Sort),
        refine.page(search, number),
        refine.facet_size(search, facet, number),
        refine.only_undated(search),
        refine.without_query(search),
        refine.without_dates(search),
        refine.without_filters(search),
    ]
    assert [read(search_url(step)) for step in steps] == steps


def roles(search: Search, facet: str, value: str) -> set[str]:
    chosen = search.request.filters.get(facet, FieldFilter())
    return {role for role in ("any", "all", "none") if value in getattr(chosen, role)}


def rest(search: Search, facet: str, value: str) -> object:
    """All of a search but one value, what was looked for to find it, and the page."""
    chosen = search.request.filters.get(facet, FieldFilter())
    others = [tuple(set(getattr(chosen, role)) - {value}) for role in ("any", "all", "none")]
    filters = {name: search.request.filters[name] for name in search.request.filters}
    filters.pop(facet, None)
    bare = refine.find(search, facet, "")
    return replace(bare, request=replace(bare.request, page=1, filters=filters)), [
        sorted(values) for values in others
    ]


@given(searches(), FACETS, NAMES)
def test_a_value_gets_its_role_and_the_rest_stays(search: Search, facet: str, value: str) -> None:
    steps = {"any": refine.include, "all": refine.require, "none": refine.exclude}
    for role, step in steps.items():
        found = read(search_url(step(search, facet, value)))
        assert roles(found, facet, value) == {role}
        assert rest(found, facet, value) == rest(search, facet, value)
        assert found.request.page == 1


@given(searches(), FACETS, NAMES)
def test_a_removed_value_has_no_role(search: Search, facet: str, value: str) -> None:
    chosen = refine.include(search, facet, value)
    found = read(search_url(refine.remove(chosen, facet, value)))
    assert roles(found, facet, value) == set()
    assert rest(found, facet, value) == rest(search, facet, value)


@given(searches(), DAYS, st.sampled_from((4, 7, 10)))
def test_a_bucket_is_cut_to_the_bounds(search: Search, day: date, length: int) -> None:
    asked = search.request
    bounds = (asked.first_day or date.min, asked.last_day or date.max)
    day = min(max(day, bounds[0]), bounds[1])
    found = read(search_url(refine.narrow_to_period(search, day.isoformat()[:length]))).request
    assert found.first_day is not None
    assert found.last_day is not None
    assert bounds[0] <= found.first_day <= day <= found.last_day <= bounds[1]
    assert found.first_day.isoformat()[:length] == day.isoformat()[:length]
    assert found.last_day.isoformat()[:length] == day.isoformat()[:length]
    assert found.undated == Undated.DEFAULT
    assert dateless(found) == dateless(asked)


def dateless(asked: SearchRequest) -> SearchRequest:
    return replace(asked, first_day=None, last_day=None, undated=Undated.DEFAULT, page=1)


def test_a_bucket_without_bounds_is_the_whole_period() -> None:
    url = search_url(
        refine.narrow_to_period(parse([("page", "3"), ("undated", "include")]), "2020-02")
    )
    assert url == "/search?from=2020-02-01&to=2020-02-29"


@given(searches(), st.integers(1, 100))
def test_paging_changes_the_page_alone(search: Search, number: int) -> None:
    found = read(search_url(refine.page(search, number)))
    assert found == replace(search, request=replace(search.request, page=number))


@given(searches(), st.sampled_from(Sort))
def test_another_order_keeps_the_rest(search: Search, order: Sort) -> None:
    found = read(search_url(refine.sort(search, order)))
    wordless = isinstance(search.request.query, Everything)
    assert found.request.sort == (Sort.NEWEST if wordless and order == Sort.RELEVANCE else order)
    same = replace(search.request, sort=found.request.sort, page=1)
    assert found == replace(search, request=same)


@given(searches())
def test_what_is_dropped_is_gone_and_the_rest_stays(search: Search) -> None:
    wordless = read(search_url(refine.without_query(search)))
    assert (wordless.q, wordless.warnings) == ("", ())
    assert wordless.request.filters == search.request.filters
    dateless = read(search_url(refine.without_dates(search))).request
    assert (dateless.first_day, dateless.last_day, dateless.undated) == (None, None, "")
    assert read(search_url(refine.without_from(search))).request.last_day == search.request.last_day
    assert read(search_url(refine.without_to(search))).request.first_day == search.request.first_day
    bare = read(search_url(refine.without_filters(search)))
    assert (bare.q, bare.request.filters, bare.request.uncertain) == (search.q, {}, False)


@given(searches(), FACETS, st.integers(0, 1000))
def test_more_values_of_a_facet_stay_on_the_page(search: Search, facet: str, count: int) -> None:
    found = read(search_url(refine.facet_size(search, facet, count))).request
    assert found.facets[facet] == count
    assert found.page == search.request.page


def test_undated_asks_for_these_only() -> None:
    search = parse([("from", "2020"), ("to", "2021"), ("facets", "date:day")])
    found = read(search_url(refine.only_undated(search))).request
    assert (found.first_day, found.last_day, found.undated) == (None, None, Undated.ONLY)
    assert found.interval == Interval.DAY


def test_addresses_of_a_document_escape_its_id() -> None:
    assert urls.document_url("a/b?c", "/x") == "/x/documents/a%2Fb%3Fc"
    assert urls.document_api_url("ä") == "/api/v1/documents/%C3%A4"
    assert urls.similar_url("a b") == "/documents/a%20b/similar"


@pytest.mark.parametrize(
    ("url", "canonical", "original"),
    [
        ("https://a.example/1", "https://b.example/2", "https://a.example/1"),
        (None, "http://b.example/2", "http://b.example/2"),
        ("javascript:alert(1)", "https://b.example/2", "https://b.example/2"),
        ("JavaScript:alert(1)", None, None),
        ("data:text/html,x", "//b.example/2", None),
        ("https://[broken", None, None),
        ("https:///path", None, None),
        (None, None, None),
    ],
)
def test_only_a_web_address_is_linked_as_the_original(
    url: str | None, canonical: str | None, original: str | None
) -> None:
    article = Article(title="", text="", url=url, canonical_url=canonical)
    assert urls.original_url(article) == original
