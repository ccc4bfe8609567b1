"""Text dumps -> title, date, lead and paragraphs."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchapp.extraction.page import extract_page
from searchapp.extraction.textdump.dump import read_dump
from searchapp.model import Confidence, RawPage
from searchapp.sources.listing import read_page

LATEST = date(2030, 1, 1)
FIRST = "The council of the harbour town voted on Monday evening to reopen the old ferry line."
SECOND = "Residents of the eastern islands had asked for the crossing again and again since then."
SEED = Path(__file__).parents[4] / "shared/samples/seed/000_a723e653b1232247.txt"


@pytest.mark.parametrize(
    ("dump", "iso", "method"),
    [
        (f"date 2020-10-04 {{{{x}}}}\nA title\n\n{FIRST}", "2020-10-04", "text-header"),
        (f"A title\nPublished: 4 October 2020\n\n{FIRST}", "2020-10-04", "text-header"),
        (f"A title\n\nLONDON, Oct. 4, 2020 (Reuters) - {FIRST}", "2020-10-04", "dateline"),
        (f"A title\n\nMOSCOW, October 4, 2020. /TASS/. {FIRST}", "2020-10-04", "dateline"),
        (f"A title\nOctober 4, 2020\n{FIRST}\n{SECOND}", "2020-10-04", "text"),
    ],
)
def test_dates_of_dumps(dump: str, iso: str, method: str) -> None:
    found = read_dump(dump, LATEST).published
    assert found is not None
    assert (found.iso, found.method, found.confidence) == (iso, method, Confidence.HIGH)


def test_a_dump_that_states_no_date_has_none() -> None:
    assert read_dump(f"A title\n\n{FIRST} It began in 2020.\n\n{SECOND}", LATEST).published is None
    assert read_dump(f"date 2031-01-01\nA title\n\n{FIRST}", LATEST).published is None


def test_menus_notices_and_code_go_but_headings_stay() -> None:
    dump = "\n".join(
        [
            "Ferry line to reopen",
            *["Home", "News", "Sport", "Weather", "Log in"],
            "We use cookies to improve your visit. Accept all",
            FIRST,
            "Who pays",
            SECOND,
            "Share on Facebook",
            "window.ads = function () { return 1; };",
            FIRST.replace("Monday", "Tuesday"),
            *["Read also", "Lighthouse sold", "Herring season"],
            "© 2021 Harbour News. All rights reserved.",
        ]
    )
    assert read_dump(dump, LATEST).paragraphs == [
        FIRST,
        "Who pays",
        SECOND,
        FIRST.replace("Monday", "Tuesday"),
    ]


def test_a_menu_within_the_story_goes() -> None:
    menu = ["Markets", "Weather", "Traffic", "Jobs", "Homes", "Cars"]
    before, after = f"{FIRST} {SECOND} {FIRST}", f"{SECOND} {FIRST} {SECOND} {SECOND}"
    dump = "\n".join(["A title for it", before, *menu, after])
    assert read_dump(dump, LATEST).paragraphs == [before, after]


def test_a_standfirst_that_the_body_repeats_is_said_once() -> None:
    dump = f"A title for it\n\n{SECOND[:-1]}\n\n{FIRST}\n\n{SECOND} More was said."
    found = read_dump(dump, LATEST)
    assert (found.lead, found.paragraphs) == (SECOND[:-1], [FIRST, f"{SECOND} More was said."])


def test_paragraphs_that_only_begin_alike_all_stay() -> None:
    said = [
        "The minister said that the ferry line of the islands was to reopen.",
        "The minister said that the ferry line of the islands was to reopen in May, not in June.",
        FIRST,
        "The minister said that the ferry line of the islands was to reopen. Nobody asked him why.",
    ]
    dump = "\n\n".join(["A title for it", *said])
    assert read_dump(dump, LATEST).paragraphs == said


def test_a_dump_about_templates_keeps_its_code() -> None:
    code = "{% for boat in fleet %}{{ boat.name }}{% endfor %}"
    dump = f"{{% for %}} loops in Jinja\n\n{FIRST} So Jinja has loops.\n\n{code}\n\n{SECOND}"
    found = read_dump(dump, LATEST)
    assert code in found.paragraphs
    assert found.title == "{% for %} loops in Jinja"


def test_a_text_of_short_lines_is_kept_whole() -> None:
    assert read_dump("Roses\nare red\nviolets\nare blue", LATEST).paragraphs


@pytest.mark.skipif(not SEED.exists(), reason="the shared samples are not here")
def test_the_seed_document() -> None:
    article = extract_page(read_page(str(SEED), 1 << 20))
    assert article.title == (
        "Russian, Armenian top diplomats discuss ways out of Nagorno-Karabakh conflict"
    )
    assert article.lead.startswith("The Russian top diplomat expressed concern over the growing")
    assert article.text.startswith("MOSCOW, October 4. /TASS/. Russian Foreign Minister")
    assert "{{" not in article.text
    assert article.published is not None
    assert (article.published.iso, article.published.method) == ("2020-10-04", "text-header")


SENTENCES = st.lists(
    st.text(alphabet="abcdefgh äéж{}[]|<>&;.,!?-\"'", min_size=1, max_size=140),
    min_size=1,
    max_size=12,
)


@settings(max_examples=200, deadline=None)
@given(SENTENCES)
def test_cleaning_a_cleaned_dump_changes_nothing(lines: list[str]) -> None:
    once = read_dump("\n".join(["The title of a text", *lines]), LATEST)
    again = read_dump("\n\n".join([once.title, *once.paragraphs]), LATEST)
    assert (again.title, again.paragraphs) == (once.title, once.paragraphs)


def test_prose_that_mentions_tags_is_a_dump() -> None:
    text = f"Notes on markup\n\n{FIRST} The <br> tag ends a line.\n\n{SECOND}"
    assert "<br>" in extract_page(RawPage("/a.txt", text.encode())).text


def test_the_line_above_a_dateline_is_the_standfirst() -> None:
    standfirst = "Judges say the fishermen should have been heard"
    story = f"PORT ELSIN, January 28, 2021. /NNA/. {FIRST}"
    found = read_dump(f"A title for it\n\n{standfirst}\n\n{story}\n\n{SECOND}", LATEST)
    assert found.lead == standfirst
    assert found.paragraphs == [standfirst, story, SECOND]
    assert found.published is not None
    assert (found.published.iso, found.published.method) == ("2021-01-28", "dateline")


def test_a_month_in_the_header_is_a_month() -> None:
    found = read_dump(f"A TITLE FOR IT\n\nPublished December 2020\n\n{FIRST}\n\n{SECOND}", LATEST)
    assert found.published is not None
    assert found.published.iso == "2020-12"


def test_comments_behind_the_story_go() -> None:
    story = [FIRST, SECOND, FIRST.replace("Monday", "Tuesday"), SECOND.replace("again", "often")]
    comments = [
        line
        for day in range(1, 6)
        for line in (
            f"Reader {day} says:",
            f"{day} May 2021",
            f"I never liked boat {day}. Not one bit.",
        )
    ]
    found = read_dump("\n".join(["A title for it", *story, *comments]), LATEST)
    assert found.paragraphs == story


def test_a_caption_between_paragraphs_goes() -> None:
    story = [FIRST, SECOND, FIRST.replace("Monday", "Tuesday"), SECOND.replace("again", "often")]
    caption = (
        "The old ferry Polaris at its berth in the harbour of Westhaven, seen from the north pier"
    )
    found = read_dump("\n".join(["A title for it", *story[:3], caption, story[3]]), LATEST)
    assert found.paragraphs == story


def test_the_sentence_between_heading_and_story_is_the_standfirst() -> None:
    told = "After nine years the islands are to get back the boat that they asked for every spring."
    lines = ["Ferry line to reopen - Bay Gazette", "Home", "Sport", "Ferry line to reopen", told]
    lines += [
        "By Edwin Marlowe",
        "Photo: Tom Vane",
        "Share",
        "Print",
        FIRST,
        SECOND,
        FIRST[:-1] + " again.",
    ]
    found = read_dump("\n".join(lines), LATEST)
    assert found.lead == told
    assert found.paragraphs[:3] == [told, FIRST, SECOND]


@pytest.mark.parametrize(
    "tag",
    [
        f'<a class=image href="/boats" style="background:url({"x" * 6000})">',
        '<a aria-label="article image" href="/boats',
        'a]:text-link dark:[&_>a]:text-dark [&_>a:hover]:underline">',
    ],
)
def test_a_tag_that_a_crawler_cut_goes(tag: str) -> None:
    kept = FIRST if tag.endswith(">") else ""
    dump = f"Ferry line to reopen\n{SECOND}\n{tag}{kept}\n{FIRST[:-1]} again."
    assert "".join(read_dump(dump, LATEST).paragraphs) == f"{SECOND}{kept}{FIRST[:-1]} again."
