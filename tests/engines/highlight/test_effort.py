"""Marking long texts costs a bounded number of steps, and the same text has the same marks."""

from __future__ import annotations

from itertools import pairwise
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchapp.engines.analysis.terms import QueryTerm
from searchapp.engines.highlight import source_text
from searchapp.engines.highlight.effort import MOST_STEPS, Effort
from searchapp.engines.highlight.matches import (
    PatternMatch,
    PhraseMatch,
    QueryMatch,
    StemMatch,
    TermMatch,
)
from searchapp.engines.highlight.snippets import SnippetSource, text_snippets
from searchapp.engines.highlight.source_text import windows
from searchapp.model import Article
from tests.engines.documents import LAW

TEXT = ("text",)
PHRASE = PhraseMatch(TEXT, (QueryTerm("harbour", 0), QueryTerm("master", 1)), 0)
HARBOUR = StemMatch(TEXT, frozenset({"en:harbour"}))
MATCHES: list[QueryMatch] = [
    HARBOUR,
    PHRASE,
    PhraseMatch(TEXT, (QueryTerm("a", 0), QueryTerm("a", 1), QueryTerm("a", 2)), 1000),
    PatternMatch(TEXT, "h*"),
    PatternMatch(TEXT, "*a*"),
    PatternMatch(TEXT, "?"),
    TermMatch(TEXT, frozenset({"harbour", "a", "co", "港口"})),
    TermMatch(TEXT, frozenset({f"{c}arbour" for c in "bcdfghjklm"})),
    PhraseMatch(TEXT, (QueryTerm("港口", 0), QueryTerm("主人", 2)), 5),
]
HOSTILE = {
    "words": "harbour master and some more words of it ",
    "letters": "a ",
    "one word": "a",
    "one run": "harbour-master.",
    "joined": "co-operate U.S. har-bour o'harbour ",
    "accents": "hàrbour straße Œuvre ",
    "ideographs": "港口主人海边",
    "lines": "a\n\n",
    "signs": "-'&.@",
    "mixed": "港口harbour'straße-",
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_megabyte_of_any_text_are_marked_within_the_effort(kind: str) -> None:
    text = HOSTILE[kind] * (1_000_000 // len(HOSTILE[kind].encode()))
    effort = Effort()
    start = process_time()
    snippets = text_snippets(SnippetSource(Article("", text, language="en")), MATCHES, effort)
    # A share of half a second on a machine at rest.
    assert process_time() - start < 4
    again = text_snippets(SnippetSource(Article("", text, language="en")), MATCHES, Effort())
    assert again == snippets


@pytest.mark.parametrize("match", [HARBOUR, PHRASE, PatternMatch(TEXT, "*arbour")])
def test_the_only_match_is_shown_however_far_behind(match: QueryMatch) -> None:
    text = f"{'Nothing of note happened on this day. ' * 50_000}The harbour master slept."
    (snippet,) = text_snippets(SnippetSource(Article("", text, language="en")), [match])
    start, end = snippet.ranges[0]
    assert snippet.text[start:end] == "harbour"


def test_many_long_documents_leave_something_to_an_ordinary_one() -> None:
    effort = Effort()
    long = SnippetSource(Article("", "harbour master " * 100_000, language="en"))
    for _ in range(9):
        effort.begin_document()
        assert text_snippets(long, MATCHES, effort)[0].ranges
    effort.begin_document()
    short = SnippetSource(Article("", "A harbour. " * 50, language="en"))
    assert text_snippets(short, [HARBOUR], effort)[0].ranges


def test_without_effort_nothing_is_marked() -> None:
    source = SnippetSource(Article("", "A harbour.", language="en"))
    assert text_snippets(source, [HARBOUR], Effort(0))[0].ranges == ()
    assert text_snippets(source, [HARBOUR], Effort(MOST_STEPS))[0].ranges == ((2, 9),)


PIECES = st.sampled_from(
    ("harbour", "harbour master", "harbours", " ", "\n", "x", "har-bour", "master", "港口", ". ")
)


@given(st.lists(PIECES, max_size=80).map(" ".join))
@LAW
def test_a_text_in_windows_has_the_marks_of_the_whole(text: str) -> None:
    source = Article("", text, language="en")
    whole = text_snippets(SnippetSource(source), MATCHES)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(source_text, "_WINDOW", 120)
        patch.setattr(source_text, "_OVERLAP", 60)
        ranges = list(windows(text))
        # A proximity may reach over more than windows overlap by.
        near = [match for match in MATCHES if not isinstance(match, PhraseMatch)] + [PHRASE]
        parts = text_snippets(SnippetSource(source), near)
    assert parts == text_snippets(SnippetSource(source), near)
    assert bool(whole) == bool(parts)
    assert [a for a, _ in ranges] == sorted({a for a, _ in ranges})
    assert not ranges or (ranges[0][0], ranges[-1][1]) == (0, len(text))
    assert all(start < stop for (_, stop), (start, _) in pairwise(ranges))
