"""A facet as a list of links, each count what the click gives (sentence 2 of `engines.base`).

From `engines.base.Facet`; the date facet is `timeline`.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from searchapp.engines.base import Facet, FacetValue, SearchResponse, ValueState
from searchapp.model import EntityType
from searchapp.web.pages import wording
from searchapp.web.pages.form import FormView, search_form
from searchapp.web.pages.wording import Link
from searchapp.web.params import refine
from searchapp.web.params.search import DEFAULT_FACETS, FINDING, Search
from searchapp.web.params.urls import search_url
from searchapp.web.params.values import MAX_COUNT

SHOWN = 8
STEP = 100
_ICONS = {
    ValueState.NONE: "",
    ValueState.INCLUDED: "tick",
    ValueState.REQUIRED: "require",
    ValueState.EXCLUDED: "exclude",
}


@dataclass(frozen=True)
class ValueView:
    """One value; `removes` says what following it undoes, empty when it adds."""

    name: str
    state: str
    icon: str
    removes: str
    count: str
    unit: str
    href: str
    exclude: str = ""
    require: str = ""


@dataclass(frozen=True)
class FindView:
    """A box that looks for values of one facet, and what was looked for."""

    form: FormView
    name: str
    typed: str
    label: str
    without: str
    nothing: str


@dataclass(frozen=True)
class FacetView:
    """One facet: its values, and the ways to see more, fewer or some others of them."""

    field: str
    id: str
    name: str
    values: tuple[ValueView, ...]
    more: Link | None
    fewer: Link | None
    find: FindView | None


def with_page_facets(search: Search) -> Search:
    """Ask for as many values as the page shows, unless the reader said how many."""
    if search.request.facets != DEFAULT_FACETS:
        return search
    request = replace(search.request, facets=dict.fromkeys(DEFAULT_FACETS, SHOWN))
    return replace(search, request=request)


def facet_views(search: Search, response: SearchResponse, root: str) -> tuple[FacetView, ...]:
    """Show the facets that have a value, in the response's order."""
    return tuple(
        _facet(search, facet, root)
        for facet in response.facets
        if facet.field in wording.VALUES and (facet.values or facet.field in search.request.finding)
    )


def _facet(search: Search, facet: Facet, root: str) -> FacetView:
    return FacetView(
        facet.field,
        f"facet-{facet.field}",
        wording.FACETS[facet.field],
        tuple(_value(search, facet.field, value, root) for value in facet.values),
        _more(search, facet, root),
        _fewer(search, facet, root),
        _find(search, facet, root),
    )


def _find(search: Search, facet: Facet, root: str) -> FindView | None:
    """For facets with more values than are shown at first; codes of languages are no words."""
    typed = search.request.finding.get(facet.field, "")
    if facet.field == "lang" or not (typed or facet.distinct > SHOWN):
        return None
    kind = wording.FACETS[facet.field].lower()
    return FindView(
        search_form(search, root, own=(FINDING[facet.field],)),
        FINDING[facet.field],
        typed,
        f"Find in {kind}",
        search_url(refine.find(search, facet.field, ""), root) if typed else "",
        "" if facet.values else f"No {kind} with words that begin so",
    )


def _value(search: Search, field: str, value: FacetValue, root: str) -> ValueView:
    name = wording.facet_value(field, value.value)
    free = value.state == ValueState.NONE
    # Only of some facets can one page have several values, so that one more can be demanded.
    many = free and field in set(EntityType)

    def url_after(step: Callable[[Search, str, str], Search]) -> str:
        return search_url(step(search, field, value.value), root)

    return ValueView(
        name,
        value.state.value,
        _ICONS[value.state],
        "" if free else f"Remove filter {wording.VALUES[field].lower()}:",
        wording.number(value.count),
        wording.unit(value.count, "result"),
        url_after(refine.include if free else refine.remove),
        exclude=url_after(refine.exclude) if free else "",
        require=url_after(refine.require) if many else "",
    )


def _more(search: Search, facet: Facet, root: str) -> Link | None:
    size = _size(search, facet)
    rest = facet.distinct - sum(value.count > 0 for value in facet.values)
    added = min(rest, STEP, MAX_COUNT - size)
    if added <= 0:
        return None
    text = f"Show {added} more" + (f" of {wording.number(rest)}" if rest > added else "")
    return Link(text, _resized_url(search, facet.field, size + added, root))


def _fewer(search: Search, facet: Facet, root: str) -> Link | None:
    if len(facet.values) <= SHOWN or _size(search, facet) <= SHOWN:
        return None
    return Link("Show fewer", _resized_url(search, facet.field, SHOWN, root))


def _size(search: Search, facet: Facet) -> int:
    return with_page_facets(search).request.facets.get(facet.field, 0)


def _resized_url(search: Search, field: str, size: int, root: str) -> str:
    resized = refine.facet_size(with_page_facets(search), field, size)
    return f"{search_url(resized, root)}#facet-{field}"
