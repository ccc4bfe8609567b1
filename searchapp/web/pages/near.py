"""The strip beside the hits: pages that mean the same as a query and do not have its words."""

from dataclasses import dataclass
from textwrap import shorten

from searchapp.engines.base import Hit, SearchResponse
from searchapp.web.pages import wording
from searchapp.web.pages.hits import headline
from searchapp.web.pages.wording import DateView
from searchapp.web.params.search import Search
from searchapp.web.params.urls import saved_url

_LEAD = 160


@dataclass(frozen=True)
class NearView:
    """One such page; `lang` is for the `lang` attribute."""

    name: str
    href: str
    lang: str
    site: str
    published: DateView
    lead: str


def near_views(search: Search, response: SearchResponse, root: str) -> tuple[NearView, ...]:
    """Show what lies near, nearest first."""
    return tuple(_near(search, hit, root) for hit in response.by_meaning)


def _near(search: Search, hit: Hit, root: str) -> NearView:
    article = hit.document.article
    return NearView(
        name=headline(hit.document),
        href=saved_url(search, hit.document.id, root),
        lang=article.language or "",
        site=article.site or "",
        published=wording.published_view(article.published),
        lead=shorten(article.lead, _LEAD, placeholder=" …"),
    )
