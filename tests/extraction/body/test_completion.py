"""Paragraphs checked against the stated body, and the headings put back above them."""

from __future__ import annotations

from lxml.html import document_fromstring

from searchapp.extraction.body.completion import drop_unstated, restore_headings

STORY = [
    "The council of the harbour town voted on Monday evening to reopen the old ferry line.",
    "Residents of the eastern islands had asked for this crossing again and again since then.",
    "It is April when the first boat is to leave, provided that the pier has been repaired.",
    "Four million pounds is what the works should cost, half of which the county is to pay.",
    "Whoever runs boats will be chosen by tender next month, a statement of the mayor says.",
    "Nobody knows yet what a ticket for the whole family and the story of it will be worth.",
]
TEASER = "Bus drivers in the capital go on strike from tomorrow, demanding higher pay for all."


def test_a_stranger_among_the_paragraphs_goes() -> None:
    assert drop_unstated([*STORY[:3], TEASER, *STORY[3:], TEASER], [" ".join(STORY)]) == STORY


def test_an_opening_and_a_heading_stay() -> None:
    found = ["A standfirst that the stated body leaves out, as most of them do.", *STORY[:3]]
    found += ["What comes next", *STORY[3:]]
    assert drop_unstated(found, [" ".join(STORY)]) == found


def test_a_body_that_knows_little_decides_nothing() -> None:
    assert drop_unstated([*STORY, TEASER], [STORY[0]]) == [*STORY, TEASER]
    assert drop_unstated([*STORY, TEASER], []) == [*STORY, TEASER]


def test_entities_and_links_make_no_stranger() -> None:
    found = [line.replace("the", '"the"') for line in STORY]
    stated = " ".join(line.replace("the", "&quot;the&quot; lit&nbsp;") for line in STORY)
    assert drop_unstated(found, [stated]) == found


def test_a_heading_above_a_paragraph_is_put_back() -> None:
    tree = document_fromstring(
        f"<div><h2>Elsewhere</h2><p>{TEASER}</p></div><p>{STORY[0]}</p>"
        f"<div><h2><span>What comes next</span></h2></div><div><p>{STORY[1]}</p></div>"
    )
    assert restore_headings(STORY[:2], tree) == [STORY[0], "What comes next", STORY[1]]


def test_a_heading_that_is_a_link_leads_elsewhere() -> None:
    tree = document_fromstring(
        f"<p>{STORY[0]}</p><h3><a href='/x'>Other news</a></h3><p>{STORY[1]}</p>"
    )
    assert restore_headings(STORY[:2], tree) == STORY[:2]
