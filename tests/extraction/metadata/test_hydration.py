"""The rest of a story from the state that a page's scripts start from."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchapp.extraction.metadata.hydration import find_hydrated_body

STORY = [
    f"The {word} paragraph of the story says something at some length, and then says it once more."
    for word in ("first", "second", "third", "fourth", "fifth", "sixth", "seventh")
]
TITLE = "Ferry line to reopen after nine years"
OTHER = [line.replace("story", "other tale") for line in STORY]


def page(state: object, opening: str) -> str:
    return f"<body><p>{STORY[0]}</p>{opening}{json.dumps(state)}</script></body>"


def state(blocks: object) -> dict[str, object]:
    article = {"title": TITLE, "url": "https://news.example/ferry", "blocks": blocks}
    return {"props": {"article": article, "related": [{"title": "Other", "body": OTHER}]}}


@pytest.mark.parametrize(
    "opening",
    [
        '<script id="__NEXT_DATA__" type="application/json">',
        "<script>window.__NUXT__=",
        "<script>window.__APOLLO_STATE__ = ",
        '<script>window["__INITIAL_STATE__"] = ',
    ],
)
def test_the_rest_of_the_story_is_read(opening: str) -> None:
    blocks = [{"type": "paragraph", "text": line} for line in STORY]
    assert find_hydrated_body(page(state(blocks), opening), STORY[:2], TITLE) == STORY


def test_a_body_of_markup_is_read_as_paragraphs() -> None:
    markup = "".join(f"<p>{line}</p>" for line in STORY)
    found = find_hydrated_body(page(state(markup), "<script>__NUXT__="), STORY[:2], TITLE)
    assert found == STORY


def test_a_page_that_shows_nothing_is_known_by_its_title() -> None:
    found = find_hydrated_body(page(state(STORY), "<script>__NUXT__="), [], TITLE)
    assert found == STORY


def test_a_page_that_shows_all_is_left_alone() -> None:
    assert find_hydrated_body(page(state(STORY), "<script>__NUXT__="), STORY, TITLE) == []


def test_a_teaser_beside_the_state_does_not_hide_the_story() -> None:
    teaser = ["A summary that was made by a machine and says what the story is about."]
    caption = "<figure><figcaption>The pier on Sunday.</figcaption></figure>"
    markup = caption + "".join(f"<p>{line}</p>" for line in STORY)
    stated = {"article": {"title": TITLE, "keywords": "ferry", "body": markup}}
    assert find_hydrated_body(page(stated, "<script>__NUXT__="), teaser, f"{TITLE} - News") == STORY


def test_what_is_no_json_is_left_alone() -> None:
    markup = "<script>window.__NUXT__=(function(a){return {b:a}}(1))</script>"
    assert find_hydrated_body(markup, STORY[:1], TITLE) == []


@given(
    st.recursive(
        st.none() | st.text(max_size=100),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner),
        max_leaves=20,
    )
)
def test_any_state_is_survived(value: object) -> None:
    found = find_hydrated_body(page(value, "<script>__NUXT__="), STORY[:1], TITLE)
    assert isinstance(found, list)
