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


def every_position(offset: int = 0) -> Postings:
    """A term that each doc has at every second position."""
    positions: Array = np.tile(np.arange(TIMES, dtype=np.uint16) * 2 + offset, SIZE)
    return Postings(np.arange(SIZE, dtype=np.int32), np.full(SIZE, TIMES, np.uint8), positions)


def test_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    terms = [QueryTerm(term, n) for n, term in enumerate("abab")]
    postings = {"a": every_position(), "b": every_position(1)}
    whole = phrase_postings(terms, postings, 0)
    monkeypatch.setattr(phrase, "_BLOCK", 1_000)
    cut = phrase_postings(terms, postings, 0)
    assert whole.positions is not None
    assert cut.positions is not None
    assert whole.docs.tolist() == cut.docs.tolist() == list(range(SIZE))
    assert whole.frequencies.tolist() == cut.frequencies.tolist() == [TIMES - 1] * SIZE
    assert whole.positions.tolist() == cut.positions.tolist()


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
