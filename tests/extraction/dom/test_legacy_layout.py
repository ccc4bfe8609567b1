"""Pages laid out as before 2012: tables in tables, side columns, stories of line breaks."""

from __future__ import annotations

from lxml.html import HtmlElement, document_fromstring

from searchapp.extraction.dom.legacy_layout import split_at_line_breaks, unfold_layout_tables

LINES = [
    "The council of the harbour town voted on Monday evening to reopen the old ferry line.",
    "Residents of the eastern islands had asked for the crossing again and again since then.",
    "The first boat is to leave in April, provided that the pier is repaired before winter.",
    "The works are expected to cost four million pounds, half of which the county is to pay.",
]


def paragraphs(tree: HtmlElement) -> list[str]:
    return [" ".join("".join(part.itertext()).split()) for part in tree.iter("p")]


def split(markup: str) -> HtmlElement:
    tree = document_fromstring(markup)
    split_at_line_breaks(tree)
    return tree


def test_stretches_between_breaks_become_paragraphs() -> None:
    assert paragraphs(split(f"<div>{'<br><br>'.join(LINES)}</div>")) == LINES


def test_a_font_element_may_hold_the_story() -> None:
    tree = split(f"<td><font size=2>{'<br>'.join(LINES)}</font></td>")
    assert paragraphs(tree) == LINES
    assert not tree.findall(".//font")


def test_words_in_inline_elements_stay_in_their_sentence() -> None:
    marked = [line.replace("the", "<b>the</b>", 1) for line in LINES]
    assert paragraphs(split(f"<div>{'<br>'.join(marked)}</div>")) == LINES


def test_blocks_between_breaks_stay_blocks() -> None:
    tree = split(f"<div>{'<br>'.join(LINES[:3])}<ul><li>Fares</li></ul>{LINES[3]}<br></div>")
    assert paragraphs(tree) == LINES
    assert [item.text for item in tree.iter("li")] == ["Fares"]


def test_an_address_of_short_lines_is_no_story() -> None:
    assert paragraphs(split(f"<div>{'<br>'.join(['Pier 4', 'Westhaven', 'Bay'] * 30)}</div>")) == []


def unfolded(side: str, main: str = "480") -> str:
    story = "<br><br>".join(LINES)
    tree = document_fromstring(
        f"<table><tr><td width='{side}'>{LINES[0][:70]} - teaser</td>"
        f"<td width='{main}'>{story}</td></tr></table>"
    )
    unfold_layout_tables(tree)
    assert not tree.findall(".//table")
    return " ".join(map(str, tree.itertext()))


def test_a_narrow_column_beside_the_story_goes() -> None:
    assert "teaser" not in unfolded("160")
    assert "teaser" not in unfolded("20%", "60%")


def test_a_column_as_wide_as_the_story_or_measured_otherwise_stays() -> None:
    assert "teaser" in unfolded("480")
    assert "teaser" in unfolded("20%")
    assert all(line in unfolded("160") for line in LINES)


def test_a_table_of_data_stays_a_table() -> None:
    tree = document_fromstring("<table><tr><td>1904</td><td>1,212</td></tr></table>")
    unfold_layout_tables(tree)
    assert len(tree.findall(".//td")) == 2
