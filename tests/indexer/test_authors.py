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
