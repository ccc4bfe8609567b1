"""Snippets: passages of whole words around what matched."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchapp.engines.analysis.terms import QueryTerm
from searchapp.engines.highlight.matches import PhraseMatch, QueryMatch, StemMatch, TermMatch
from searchapp.engines.highlight.passages import LENGTH
from searchapp.engines.highlight.snippets import SnippetSource, text_snippets, title_snippet
from searchapp.model import Article
from tests.engines.documents import LAW

BOTH = ("title", "text")
CAT: QueryMatch = StemMatch(BOTH, frozenset({"en:cat"}))
DOG: QueryMatch = TermMatch(BOTH, frozenset({"dog"}))
WORDS = st.sampled_from(("Cats", "dog.", "a", "bird,", "COVID-19", "\n\n", "end.\n", "東京", "𝒳"))
TEXTS = st.lists(WORDS, max_size=150).map(" ".join)


@given(TEXTS)
@LAW
def test_snippets_are_clean_pieces_of_the_text_with_every_range_a_match(text: str) -> None:
    whole = " ".join(text.split())
    words = set(whole.split())
    snippets = text_snippets(SnippetSource(Article("", text, language="en")), [CAT, DOG])
    for snippet in snippets:
        assert snippet.text in whole
        assert len(snippet.text) <= LENGTH
        assert set(snippet.text.split()) <= words
        for start, end in snippet.ranges:
            assert snippet.text[start:end] in ("Cats", "dog")
    matched = bool(re.search("Cats|dog", text))
    assert any(s.ranges for s in snippets) == matched
    assert bool(snippets) == bool(whole)


@given(TEXTS)
@LAW
def test_a_passage_with_both_words_is_preferred(text: str) -> None:
    together = "The dog saw cats."
    snippets = text_snippets(
        SnippetSource(Article("", f"{text}\n\n{together}", language="en")),
        [CAT, PhraseMatch(BOTH, (QueryTerm("saw", 0),), 0)],
    )
    assert any("saw cats" in s.text for s in snippets)


def test_a_passage_begins_with_a_sentence_and_two_are_shown() -> None:
    filler = "Nothing of interest happens in this sentence. " * 12
    text = f"{filler}The cat sat down. {filler}A dog barked at it. {filler}"
    first, second = text_snippets(SnippetSource(Article("", text, language="en")), [CAT, DOG])
    assert first.text.startswith("The cat sat down.")
    assert second.text.startswith("A dog barked")
    assert first.text.endswith(".")


@pytest.mark.parametrize("gap", range(LENGTH - 12, LENGTH + 4))
def test_a_passage_is_cut_at_its_reach_wherever_the_second_word_stands(gap: int) -> None:
    text = f"Cats {'x' * (gap - 6)} dogdogdog {'and so on ' * 60}"
    matches = [CAT, TermMatch(BOTH, frozenset({"dogdogdog"}))]
    snippets = text_snippets(SnippetSource(Article("", text, language="en")), matches)
    assert all(len(snippet.text) <= LENGTH for snippet in snippets)
    assert sum(len(snippet.ranges) for snippet in snippets) >= 1


def test_near_the_end_earlier_sentences_fill_the_passage() -> None:
    text = "One sentence here. " * 30 + "The cat."
    (snippet,) = text_snippets(SnippetSource(Article("", text, language="en")), [CAT])
    assert snippet.text.endswith("The cat.")
    assert len(snippet.text) > LENGTH - 30


@pytest.mark.parametrize(("lead", "expected"), [("The lead.", "The lead."), ("", "First words.")])
def test_without_a_match_the_lead_is_shown(lead: str, expected: str) -> None:
    article = SnippetSource(Article("cat", "First words.", lead=lead))
    assert [s.text for s in text_snippets(article, [CAT])] == [expected]


def test_a_mark_of_another_field_is_not_shown() -> None:
    match = StemMatch(("title",), frozenset({"en:cat"}))
    article = SnippetSource(Article("Cats", "Cats", language="en"))
    assert title_snippet(article, [match]).ranges == ((0, 4),)
    assert [s.ranges for s in text_snippets(article, [match])] == [()]


def test_overlapping_marks_become_one_range() -> None:
    matches: list[QueryMatch] = [
        TermMatch(BOTH, frozenset({"covid19"})),
        TermMatch(BOTH, frozenset({"covid"})),
    ]
    assert title_snippet(SnippetSource(Article("COVID-19", "")), matches).ranges == ((0, 8),)
