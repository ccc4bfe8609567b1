"""How many pages have all words of a query and how many only most, and the way to the others."""

from dataclasses import dataclass

from searchapp.engines.base import SearchResponse
from searchapp.engines.query import parse
from searchapp.web.pages import wording
from searchapp.web.pages.wording import Link
from searchapp.web.params import refine
from searchapp.web.params.search import Match, Search
from searchapp.web.params.urls import search_url


@dataclass(frozen=True)
class MissingWords:
    """A sentence about the words of the results, and the search that asks otherwise."""

    text: str
    other: Link


def missing_words(search: Search, response: SearchResponse, root: str) -> MissingWords | None:
    """Say that words are missing, or may not be; None where that makes no difference."""
    if text := missing_text(response):
        strict = search_url(refine.match(search, Match.ALL), root)
        return MissingWords(text, Link("All words only", strict))
    if search.match == Match.ALL and parse(search.q).optional:
        free = search_url(refine.match(search, Match.MOST), root)
        return MissingWords("Only pages with all words.", Link("Most words will do", free))
    return None


def missing_text(response: SearchResponse) -> str:
    """The sentence, empty where every hit has all words."""
    complete = response.complete
    if complete is None or complete == response.total:
        return ""
    others = response.total - complete
    verb = "has" if others == 1 else "have"
    if not complete:
        return f"No page has all words; {wording.number(others)} {verb} most of them."
    has = "has" if complete == 1 else "have"
    pages = wording.quantity(complete, "page")
    return f"{pages} {has} all words; {wording.number(others)} more {verb} most of them."
