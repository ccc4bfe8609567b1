"""Markup -> a small, safe tree."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml.html import HtmlElement

from searchapp.extraction.dom import parser

ARTICLE = "<article><h1>Ferry line</h1><p>The council voted on Monday.</p></article>"


def words(markup: str) -> str:
    return " ".join(" ".join(parser.parse(markup).itertext()).split())


def depth(tree: HtmlElement) -> int:
    levels = {tree: 1}
    for element in tree.iterdescendants():
        levels[element] = levels[element.getparent()] + 1
    return max(levels.values())


@pytest.mark.parametrize(
    "ballast",
    [
        "<script>var a = '<p>no</p>';</script>",
        "<SCRIPT type='text/javascript'>no</SCRIPT >",
        "<style>p { color: no }</style>",
        "<!-- no <p>no</p> -->",
        "<!-- no --!>",
        "<?php no ?>",
        "<svg><title>no</title></svg>",
        "<iframe>no</iframe>",
        "<select><option>no</select>",
    ],
)
def test_ballast_goes_and_what_surrounds_it_stays(ballast: str) -> None:
    assert words(f"<p>before</p>{ballast}<p>after</p>") == "before after"


@pytest.mark.parametrize("opening", ["<!-- ", "<svg>", "<iframe>", "<select>"])
def test_what_is_never_closed_does_not_swallow_the_page(opening: str) -> None:
    assert "after" in words(f"<p>before</p>{opening}x<b></b><p>after</p>")


def test_an_unclosed_script_ends_the_page_as_in_browsers() -> None:
    assert words("<p>before</p><script>no <p>no") == "before"


def test_json_ld_stays() -> None:
    tree = parser.parse('<script type="application/ld+json">{"a": "<b>"}</script><p>x</p>')
    assert tree.findtext(".//script") == '{"a": "<b>"}'


def test_deep_nesting_keeps_paragraphs_and_stays_shallow() -> None:
    tree = parser.parse("<div>" * 5000 + ARTICLE + "</div>" * 5000)
    assert depth(tree) <= parser.MAX_DEPTH + 45
    assert tree.findtext(".//p") == "The council voted on Monday."


def test_past_the_cap_on_tags_wrappers_go_before_the_article() -> None:
    tree = parser.parse("<div>" * 100_000 + ARTICLE)
    assert tree.findtext(".//p") == "The council voted on Monday."
    assert tree.xpath("count(//*)") < parser.MAX_TAGS


def test_attributes_are_capped() -> None:
    many = " ".join(f"a{number}=1" for number in range(1000))
    tree = parser.parse(f"<p {many} bad<name='1'>x</p><p title='{'y' * 100_000}'>x</p>")
    first, second = tree.findall(".//p")
    assert len(first.attrib) <= parser.MAX_ATTRIBUTES
    assert len(second.get("title")) == parser.MAX_ATTRIBUTE_LENGTH


def test_an_article_in_noscript_is_seen_a_pixel_is_not() -> None:
    story = "<p>" + "The council voted. " * 30 + "</p>"
    assert "div" in {e.tag for e in parser.parse(f"<body><noscript>{story}</noscript>").iter()}
    assert parser.parse("<noscript><p>Enable it</p></noscript>").find(".//noscript") is not None


def test_frames_are_opened() -> None:
    frames = f"<html><frameset cols='20%,*'><frame src=a><noframes>{ARTICLE}</noframes></frameset>"
    assert "The council voted" in words(frames)


@pytest.mark.parametrize(
    "hostile",
    [
        "<svg>" * 300_000,
        "<!--" * 50_000,
        "<script" * 50_000,
        "<" * 200_000,
        "<a " * 50_000,
        "&amp;" * 200_000,
        "<script type='application/ld+json'>" * 20_000,
        "<table><tr><td>" * 20_000,
        "data:image/png;base64," * 50_000,
    ],
    ids=lambda text: text[:20],
)
def test_hostile_markup_takes_linear_time(hostile: str) -> None:
    start = time.process_time()
    parser.parse(ARTICLE + hostile)
    assert time.process_time() - start < 5


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="<>/!-?=\"' abp[]{}&;\x00\x0b\ud800é", max_size=200))
def test_any_text_becomes_a_tree(markup: str) -> None:
    assert parser.parse(markup).tag == "html"
