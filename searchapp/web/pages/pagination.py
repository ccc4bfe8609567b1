"""The way from page to page of the results."""

from dataclasses import dataclass

from searchapp.engines.base import SearchResponse
from searchapp.web.pages import wording
from searchapp.web.pages.wording import Link
from searchapp.web.params import refine
from searchapp.web.params.search import WINDOW, Search, to_cursor
from searchapp.web.params.urls import search_url

AROUND = 2


@dataclass(frozen=True)
class Pagination:
    """Links to pages; one with an empty `href` stands for those left out."""

    pages: tuple[Link, ...]
    previous: str
    next: str


def pagination(search: Search, response: SearchResponse, root: str) -> Pagination | None:
    """Show the first, the last and the pages around this one; None for one page.

    Pages beyond those that have a number are reached one after the other.
    """
    here, last = search.request.page, last_page(search, response.total)
    beyond = search.request.after is not None and here > last
    if last == 1 and not beyond:
        return None
    numbers = {1, last, *range(max(1, here - AROUND), min(last, here + AROUND) + 1)}
    shown = [_page(search, one, root) for one in _with_gaps(sorted(numbers))]
    if beyond:
        shown.append(Link(wording.number(here), search_url(search, root), current=True))
    return Pagination(
        tuple(shown),
        _page(search, here - 1, root).href if 1 < here <= last + beyond else "",
        _page(search, here + 1, root).href if here < last else _beyond(search, response, root),
    )


def last_page(search: Search, total: int) -> int:
    """Number of the last page that has results and can be gone to; 1 when there are none."""
    size = search.request.size
    return max(1, min(-(-total // size), WINDOW // size))


def _beyond(search: Search, response: SearchResponse, root: str) -> str:
    if not response.more or not response.hits:
        return ""
    cursor = to_cursor(search, response.hits[-1], response.index)
    return search_url(refine.follow(search, cursor), root)


def _page(search: Search, number: int, root: str) -> Link:
    if not number:
        return Link("", "")
    href = search_url(refine.page(search, number), root)
    return Link(wording.number(number), href, current=number == search.request.page)


def _with_gaps(numbers: list[int]) -> list[int]:
    """Put a 0 where pages are left out, or the page itself where it is only one."""
    shown: list[int] = []
    for number in numbers:
        left_out = number - shown[-1] - 1 if shown else 0
        if left_out:
            shown.append(number - 1 if left_out == 1 else 0)
        shown.append(number)
    return shown
