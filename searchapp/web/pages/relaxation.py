"""Nothing found: which filter to drop, and how many results that gives."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from searchapp.engines.base import Searcher
from searchapp.engines.query import And, Phrase, Word, normalise, render
from searchapp.web.pages import wording
from searchapp.web.pages.chips import ActiveFilter, active_filters
from searchapp.web.params import refine
from searchapp.web.params.answered import plain_text, with_text
from searchapp.web.params.search import Search
from searchapp.web.params.urls import search_url

TRIED = 8
_MAX_WORDS = 5
_NAMES = {Word: "the word", Phrase: "the phrase"}


@dataclass(frozen=True)
class Relaxation:
    """A search that asks for less and finds something."""

    name: str
    value: str
    count: str
    href: str


def relaxations(search: Search, searcher: Searcher, root: str) -> tuple[Relaxation, ...]:
    """Leave out one thing at a time, at most TRIED, and keep what finds something."""
    tried = [(_total(searcher, less.without), less) for less in _fewer(search)[:TRIED]]
    found = sorted((one for one in tried if one[0]), key=lambda one: -one[0])
    return tuple(
        Relaxation(
            less.name,
            less.value,
            wording.quantity(total, "result"),
            search_url(less.without, root),
        )
        for total, less in found
    )


def _fewer(search: Search) -> list[ActiveFilter]:
    filters = [replace(one, name=one.name.lower()) for one in active_filters(search)]
    if search.q and filters:
        filters.insert(0, ActiveFilter("the words", search.q, refine.without_query(search)))
    words = list(_fewer_words(search))
    if len(filters) > 1:
        filters.append(
            ActiveFilter(
                "every filter, and keep the words" if search.q else "every filter",
                "",
                refine.without_filters(search),
            )
        )
    return words + filters


def _fewer_words(search: Search) -> Iterator[ActiveFilter]:
    """The search without each of the few parts that all have to be there."""
    query = search.request.query
    parts = query.children if isinstance(query, And) else ()
    for part in parts if len(parts) <= _MAX_WORDS else ():
        rest = normalise(And(tuple(other for other in parts if other != part)))
        text = render(part)
        without = with_text(search, plain_text(rest))
        yield ActiveFilter(_NAMES.get(type(part), ""), text.strip('"'), without)


def _total(searcher: Searcher, search: Search) -> int:
    request = replace(search.request, size=0, facets={}, interval=None)
    return searcher.search(request).total
