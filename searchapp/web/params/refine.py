"""One step from a search to the next: a filter more, a filter less, another page.

Pure functions from Search to Search; `urls` writes the result as a URL. Every step
keeps the rest of the search and, unless it is about paging, goes to page 1.
"""

from dataclasses import replace
from typing import Any, Literal

from searchapp.engines.base import FieldFilter, Sort, Undated
from searchapp.engines.query import Everything
from searchapp.engines.query.dates import period
from searchapp.model import FACET_FIELDS
from searchapp.web.params.cursor import Cursor
from searchapp.web.params.search import Match, Search, default_sort

Role = Literal["any", "all", "none"]


def include(search: Search, facet: str, value: str) -> Search:
    """Keep documents with the value, or with another included one (OR)."""
    return _set_role(search, facet, value, "any")


def require(search: Search, facet: str, value: str) -> Search:
    """Keep only documents that have the value too (AND)."""
    return _set_role(search, facet, value, "all")


def exclude(search: Search, facet: str, value: str) -> Search:
    """Leave out documents with the value."""
    return _set_role(search, facet, value, "none")


def remove(search: Search, facet: str, value: str) -> Search:
    """Forget the value, whatever role it had."""
    return _set_role(search, facet, value, None)


def narrow_to_period(search: Search, value: str) -> Search:
    """Keep exactly the documents counted under a period of the histogram.

    `value` is `YYYY`, `YYYY-MM` or `YYYY-MM-DD`. The period is cut to the present
    bounds, and documents without a date, which no period counts, are left out.
    """
    first, last = period(value)
    request = search.request
    first = max(first, request.first_day or first)
    last = min(last, request.last_day or last)
    return _with_changes(search, first_day=first, last_day=last, undated=Undated.DEFAULT)


def only_undated(search: Search) -> Search:
    """Keep only documents without a date."""
    return _with_changes(search, first_day=None, last_day=None, undated=Undated.ONLY)


def without_from(search: Search) -> Search:
    """Forget the first day."""
    return _with_changes(search, first_day=None)


def without_to(search: Search) -> Search:
    """Forget the last day."""
    return _with_changes(search, last_day=None)


def without_dates(search: Search) -> Search:
    """Forget both days and what was said about undated documents."""
    return _with_changes(search, first_day=None, last_day=None, undated=Undated.DEFAULT)


def without_filters(search: Search) -> Search:
    """Forget every facet value and everything about dates; the query stays."""
    cleared = _with_changes(without_dates(search), filters={})
    return _with_changes(cleared, uncertain=False)


def without_query(search: Search) -> Search:
    """Forget the words; the filters stay."""
    order = search.request.sort
    sort = Sort.NEWEST if order == Sort.RELEVANCE else order
    bare = _with_changes(search, query=Everything(), optional=(), sort=sort)
    return replace(bare, q="", warnings=())


def match(search: Search, wanted: Match) -> Search:
    """Ask for all words, or let some be missing where few pages have all."""
    return replace(_with_changes(search, every_word=wanted == Match.ALL), match=wanted)


def sort(search: Search, order: Sort) -> Search:
    """Order otherwise; relevance without a query is newest first."""
    known = default_sort(search.request.query) if order == Sort.RELEVANCE else order
    return _with_changes(search, sort=known)


def page(search: Search, number: int) -> Search:
    """Go to a page, counted from 1."""
    return replace(search, request=replace(search.request, page=number, after=None))


def follow(search: Search, cursor: Cursor) -> Search:
    """Go on behind the last hit of a page."""
    request = replace(search.request, page=cursor.page, after=cursor.place)
    return replace(search, request=request)


def explain(search: Search, *, wanted: bool) -> Search:
    """Ask why the answer is what it is, or no longer, on the page the reader is on."""
    return replace(search, explain=wanted)


def facet_size(search: Search, facet: str, values: int) -> Search:
    """Show so many values of a facet, on the page the reader is on."""
    counts = {**search.request.facets, facet: values}
    ordered = {name: counts[name] for name in FACET_FIELDS if name in counts}
    return replace(search, request=replace(search.request, facets=ordered))


def _set_role(search: Search, facet: str, value: str, role: Role | None) -> Search:
    old = search.request.filters.get(facet, FieldFilter())
    roles: dict[Role, tuple[str, ...]] = {
        "any": _with(old.any, value, member=role == "any"),
        "all": _with(old.all, value, member=role == "all"),
        "none": _with(old.none, value, member=role == "none"),
    }
    filters = {**search.request.filters, facet: FieldFilter(**roles)}
    kept = {name: filters[name] for name in FACET_FIELDS if name in filters}
    # What was looked for in the facet has been found.
    there = find(search, facet, "")
    return _with_changes(there, filters={n: f for n, f in kept.items() if f != FieldFilter()})


def _with(values: tuple[str, ...], value: str, *, member: bool) -> tuple[str, ...]:
    others = set(values) - {value}
    return tuple(sorted(others | {value} if member else others))


def find(search: Search, facet: str, typed: str) -> Search:
    """List only values of a facet with words that begin so; empty: all again."""
    others = {name: words for name, words in search.request.finding.items() if name != facet}
    finding = {**others, facet: typed} if typed else others
    ordered = {name: finding[name] for name in FACET_FIELDS if name in finding}
    return replace(search, request=replace(search.request, finding=ordered))


def _with_changes(search: Search, **changes: Any) -> Search:
    return replace(search, request=replace(search.request, page=1, after=None, **changes))
