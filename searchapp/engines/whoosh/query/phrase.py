"""Words in sequence, on arrays of positions: the postings of a phrase, for `evaluator`."""

from collections.abc import Sequence
from functools import reduce

import numpy as np

from searchapp.engines.analysis.terms import QueryTerm
from searchapp.engines.whoosh.kernels.dispatch import compiled_kernels
from searchapp.engines.whoosh.segment.postings import EMPTY, Postings
from searchapp.engines.whoosh.segment.types import Ints, Longs


def phrase_postings(
    terms: Sequence[QueryTerm], postings: Sequence[Postings], slop: int
) -> Postings:
    """Where the terms stand in order with at most `slop` more positions between them.

    The frequency is the number of positions a sequence starts at; `positions` are those.
    """
    shared = reduce(intersect_docs, sorted((p.docs for p in postings), key=len))
    if not len(shared):
        return EMPTY
    starts = _sequence_starts(terms, [p.position_keys(shared) for p in postings], slop)
    docs = (starts >> 32).astype(np.int32)
    firsts = np.flatnonzero(docs[1:] != docs[:-1]) + 1
    bounds = np.concatenate([[0], firsts, [len(docs)]]) if len(docs) else firsts
    frequencies = (bounds[1:] - bounds[:-1]).astype(np.int32)
    return Postings(docs[bounds[:-1]], frequencies, (starts & 0xFFFFFFFF).astype(np.int32))


def _sequence_starts(terms: Sequence[QueryTerm], keys: Sequence[Longs], slop: int) -> Longs:
    """The position keys (see `Postings.position_keys`) that sequences start at, ascending int64.

    For each occurrence of the first term the nearest following one of each next term
    is taken, which makes the shortest sequence from there.
    """
    starts = last = keys[0]
    for before, term, occurrences in zip(terms, terms[1:], keys[1:], strict=False):
        found = _lower_bounds(occurrences, last + (term.offset - before.offset))
        inside = found < len(occurrences)
        starts, last = starts[inside], occurrences[found[inside]]
    span = terms[-1].offset - terms[0].offset
    # Another doc is more than 2**31 positions away.
    return starts[last - starts - span <= slop]


def _lower_bounds(keys: Longs, wanted: Longs) -> Longs:
    """For each of `wanted` the first index of a key not below it; both ascending int64."""
    found: Longs
    if kernels := compiled_kernels():
        found = kernels.merge_lower_bound(keys, wanted)
    else:
        found = np.searchsorted(keys, wanted)
    return found


def intersect_docs(few: Ints, many: Ints) -> Ints:
    """The docs in both of two lists, ascending int32, the first the shorter."""
    if not len(many):
        return many
    if kernels := compiled_kernels():
        shared: Ints = kernels.intersect_docs(few, many)
        return shared
    indices = np.searchsorted(many, few).clip(max=len(many) - 1)
    common: Ints = few[many[indices] == few]
    return common
