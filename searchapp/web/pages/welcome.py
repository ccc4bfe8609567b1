"""The front page's line on what is in the archive, and searches to begin with."""

from collections.abc import Iterator
from dataclasses import dataclass

from searchapp.engines import query
from searchapp.engines.base import Facet, SearchResponse, Undated
from searchapp.web.pages import wording
from searchapp.web.pages.wording import Link
from searchapp.web.params.search import Search
from searchapp.web.params.urls import search_url


@dataclass(frozen=True)
class Welcome:
    """What the archive holds, in a sentence or two, and examples that find something."""

    holdings: str
    examples: tuple[Link, ...]


def is_front_page(search: Search) -> bool:
    """Whether nothing at all was asked for."""
    request = search.request
    narrowed = request.filters or request.first_day or request.last_day
    dated = request.undated != Undated.DEFAULT or request.uncertain
    return not (search.q or narrowed or dated or request.page > 1)


def welcome(response: SearchResponse, root: str) -> Welcome:
    """Describe the archive from the facets of a search for everything."""
    facets = {facet.field: facet for facet in response.facets}
    examples = tuple(Link(text, search_url(Search(q=text), root)) for text in _examples(facets))
    return Welcome(" ".join(_holdings(response, facets.get("date"))), examples)


def _holdings(response: SearchResponse, dates: Facet | None) -> Iterator[str]:
    pages = wording.quantity(response.index.documents, "saved page")
    if dates and dates.values:
        first, last = (wording.period(dates.values[end].value) for end in (0, -1))
        between = f"from {first} to {last}" if first != last else f"in {first}"
        yield f"{pages}, published {between}."
    else:
        yield f"{pages}."
    if response.index.failed:
        yield f"{wording.quantity(response.index.failed, 'page')} could not be read."


def _examples(facets: dict[str, Facet]) -> Iterator[str]:
    for field in ("person", "place"):
        if field in facets and facets[field].values:
            value = facets[field].values[0].value
            yield query.render(query.FacetTerm(field, value, whole=True))
    if "org" in facets and len(facets["org"].values) > 1:
        both = (value.value for value in facets["org"].values[:2])
        yield query.render(
            query.Or(tuple(query.FacetTerm("org", name, whole=True) for name in both))
        )
    if "date" in facets and len(facets["date"].values) > 1:
        yield f"after:{facets['date'].values[-2].value}"
