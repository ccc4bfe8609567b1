"""The search page: what was asked, what was found, and every way on from there.

Joins the other views. From a Search and its SearchResponse, one snapshot for all of
it; only a page with nothing on it asks the searcher again.
"""

from dataclasses import dataclass

from searchapp.engines import query
from searchapp.engines.base import Searcher, SearchResponse, Sort
from searchapp.engines.explanation import Explanation
from searchapp.web.pages import wording
from searchapp.web.pages.chips import Chip, chips
from searchapp.web.pages.correction import CorrectionView, correction_view, unknown_words
from searchapp.web.pages.explanation import ExplanationView, explanation_view
from searchapp.web.pages.facets import FacetView, facet_views
from searchapp.web.pages.hits import HitView, hit_views
from searchapp.web.pages.missing_words import MissingWords, missing_words
from searchapp.web.pages.near import NearView, near_views
from searchapp.web.pages.pagination import Pagination, last_page, pagination
from searchapp.web.pages.relaxation import Relaxation, relaxations
from searchapp.web.pages.timeline import TimelineView, timeline
from searchapp.web.pages.welcome import Welcome, is_front_page, welcome
from searchapp.web.pages.wording import Link
from searchapp.web.params import refine
from searchapp.web.params.answered import answered_search, plain_text, with_text
from searchapp.web.params.search import Search
from searchapp.web.params.urls import Representation, check_links, search_url

_FORMATS = {
    "JSON": Representation.JSON,
    "CSV": Representation.CSV,
    "JSON Lines": Representation.JSONL,
    "Atom": Representation.ATOM,
}


@dataclass(frozen=True)
class SearchView:
    """Everything on the search page, in the order it is read."""

    title: str
    welcome: Welcome | None
    summary: str
    asked: str
    sorts: tuple[Link, ...]
    chips: tuple[Chip, ...]
    clear: str
    warnings: tuple[str, ...]
    explain: Link | None
    explanation: ExplanationView | None
    filters_name: str
    panels: tuple[FacetView | TimelineView, ...]
    hits: tuple[HitView, ...]
    near: tuple[NearView, ...]
    pagination: Pagination | None
    last_page: Link | None
    missing: MissingWords | None
    correction: CorrectionView | None
    unknown: tuple[str, ...]
    suggestion: Link | None
    relaxations: tuple[Relaxation, ...]
    formats: tuple[Link, ...]
    atom: str


def search_view(
    asked: Search,
    response: SearchResponse,
    searcher: Searcher,
    root: str,
    explanation: Explanation | None = None,
) -> SearchView:
    """Show a response. Asks for a few more totals when it is empty.

    Raises RequestError for more links than a page may have.
    """
    search = answered_search(asked, response.correction)
    check_links(search, sum(len(facet.values) for facet in response.facets))
    active = chips(search, root)
    nothing = not response.total
    return SearchView(
        title=_title(search, response),
        welcome=welcome(response, root) if is_front_page(search) else None,
        summary=_summary(search, response),
        asked=search.q,
        sorts=_sorts(search, root) if response.total > 1 else (),
        chips=active,
        clear=search_url(refine.without_filters(search), root),
        warnings=(*(problem.message for problem in search.warnings), *response.notices),
        explain=_explain(search, root),
        explanation=explanation_view(explanation) if explanation else None,
        filters_name=f"Filters ({len(active)})" if active else "Filters",
        panels=_panels(search, response, root),
        hits=hit_views(search, response, root, explanation),
        near=near_views(search, response, root),
        pagination=pagination(search, response, root),
        last_page=_last_page(search, response, root),
        missing=missing_words(search, response, root),
        correction=correction_view(asked, response, root),
        unknown=unknown_words(search, response, searcher),
        suggestion=_suggestion(search, response, root),
        relaxations=relaxations(search, searcher, root) if nothing else (),
        formats=() if nothing else _formats(search, root),
        atom=search_url(search, root, Representation.ATOM),
    )


def _title(search: Search, response: SearchResponse) -> str:
    results = wording.quantity(response.total, "result")
    title = f"{search.q} – {results}" if search.q else results
    page = search.request.page
    if is_front_page(search):
        return "Search the archive"
    return f"{title} – page {wording.number(page)}" if page > 1 else title


def _summary(search: Search, response: SearchResponse) -> str:
    total = response.total
    if not total:
        return "No results"
    first = (search.request.page - 1) * search.request.size + 1
    last = first + len(response.hits) - 1
    if not response.hits or total == 1:
        return wording.quantity(total, "result")
    span = wording.number(first) if first == last else f"{first:,}–{last:,}"
    return f"{span} of {wording.quantity(total, 'result')}"


def _sorts(search: Search, root: str) -> tuple[Link, ...]:
    everything = isinstance(search.request.query, query.Everything)
    orders = [order for order in Sort if not (everything and order == Sort.RELEVANCE)]
    return tuple(
        Link(
            wording.SORTS[order],
            search_url(refine.sort(search, order), root),
            current=order == search.request.sort,
        )
        for order in orders
    )


def _panels(
    search: Search, response: SearchResponse, root: str
) -> tuple[FacetView | TimelineView, ...]:
    panels: dict[str, FacetView | TimelineView] = {
        view.field: view for view in facet_views(search, response, root)
    }
    if dates := timeline(search, response, root):
        panels["date"] = dates
    return tuple(panels[field] for field in wording.FACETS if field in panels)


def _last_page(search: Search, response: SearchResponse, root: str) -> Link | None:
    if response.hits or not response.total:
        return None
    number = last_page(search, response.total)
    text = f"Go to the last page, {wording.number(number)}"
    return Link(text, search_url(refine.page(search, number), root))


def _suggestion(search: Search, response: SearchResponse, root: str) -> Link | None:
    if not response.suggestion:
        return None
    text = plain_text(query.parse(response.suggestion).node)
    return Link(text, search_url(with_text(search, text), root))


def _explain(search: Search, root: str) -> Link | None:
    """To say why, or no longer; None where everything is shown."""
    if is_front_page(refine.explain(search, wanted=False)):
        return None
    text = "Show the results without reasons" if search.explain else "Why these results?"
    return Link(text, search_url(refine.explain(search, wanted=not search.explain), root))


def _formats(search: Search, root: str) -> tuple[Link, ...]:
    return tuple(Link(name, search_url(search, root, face)) for name, face in _FORMATS.items())
