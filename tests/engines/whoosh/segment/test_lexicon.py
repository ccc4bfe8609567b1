"""Which words a pattern or a misspelling means, against definitions."""

from __future__ import annotations

from fnmatch import fnmatchcase

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from searchapp.engines.analysis.name_key import name_key
from searchapp.engines.whoosh.segment.lexicon import Lexicon
from tests.engines.documents import LAW
from tests.engines.oracle import edits

WORDS = st.text("abc1é東𝒳", min_size=1, max_size=6)
LEXICONS = st.lists(WORDS, max_size=20)


def lexicon(words: list[str]) -> Lexicon:
    return Lexicon.of(sorted({word.encode() for word in words}))


@given(LEXICONS, WORDS, st.integers(1, 2))
@LAW
def test_within_is_edit_distance(words: list[str], word: str, distance: int) -> None:
    expected = {w: edits(word, w) for w in words if edits(word, w) <= distance}
    assert lexicon(words).within_edits(word, distance) == expected


@example([], "**")
@given(LEXICONS, st.text("abc*?é", min_size=1, max_size=6))
@LAW
def test_matching_is_the_pattern(words: list[str], pattern: str) -> None:
    every = sorted(set(words))
    expected = [n for n, word in enumerate(every) if fnmatchcase(word, pattern)]
    assert lexicon(words).matching(pattern).tolist() == expected


@pytest.mark.parametrize(("word", "near"), [("ac", {"abc": 1}), ("bac", {"abc": 1}), ("x", {})])
def test_a_swap_of_neighbours_is_one_edit(word: str, near: dict[str, int]) -> None:
    assert lexicon(["abc"]).within_edits(word, 1) == near


def test_a_very_long_word_is_only_itself() -> None:
    word = "x" * 60
    assert lexicon([word]).within_edits(word, 2) == {word: 0}
    assert lexicon([word]).within_edits(word[1:], 2) == {}


@given(LEXICONS, WORDS)
@LAW
def test_beginning_gives_the_first_in_code_point_order(words: list[str], head: str) -> None:
    expected = sorted({w for w in words if w.startswith(head)})
    assert lexicon(words).with_prefix(head, 3) == expected[:3]


NAMES = st.text("abgkszhcy1é", min_size=1, max_size=8)


@given(st.lists(NAMES, max_size=20), NAMES)
@LAW
def test_a_key_finds_every_word_that_has_it(words: list[str], word: str) -> None:
    if key := name_key(word):
        found = set(lexicon(words).with_key(key))
        assert {w for w in words if name_key(w) == key} <= found <= set(words)
