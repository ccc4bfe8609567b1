"""The words found without reading the others are those that reading all finds."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchapp.engines.analysis import QueryTerm, analyse, query_terms
from searchapp.engines.whoosh.marks import Mark, PhraseMark, StemMark, TermMark
from searchapp.engines.whoosh.snippets import Shown, text_snippets
from searchapp.engines.whoosh.stemming import stemmer
from searchapp.engines.whoosh.words import Text
from searchapp.model import Article
from tests.engines.documents import LAW

BOTH = ("title", "text")
PLAIN = ("dying", "die", "Dies", "U.S.", "US", "x-ray", "Xrays", "O'Brien", "brien", "COVID-19,")
ODD = (
    "café",
    "CAFES",
    "ÉTÉ",
    "l’été",
    "straße",
    "东京都",
    "Ærø",
    "cafe\u0301",
    "“Covid”",
    "co\u00advid",
)
WORDS = st.sampled_from(
    (
        *PLAIN,
        *ODD,
        "a",
        "a\tdie",
        "us\nx-ray",
        "of\n\n",
        "\t",
        "(die)",
        "AT&T",
        "3.5",
        "ИЮЛЬ",
        "июля",
    )
)
FAR = " ".join(["of the Lindholm port"] * 40)
TEXTS = st.one_of(
    st.lists(st.sampled_from((*PLAIN, "--", FAR, "x" * 90)), max_size=12).map(" ".join),
    st.lists(WORDS, max_size=40).map(" ".join),
    st.lists(st.sampled_from(PLAIN), max_size=40).map(" ".join),
    st.text(max_size=60),
)


@st.composite
def marks(draw: st.DrawFn) -> Mark:
    language = draw(st.sampled_from(("en", "fr", "ru", None)))
    terms = [t for w in draw(st.lists(WORDS, min_size=1, max_size=3)) for t in query_terms(w)[0]]
    kind = draw(st.sampled_from((StemMark, TermMark, PhraseMark)))
    if kind is StemMark:
        return StemMark(BOTH, frozenset(stemmer(language)(t.term) for t in terms))
    if kind is TermMark or not terms:
        return TermMark(BOTH, frozenset(t.term for t in terms))
    placed = tuple(QueryTerm(t.term, n) for n, t in enumerate(terms))
    return PhraseMark(BOTH, placed, draw(st.integers(0, 3)))


@given(TEXTS, marks(), st.sampled_from(("en", "fr", "ru", None)))
@LAW
def test_a_mark_finds_what_it_finds_among_all_words(
    text: str, mark: Mark, language: str | None
) -> None:
    found = mark.tokens(Text(text), language)
    expected = mark.ranges(list(analyse(text)), language)
    assert sorted(mark.ranges(found, language)) == sorted(expected)


@pytest.mark.parametrize("word", ["harbour", "hárbour"])
def test_a_text_of_a_megabyte_takes_no_time_to_speak_of(word: str) -> None:
    text = f"The {word} of Lindholm was quiet, and the ferries stayed in port that day.\n" * 14_000
    start = time.process_time()
    for mark in (StemMark(BOTH, frozenset({"en:harbour"})), StemMark(BOTH, frozenset({"en:zz"}))):
        text_snippets(Shown(Article("", text, language="en")), [mark])
    assert time.process_time() - start < 1


@pytest.mark.parametrize("words", [("harbour", "port"), ("port", "harbour")])
@pytest.mark.parametrize("slop", [0, 1, 3])
@pytest.mark.parametrize("between", ["x ", "Lindholm-Nord -- ", f"{'x' * 90} "])
def test_words_as_far_apart_as_they_may_be_are_found(
    words: tuple[str, str], slop: int, between: str
) -> None:
    mark = PhraseMark(BOTH, tuple(QueryTerm(word, n) for n, word in enumerate(words)), slop)
    for apart in (slop - 1, slop, slop + 1):
        text = f"{FAR} {words[0]} {between * apart}{words[1]} {FAR}"
        tokens = mark.tokens(Text(text), None)
        assert mark.ranges(tokens, None) == mark.ranges(list(analyse(text)), None)
