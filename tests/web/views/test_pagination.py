from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from searchapp.web import refine
from searchapp.web.parameters import Search
from searchapp.web.views.pagination import pagination


def shown(page: int, total: int) -> list[str]:
    made = pagination(refine.page(Search(), page), total, "")
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
    made = pagination(refine.page(Search(), page), total, "")
    assert made is not None
    last = -(-total // 10)
    assert bool(made.previous) == (1 < page <= last)
    assert bool(made.next) == (page < last)
