"""A search as a URL, for every representation it has.

The last step of the web side: `refine` makes the next Search, this writes its
address. Every URL is path-absolute and begins with `root`, the prefix the
application is mounted under (SCRIPT_NAME, empty at the top of a host).
"""

from dataclasses import replace
from enum import StrEnum
from urllib.parse import quote, quote_plus, urlencode, urlsplit

from searchapp.engines.base import Interval, Sort
from searchapp.model import Article
from searchapp.web.params.search import DEFAULT_FACETS, DEFAULT_SIZE, Search, to_pairs


class Representation(StrEnum):
    """The ways to look at one search; the values are their paths."""

    HTML = "/search"
    JSON = "/api/v1/search"
    CSV = "/api/v1/search.csv"
    JSONL = "/api/v1/search.jsonl"
    ATOM = "/api/v1/search.atom"


def search_url(
    search: Search, root: str = "", representation: Representation = Representation.HTML
) -> str:
    """Address of a search: `parse` reads it back as the same one.

    Exports and the feed show no pages and no facets, so their addresses carry
    neither; the feed keeps `size` and is always newest first.
    """
    shown = (
        search
        if representation in {Representation.HTML, Representation.JSON}
        else _without_paging(search)
    )
    if representation == Representation.ATOM:
        order = replace(shown.request, sort=Sort.NEWEST, size=search.request.size)
        shown = replace(shown, request=order)
    # A page has hundreds of links: names need no escaping, so only values get it. Half a
    # surrogate pair, in a name out of the archive, has no UTF-8 to escape.
    pairs = "&".join(
        f"{name}={quote_plus(value, ':,', errors='replace')}" for name, value in to_pairs(shown)
    )
    return f"{root}{representation.value}?{pairs}" if pairs else f"{root}{representation.value}"


def document_url(document_id: str, root: str = "") -> str:
    """Address of the saved article's page."""
    return f"{root}/documents/{quote(document_id, safe='')}"


def document_api_url(document_id: str, root: str = "") -> str:
    """Address of the saved article as JSON."""
    return f"{root}/api/v1/documents/{quote(document_id, safe='')}"


def entity_url(kind: str, name: str, root: str = "") -> str:
    """Address of the page about a person, an organisation or a place."""
    return f"{root}/entities/{kind}/{quote(name, safe='', errors='replace')}"


def about_url(kind: str, name: str, return_to: Search, root: str = "") -> str:
    """Address of an entity's page, with the search its reader goes back to."""
    return _with_search(entity_url(kind, name, root), return_to)


def saved_url(return_to: Search, document_id: str, root: str = "") -> str:
    """Address of the saved article, with the search its reader goes back to."""
    return _with_search(document_url(document_id, root), return_to)


def entity_api_url(kind: str, name: str, root: str = "") -> str:
    """Address of the same as JSON."""
    return f"{root}/api/v1{entity_url(kind, name)}"


def similar_url(document_id: str, root: str = "") -> str:
    """Address that redirects to the search for articles like this one."""
    return f"{document_url(document_id, root)}/similar"


def original_url(article: Article) -> str | None:
    """Where the page was on the web; None unless it is an http or https address.

    The address comes out of the page, so `javascript:` and the like are kept away
    from any `href`.
    """
    for url in (article.url, article.canonical_url):
        if url and _is_web_address(url):
            return url
    return None


def _with_search(address: str, search: Search) -> str:
    pairs = urlencode(to_pairs(search), safe=":,", errors="replace")
    return f"{address}?{pairs}" if pairs else address


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.netloc)


def _without_paging(search: Search) -> Search:
    request = replace(
        search.request,
        page=1,
        after=None,
        size=DEFAULT_SIZE,
        facets=DEFAULT_FACETS,
        interval=Interval.AUTO,
    )
    return replace(search, request=request)
