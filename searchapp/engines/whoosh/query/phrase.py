"""Words in sequence, on arrays of positions."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

import numpy as np

from searchapp.engines.analysis.terms import QueryTerm
from searchapp.engines.whoosh.kernels.dispatch import compiled
from searchapp.engines.whoosh.segment.postings import NOTHING, Postings
from searchapp.engines.whoosh.segment.types import Ints, Longs


def in_sequence(terms: Sequence[QueryTerm], postings: Sequence[Postings], slop: int) -> Postings:
    """Where the terms stand in order with at most `slop` more positions between them.

    The frequency is the number of places a sequence starts at; `positions` are those
    places.
    """
    shared = reduce(common, sorted((p.documents for p in postings), key=len))
    if not len(shared):
        return NOTHING
    starts, _ = matches(terms, [p.occurrences(shared) for p in postings], slop)
    documents = (starts >> 32).astype(np.int32)
    firsts = np.flatnonzero(documents[1:] != documents[:-1]) + 1
    bounds = np.concatenate([[0], firsts, [len(documents)]]) if len(documents) else firsts
    frequencies = (bounds[1:] - bounds[:-1]).astype(np.int32)
    return Postings(documents[bounds[:-1]], frequencies, (starts & 0xFFFFFFFF).astype(np.int32))


def matches(
    terms: Sequence[QueryTerm], occurrences: Sequence[Longs], slop: int
) -> tuple[Longs, list[Longs]]:
    """Where sequences start, and the occurrence of each term in them.

    For each occurrence of the first term the nearest following one of each next term
    is taken, which makes the shortest sequence from there.
    """
    starts = occurrences[0]
    chain = [starts]
    for before, term, places in zip(terms, terms[1:], occurrences[1:], strict=False):
        least = chain[-1] + (term.offset - before.offset)
        found = _following(places, least)
        inside = found < len(places)
        chain = [c[inside] for c in chain]
        chain.append(places[found[inside]])
    span = terms[-1].offset - terms[0].offset
    # Another document is more than 2**31 positions away.
    near = chain[-1] - chain[0] - span <= slop
    return chain[0][near], [c[near] for c in chain]


def _following(places: Longs, least: Longs) -> Longs:
    """Where the first of the places is that is not below each of others; both ascend."""
    found: Longs
    if loops := compiled():
        found = loops.following(places, least)
    else:
        found = np.searchsorted(places, least)
    return found


def common(few: Ints, others: Ints) -> Ints:
    """The documents in both of two lists, the first the shorter."""
    if not len(others):
        return others
    if loops := compiled():
        shared: Ints = loops.common(few, others)
        return shared
    places = np.searchsorted(others, few).clip(max=len(others) - 1)
    common: Ints = few[others[places] == few]
    return common
