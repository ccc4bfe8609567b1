"""Passages: what is found near a place is what is found in the whole text."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from searchapp.engines.highlight.passages import LENGTH, passage_stop, sentence_ends, single_spaced
from tests.engines.documents import LAW

SENTENCE_END = re.compile(r"[.!?…]+[\"'»”’)\]]*\s+|[。！？]+[」』”]*|\n\s*\n")
PIECES = st.sampled_from(
    ("word", ". ", "...", '." ', "!\n", "\n\n", " \n \n ", "  ", "。", "！」", "…")
)
TEXTS = st.lists(PIECES, max_size=40).map("".join)


@given(TEXTS, st.integers(0, 80), st.integers(0, 80))
@LAW
def test_sentences_near_a_place_end_where_those_of_the_text_do(
    text: str, first: int, length: int
) -> None:
    first, last = min(first, len(text)), first + length
    ends = [m.end() for m in SENTENCE_END.finditer(text)]
    assert sentence_ends(text, first, last) == [e for e in ends if first < e <= last]


@given(TEXTS, st.integers(0, 80))
@LAW
def test_a_passage_has_single_spaces_and_its_ranges_the_same_letters(text: str, first: int) -> None:
    words = [m.span() for m in re.finditer(r"\S+", text)]
    passage, ranges = single_spaced(text, (first, len(text)), words)
    assert passage == " ".join(text[first:].split())
    inside = [text[a:b] for a, b in words if a >= first]
    assert [passage[a:b] for a, b in ranges] == inside


def test_a_passage_without_a_sentence_end_stops_between_words() -> None:
    for text in ("syllable " * 40, "syllablé\t" * 40):
        assert text[passage_stop(text, 9, LENGTH) - 1].isspace()
    assert passage_stop("x" * 300, 9, LENGTH) == 9
    assert passage_stop("東京都庁" * 80, 9, LENGTH) == LENGTH
