"""The words found without reading the others are those that reading all finds."""

from __future__ import annotations

import time
from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchapp.engines.analysis.stemming import stemmer
from searchapp.engines.analysis.terms import QueryTerm, analyse, query_terms
from searchapp.engines.highlight.matches import (
    PatternMatch,
    PhraseMatch,
    QueryMatch,
    StemMatch,
    TermMatch,
)
from searchapp.engines.highlight.snippets import SnippetSource, text_snippets
from searchapp.engines.highlight.source_text import SourceText
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
    "co\u200bvid",
    "東京",
    "カ\u3099ス",
    "ｶﾞｽ",
    "ガス・",
    "１２",
    "a東b",
    "ΟΔΟΣ",
    "İst",
    "ờ",
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
    st.text("abuU sS.'’-&@,+#_1Ａß\u0301\u00ad東京ー。\u3000\n", max_size=40),
)


@st.composite
def patterns(draw: st.DrawFn, term: str) -> str:
    """A pattern that the term fits, or nearly."""
    first, last = sorted(draw(st.tuples(*[st.integers(0, len(term))] * 2)))
    return f"{term[:first]}{draw(st.sampled_from('*?'))}{term[last:]}"


@st.composite
def matches(draw: st.DrawFn) -> QueryMatch:
    language = draw(st.sampled_from(("en", "fr", "ru", None)))
    written = draw(st.lists(WORDS | TEXTS, min_size=1, max_size=3))
    terms = [t for word in written for t in query_terms(word)[0]] or [QueryTerm("us", 0)]
    kind = draw(st.sampled_from((StemMatch, TermMatch, PatternMatch, PhraseMatch)))
    if kind is StemMatch:
        return StemMatch(BOTH, frozenset(stemmer(language)(t.term) for t in terms))
    if kind is TermMatch:
        return TermMatch(BOTH, frozenset(t.term for t in terms))
    if kind is PatternMatch:
        return PatternMatch(BOTH, draw(patterns(terms[0].term)))
    placed = tuple(QueryTerm(t.term, n) for n, t in enumerate(terms))
    return PhraseMatch(BOTH, placed, draw(st.integers(0, 3)))


@given(TEXTS, matches(), st.sampled_from(("en", "fr", "ru", None)))
@LAW
def test_a_mark_finds_what_it_finds_among_all_words(
    text: str, match: QueryMatch, language: str | None
) -> None:
    assert sorted(match.ranges(SourceText(text), language)) == sorted(
        among_all(match, text, language)
    )


def among_all(match: QueryMatch, text: str, language: str | None) -> list[tuple[int, int]]:
    """Where a mark stands among all tokens of a text."""
    tokens = list(analyse(text))
    match match:
        case StemMatch(_, stems):
            return [(t.start, t.end) for t in tokens if stemmer(language)(t.term) in stems]
        case PhraseMatch(_, terms) if len(terms) > 1:
            return match.ranges_among(tokens)
        case PhraseMatch(_, terms):
            return [(t.start, t.end) for t in tokens if t.term == terms[0].term]
        case PatternMatch(_, pattern):
            return [(t.start, t.end) for t in tokens if fnmatchcase(t.term, pattern)]
        case TermMatch(_, wanted):
            return [(t.start, t.end) for t in tokens if t.term in wanted]
    raise AssertionError(match)


@pytest.mark.parametrize("term", ["東", "東京", "京都", "ー"])
def test_ideographs_are_found_beside_letters_and_one_another(term: str) -> None:
    text = "a東b 2東京都 東。京 東京x カー東゙"
    match = TermMatch(BOTH, frozenset({term}))
    assert sorted(match.ranges(SourceText(text), None)) == sorted(among_all(match, text, None))


@pytest.mark.parametrize("word", ["harbour", "hárbour"])
def test_a_text_of_a_megabyte_takes_no_time_to_speak_of(word: str) -> None:
    text = f"The {word} of Lindholm was quiet, and the ferries stayed in port that day.\n" * 14_000
    start = time.process_time()
    for match in (
        StemMatch(BOTH, frozenset({"en:harbour"})),
        StemMatch(BOTH, frozenset({"en:zz"})),
    ):
        text_snippets(SnippetSource(Article("", text, language="en")), [match])
    assert time.process_time() - start < 5


@pytest.mark.parametrize("words", [("harbour", "port"), ("port", "harbour")])
@pytest.mark.parametrize("slop", [0, 1, 3])
@pytest.mark.parametrize("between", ["x ", "Lindholm-Nord -- ", f"{'x' * 90} "])
def test_words_as_far_apart_as_they_may_be_are_found(
    words: tuple[str, str], slop: int, between: str
) -> None:
    match = PhraseMatch(BOTH, tuple(QueryTerm(word, n) for n, word in enumerate(words)), slop)
    for apart in (slop - 1, slop, slop + 1):
        text = f"{FAR} {words[0]} {between * apart}{words[1]} {FAR}"
        assert match.ranges(SourceText(text), None) == among_all(match, text, None)
