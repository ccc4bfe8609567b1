"""Bylines -> names."""

from __future__ import annotations

import pytest

from searchapp.indexer.authors import choose_authors, clean_names
from searchapp.indexer.guard import parse
from searchapp.indexer.metadata import read_metadata


@pytest.mark.parametrize(
    ("stated", "names"),
    [
        ("By Jane Doe", ("Jane Doe",)),
        ("Von Jürgen Weiß und Änne Köhler", ("Jürgen Weiß", "Änne Köhler")),
        ("Jane Doe, Senior Political Editor", ("Jane Doe",)),
        ("Jane Doe; JANE DOE; John Roe", ("Jane Doe", "John Roe")),
        ("https://a.example/jane", ()),
        ("admin", ()),
        ("Harbour News", ()),
        ("作者：王建宏", ("王建宏",)),
        ("Sammy Davis, Jr.", ("Sammy Davis, Jr",)),
    ],
)
def test_names_are_cleaned(stated: str, names: tuple[str, ...]) -> None:
    assert clean_names([stated], {"harbournews"}) == names


@pytest.mark.parametrize(
    "markup",
    [
        """<script type="application/ld+json">{"@graph":[{"@type":"Article","author":{"@id":"#j"}},
        {"@id":"#j","@type":"Person","name":"Jane Doe"}]}</script>""",
        "<meta name=author content='Jane Doe'>",
        "<p>By <a rel=author href=/jane>Jane Doe</a></p>",
        "<p itemprop=author><span itemprop=name>Jane Doe</span> reporter</p>",
    ],
)
def test_every_source_is_read(markup: str) -> None:
    tree = parse(f"<html><head></head><body>{markup}<p>Words</p></body></html>")
    assert choose_authors(read_metadata(tree, None), tree) == ("Jane Doe",)


def test_a_huge_byline_is_read_in_no_time() -> None:
    assert len(clean_names(["By a and " * 55_000])) <= 20


def authors(markup: str) -> tuple[str, ...]:
    tree = parse(markup)
    return choose_authors(read_metadata(tree, None), tree)


def test_an_agency_and_its_client_are_one_author() -> None:
    assert clean_names(["NNA and Post staff"]) == ("NNA and Post staff",)
    assert clean_names(["Jane Doe and John Roe"]) == ("Jane Doe", "John Roe")


@pytest.mark.parametrize(
    "byline",
    [
        "<div class='css-by'><span>Jane Doe</span><span>15 Jan 2020</span></div>",
        "<p class='article-byline'>By <b>Jane Doe</b></p>",
        "<font>Monday</font> <font>By Jane Doe</font>",
    ],
)
def test_a_byline_names_the_author(byline: str) -> None:
    assert authors(f"<body><h1>A story</h1>{byline}<p>It was cold.</p>") == ("Jane Doe",)


def test_words_in_a_byline_are_no_name() -> None:
    assert authors("<body><p class='byline'>About the author</p><p>It was cold.</p>") == ()


def test_a_site_that_names_itself_is_the_author_where_nobody_else_is() -> None:
    named = "content='Polly Barks'"
    head = f"<meta property='og:site_name' {named}><meta name=author {named}>"
    assert authors(head) == ("Polly Barks",)
    assert authors(f"{head}<body><p class='byline'>By Jane Doe</p>") == ("Jane Doe",)
