from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from searchapp.engines.base import Hit, SearchResponse, Snippet
from searchapp.model import Article, IndexedDocument
from searchapp.web.pages.pagination import pagination
from searchapp.web.params import refine
from searchapp.web.params.search import Search, parse
from tests.web.api.test_answer import INDEX

HIT = Hit(IndexedDocument("a", "/a", Article("", "")), 1.5, Snippet("title", "", ()))


def response(total: int, *, more: bool = False) -> SearchResponse:
    return SearchResponse(total, (HIT,), (), INDEX, more=more)


def shown(page: int, total: int) -> list[str]:
    made = pagination(refine.page(Search(), page), response(total), "")
    return [one.text or "…" for one in made.pages] if made else []


def test_pages_near_and_the_ends() -> None:
    assert shown(1, 10) == []
    assert shown(1, 95) == ["1", "2", "3", "…", "10"]
    assert shown(5, 95) == ["1", "2", "3", "4", "5", "6", "7", "…", "10"]
    assert shown(6, 200) == ["1", "…", "4", "5", "6", "7", "8", "…", "20"]


@given(st.integers(1, 60), st.integers(1, 600))
def test_only_two_pages_or_more_are_left_out(page: int, total: int) -> None:
    last = -(-total // 10)
    numbers = shown(page, total)
    if last == 1:
        assert numbers == []
        return
    for before, gap, after in zip(numbers, numbers[1:], numbers[2:], strict=False):
        if gap == "…":
            assert int(after) - int(before) > 2
    assert numbers[0] == "1"
    assert {"1", str(last)} <= set(numbers)
    assert page > last or str(page) in numbers


@given(st.integers(1, 60), st.integers(11, 600))
def test_previous_and_next_are_pages_that_have_results(page: int, total: int) -> None:
    made = pagination(refine.page(Search(), page), response(total), "")
    assert made is not None
    last = -(-total // 10)
    assert bool(made.previous) == (1 < page <= last)
    assert bool(made.next) == (page < last)


def test_pages_beyond_those_with_a_number_follow_one_another() -> None:
    at_the_end = refine.page(Search(), 1000)
    made = pagination(at_the_end, response(20_000, more=True), "")
    assert made is not None
    assert [one.text for one in made.pages][-1] == "1,000"
    cursor = made.next.partition("?")[2].removeprefix("cursor=")
    beyond = parse([("cursor", cursor)])
    assert (beyond.request.page, beyond.request.after is None) == (1001, False)
    there = pagination(beyond, response(20_000, more=True), "")
    assert there is not None
    assert [one.text for one in there.pages if one.current] == ["1,001"]
    assert there.previous.endswith("page=1000")
    last = pagination(beyond, response(20_000), "")
    assert last is not None
    assert last.next == ""
