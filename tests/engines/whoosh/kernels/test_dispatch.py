"""Compiled loops against what NumPy makes of the same arrays."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchapp.engines.analysis.terms import QueryTerm
from searchapp.engines.base import FieldFilter
from searchapp.engines.whoosh.collect.facet_counts import count_values
from searchapp.engines.whoosh.collect.top_docs import _top_scores
from searchapp.engines.whoosh.kernels import dispatch
from searchapp.engines.whoosh.query.docset import DocFilter, ScoredDocs, intersect, union
from searchapp.engines.whoosh.query.phrase import phrase_postings
from searchapp.engines.whoosh.segment.facet_column import FacetColumn
from searchapp.engines.whoosh.segment.format import inverse_permutation, starts_of
from searchapp.engines.whoosh.segment.postings import Postings
from searchapp.engines.whoosh.segment.termdict import Dictionary, encode_dictionary
from searchapp.engines.whoosh.segment.types import Array
from tests.engines.documents import LAW

pytest.importorskip("numba")
SIZE = 300
FEW = settings(LAW, max_examples=150)
SEEDS = st.integers(0, 2**32)


def drawn(seed: int, size: int) -> Array:
    """So many documents at most."""
    return np.unique(np.random.default_rng(seed).integers(0, SIZE, size)).astype(np.int32)


SETS = st.builds(drawn, SEEDS, st.sampled_from((0, 1, 7, 30, 100, 900)))


@contextmanager
def numpy_only() -> Iterator[None]:
    """Without compiled loops."""
    kept, dispatch._Loaded.kernels = dispatch._Loaded.kernels, None
    try:
        yield
    finally:
        dispatch._Loaded.kernels = kept


def scored(docs: Array, seed: int) -> ScoredDocs:
    """A set whose scores are multiples of a quarter, so that some are equal."""
    quarters = np.random.default_rng(seed).integers(0, 12, len(docs))
    return ScoredDocs(docs, (quarters / 4).astype(np.float32), SIZE)


def rows(match: object) -> list[tuple[int, float]]:
    assert isinstance(match, ScoredDocs)
    assert match.scores is not None
    return list(zip(match.docs.tolist(), match.scores.tolist(), strict=True))


@pytest.fixture(autouse=True, scope="module")
def _loaded() -> None:
    dispatch.load()
    assert dispatch.compiled_kernels()


@given(st.lists(SETS, min_size=1, max_size=4), SETS, st.integers(0, 9))
@FEW
def test_sets_are_joined_alike(sets: list[Array], kept: Array, seed: int) -> None:
    def made() -> list[object]:
        found = [scored(docs, seed + n) for n, docs in enumerate(sets)]
        chosen = ScoredDocs(kept, None, SIZE)
        one = intersect([*found, DocFilter(chosen.mask)])
        other = union(found)
        assert isinstance(one, ScoredDocs)
        assert isinstance(other, ScoredDocs)
        return [rows(one), rows(other), rows(other.within(chosen.mask)), one.bits.tolist()]

    with numpy_only():
        expected = made()
    assert made() == expected


@given(SETS, st.integers(0, 9), st.integers(1, 40))
@FEW
def test_the_best_are_the_same(docs: Array, seed: int, count: int) -> None:
    scores = scored(docs, seed).scores
    assert scores is not None
    with numpy_only():
        expected = [dict_ords.tolist() for dict_ords in _top_scores(scores, count)]
    assert [dict_ords.tolist() for dict_ords in _top_scores(scores, count)] == expected


def column(seed: int, *, ties: bool) -> FacetColumn:
    """A facet whose documents have some values, few of them often, as `format` writes it."""
    draw = np.random.default_rng(seed)
    numbers = draw.integers(0, 60, 500) if ties else draw.zipf(1.4, 500) % 90
    pairs = sorted({*zip(draw.integers(0, SIZE, 500).tolist(), numbers.tolist(), strict=True)})
    held = sorted({value for _, value in pairs})
    frequency = np.bincount([held.index(v) for _, v in pairs], minlength=len(held))
    dict_ords = np.argsort(-frequency, kind="stable").astype(np.int32)
    ords = inverse_permutation(dict_ords)
    by_document = np.array(sorted((n, ords[held.index(v)]) for n, v in pairs))
    by_value = by_document[np.lexsort((by_document[:, 0], by_document[:, 1]))]
    return FacetColumn(
        Dictionary(*encode_dictionary(b"%03d" % value for value in held)),
        dict_ords,
        ords,
        starts_of(by_document[:, 0], SIZE).astype(np.uint32),
        by_document[:, 1].astype(np.uint16),
        starts_of(by_value[:, 1], len(held)).astype(np.uint32),
        by_value[:, 0].astype(np.int32),
    )


@given(
    st.builds(column, SEEDS, ties=st.booleans()),
    SETS,
    st.integers(0, 12),
    st.sampled_from((0, 3, 32)),
)
@FEW
def test_facets_are_counted_alike(held: FacetColumn, docs: Array, limit: int, dense: int) -> None:
    held.__dict__["frequent_bitsets"] = held.frequent_bitsets[:dense]
    chosen = FieldFilter(any=("003", "x"))
    with numpy_only():
        expected = count_values("person", held, ScoredDocs(docs, None, SIZE), limit, chosen)
    assert count_values("person", held, ScoredDocs(docs, None, SIZE), limit, chosen) == expected


@given(
    SEEDS,
    st.lists(SETS, min_size=2, max_size=3),
    st.sampled_from((np.uint8, np.int32)),
    st.integers(0, 2),
)
@FEW
def test_phrases_are_found_alike(seed: int, sets: list[Array], kind: Any, slop: int) -> None:
    draw = np.random.default_rng(seed)

    def written(docs: Array) -> Postings:
        dict_ords = [sorted({*draw.integers(0, 9, 4).tolist()}) for _ in docs]
        frequencies: Array = np.array([len(p) for p in dict_ords], kind)
        return Postings(docs, frequencies, np.array([*chain.from_iterable(dict_ords)], np.uint16))

    def found() -> list[list[int]]:
        sequence = phrase_postings(terms, by_term, slop)
        kept = (sequence.docs, sequence.frequencies)
        within = Postings(sets[0], postings[0].frequencies).within(mask)
        return [values.tolist() for values in (*kept, within.docs, within.frequencies)]

    postings = [written(docs) for docs in sets]
    terms = [QueryTerm(f"t{n}", n) for n in range(len(postings))]
    by_term = {term.term: one for term, one in zip(terms, postings, strict=True)}
    mask = ScoredDocs(drawn(seed, 100), None, SIZE).mask
    with numpy_only():
        expected = found()
    assert found() == expected
