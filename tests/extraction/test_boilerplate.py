"""What stands around an article goes, what it says of itself stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchapp.extraction.boilerplate import (
    drop_boilerplate_blocks,
    drop_boilerplate_lines,
    is_notice,
)
from searchapp.extraction.dom.parser import parse

STORY = [
    "The council of the harbour town voted on Monday evening to reopen the old ferry line.",
    "Residents of the eastern islands had asked for the crossing again and again since then.",
    "The first boat is to leave in April, provided that the pier is repaired before winter.",
]


@pytest.mark.parametrize(
    "line",
    [
        "Read more: Lighthouse sold",
        "ALSO READ: Herring season begins",
        "Читайте также: Маяк продан",
        "Lesen Sie auch",
        "© 2021 Harbour News",
        "SOURCE: News agencies",
        "Subscribe to the morning newsletter",
        "责任编辑：王小明",
        "editor@harbour-news.example",
        "Photo: Tom Vane/Bay Gazette",
        "Empfohlener redaktioneller Inhalt",
        "05.09.2024 | 2:03 min",
        "Story continues below",
        "Our nonprofit newsroom needs readers like you.",
    ],
)
def test_a_line_that_sends_the_reader_elsewhere_is_a_notice(line: str) -> None:
    assert is_notice(line)


@pytest.mark.parametrize(
    "line",
    [
        *STORY,
        "Read the letter aloud, the judge said, and the clerk read it.",
        "Related parties must be named in the report.",
        "Photo albums: three of them were found in the keeper's house.",
        "Watch committees were founded in 1835 and met behind closed doors.",
    ],
)
def test_a_sentence_of_the_story_is_no_notice(line: str) -> None:
    assert not is_notice(line)


def test_title_byline_and_date_before_the_story_go() -> None:
    head = ["Ferry line to reopen", "Jane Doe", "Published 14 March 2021"]
    found = drop_boilerplate_lines([*head, *STORY], "Ferry line to reopen", ("Jane Doe",))
    assert found == STORY


def test_a_list_of_further_reading_behind_the_story_goes() -> None:
    teasers = ["Related articles", "Lighthouse sold at auction", "Herring season begins"]
    assert drop_boilerplate_lines([*STORY, *teasers], "") == STORY


def test_a_section_of_the_story_named_like_a_list_stays() -> None:
    section = ["Related stories", " ".join(STORY), " ".join(reversed(STORY))]
    assert drop_boilerplate_lines([*STORY, *section], "")[-1] == section[-1]


@given(st.lists(st.text(min_size=1, max_size=60), min_size=1, max_size=12), st.text(max_size=30))
def test_a_text_is_never_emptied_and_never_added_to(lines: list[str], title: str) -> None:
    found = drop_boilerplate_lines(lines, title)
    assert found
    assert set(found) <= set(lines)


def test_a_block_that_its_name_calls_furniture_goes() -> None:
    story = "".join(f"<p>{line}</p>" for line in 3 * STORY)
    tree = parse(f"<body><div>{story}</div><div class='cookie-notice'>We use cookies.</div></body>")
    drop_boilerplate_blocks(tree)
    assert "cookies" not in tree.text_content()
    assert STORY[0] in tree.text_content()


def test_a_block_with_the_story_stays_whatever_its_name() -> None:
    story = "".join(f"<p>{line}</p>" for line in 3 * STORY)
    tree = parse(f"<body><div class='modal newsletter'>{story}</div></body>")
    drop_boilerplate_blocks(tree)
    assert STORY[0] in tree.text_content()


@pytest.mark.parametrize(
    "heading", ["Comments (2)", "12 Kommentare", "网友评论", "About the author", "Об авторе"]
)
def test_whatever_stands_behind_a_certain_ending_goes(heading: str) -> None:
    story = [f"{line} {number}" for number in range(3) for line in STORY]
    comments = [line.replace("The", "A") for line in STORY]
    assert drop_boilerplate_lines([*story, heading, *comments], "") == story
    assert drop_boilerplate_lines([STORY[0], heading, *story], "")[-1] == story[-1]
