"""A phrase is looked for a block of docs at a time, with the ends of its chains alone in memory."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from searchapp.engines.analysis.terms import QueryTerm
from searchapp.engines.whoosh.query import phrase
from searchapp.engines.whoosh.query.phrase import phrase_postings
from searchapp.engines.whoosh.segment.postings import Postings
from searchapp.engines.whoosh.segment.types import Array

SIZE, TIMES = 2_000, 50


def every_position(offset: int = 0, size: int = SIZE) -> Postings:
    """A term that each doc has at every second position."""
    positions: Array = np.tile(np.arange(TIMES, dtype=np.uint16) * 2 + offset, size)
    return Postings(np.arange(size, dtype=np.int32), np.full(size, TIMES, np.uint8), positions)


def test_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    terms = [QueryTerm(term, n) for n, term in enumerate("abab")]
    postings = {"a": every_position(), "b": every_position(1)}
    whole = phrase_postings(terms, postings, 0)
    monkeypatch.setattr(phrase, "_BLOCK", 1_000)
    cut = phrase_postings(terms, postings, 0)
    assert whole.docs.tolist() == cut.docs.tolist() == list(range(SIZE))
    assert whole.frequencies.tolist() == cut.frequencies.tolist() == [TIMES - 1] * SIZE


@pytest.mark.parametrize("block", [7, 30, 49, 50, 51, 99])
@pytest.mark.parametrize("slop", [0, 3, 40])
@pytest.mark.parametrize("phrase_", ["ab", "abab", "aa", "ba"])
def test_a_text_looked_at_in_windows_has_the_same_sequences(
    monkeypatch: pytest.MonkeyPatch, block: int, slop: int, phrase_: str
) -> None:
    terms = [QueryTerm(term, n) for n, term in enumerate(phrase_)]
    postings = {term: every_position("ab".index(term), 5) for term in sorted(set(phrase_))}
    whole = phrase_postings(terms, postings, slop)
    monkeypatch.setattr(phrase, "_BLOCK", block)
    cut = phrase_postings(terms, postings, slop)
    assert whole.docs.tolist() == cut.docs.tolist()
    assert whole.frequencies.tolist() == cut.frequencies.tolist()


def test_memory_does_not_grow_with_one_text() -> None:
    """A text of five million words that are all the same."""
    size = 5_000_000
    long = Postings(
        np.zeros(1, np.int32), np.full(1, size, np.int32), np.arange(size, dtype=np.uint32)
    )
    terms = [QueryTerm("a", n) for n in range(5)]
    tracemalloc.start()
    found = phrase_postings(terms, {"a": long}, 0)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.frequencies.tolist() == [size - 4]
    assert most < 60 << 20


def test_memory_does_not_grow_with_the_words() -> None:
    def peak(words: int) -> int:
        terms = [QueryTerm("ab"[n % 2], n) for n in range(words)]
        tracemalloc.start()
        phrase_postings(terms, {"a": every_position(), "b": every_position(1)}, 1_000)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(2)  # what is loaded and compiled once
    assert peak(60) < 1.5 * peak(4)


def test_each_step_is_spent() -> None:
    steps: list[int] = []
    terms = [QueryTerm("a", 2 * n) for n in range(30)]
    phrase_postings(terms, {"a": every_position()}, 0, lambda: steps.append(1))
    assert len(steps) == 30
