"""What a page calls itself -> its title."""

from __future__ import annotations

import pytest

from searchapp.indexer.guard import parse
from searchapp.indexer.metadata import read_metadata
from searchapp.indexer.titles import choose_title

URL = "https://www.harbour-news.example/ferry"


def title(markup: str, url: str | None = URL) -> str:
    return choose_title(read_metadata(parse(markup), url), url)


@pytest.mark.parametrize(
    "markup",
    [
        "<title>Ferry line to reopen | Harbour News</title>",
        "<title>Ferry line to reopen - Harbour News</title>",
        "<title>Harbour News: x - Ferry line to reopen</title><h1>Ferry line to reopen</h1>",
        "<title>Harbour News | Ferry line to reopen</title>",
        "<title>Ferry line to reopen | Islands | Anything</title>",
        "<title>Home</title><h1>Ferry line to reopen</h1>",
        "<h1>Log in</h1><h1>Ferry line to reopen</h1><title>Ferry line to reopen | X</title>",
        "<h1>Ferry line to reopen</h1>",
        "<title>Ferry line to reopen</title><h1>Islands Ferry line to reopen</h1>",
        "<title>{{ title }} Ferry line to re&shy;open</title>",
        "<script type='application/ld+json'>{broken</script><title>Ferry line to reopen</title>",
        """<script type="application/ld+json">{"@type":["NewsArticle"],
        "headline":"Ferry line to reopen"}</script><title>Boats | Islands</title>""",
    ],
)
def test_the_title_without_kicker_and_site(markup: str) -> None:
    assert title(markup) == "Ferry line to reopen"


def test_a_dash_within_the_title_stays() -> None:
    said = "Setback in the title race - Harbour City lose away"
    assert title(f"<title>{said}</title>") == said


def test_a_heading_that_names_the_site_is_not_the_title() -> None:
    assert (
        title("<h1>Harbour News</h1><title>Ferry line to reopen</title>") == "Ferry line to reopen"
    )


def test_a_page_that_states_none_has_none() -> None:
    assert title("<p>Some words</p>") == ""
