"""Words in sequence, on arrays of positions: the postings of a phrase, for `evaluator`."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import pairwise

import numpy as np

from searchapp.engines.analysis.terms import QueryTerm
from searchapp.engines.whoosh.kernels.dispatch import compiled_kernels
from searchapp.engines.whoosh.segment.postings import EMPTY, Postings
from searchapp.engines.whoosh.segment.types import Ints, Longs

# Occurrences of one term looked at together, some 8 MiB; set by hand.
_BLOCK = 1_000_000
# Terms whose occurrences in a block are kept for when the phrase has them again.
_KEPT_TERMS = 4


def phrase_postings(
    terms: Sequence[QueryTerm],
    postings: Mapping[str, Postings],
    slop: int,
    spend: Callable[[], None] = lambda: None,
) -> Postings:
    """Where the terms stand in order with at most `slop` more positions between them.

    The frequency is the number of positions a sequence starts at; `positions` are those.
    `spend` is called between steps, each of bounded memory; raises what it raises.
    """
    shared = reduce(intersect_docs, sorted((p.docs for p in postings.values()), key=len))
    if not len(shared):
        return EMPTY
    found = [
        _sequence_starts(terms, _Occurrences(postings, docs, spend), slop)
        for docs in _blocks(shared, postings)
    ]
    return _of_keys(np.concatenate(found))


def merge_occurrences(several: Sequence[Postings]) -> Postings:
    """The postings of whichever of several terms, as of one."""
    if len(several) < 2:  # noqa: PLR2004 - nothing to merge
        return several[0] if several else EMPTY
    return _of_keys(np.unique(np.concatenate([one.position_keys(one.docs) for one in several])))


def _of_keys(starts: Longs) -> Postings:
    """Postings of position keys, ascending int64."""
    docs = (starts >> 32).astype(np.int32)
    firsts = np.flatnonzero(docs[1:] != docs[:-1]) + 1
    bounds = np.concatenate([[0], firsts, [len(docs)]]) if len(docs) else firsts
    frequencies = (bounds[1:] - bounds[:-1]).astype(np.int32)
    return Postings(docs[bounds[:-1]], frequencies, (starts & 0xFFFFFFFF).astype(np.uint32))


def _blocks(shared: Ints, postings: Mapping[str, Postings]) -> Iterator[Ints]:
    """The docs, cut so that no term has many more than `_BLOCK` occurrences in a part."""
    most = np.zeros(len(shared), np.int64)
    for one in postings.values():
        np.maximum(most, one.frequencies[np.searchsorted(one.docs, shared)], out=most)
    blocks = np.cumsum(most) // _BLOCK
    yield from np.split(shared, np.flatnonzero(blocks[1:] != blocks[:-1]) + 1)


@dataclass
class _Occurrences:
    """The position keys (see `Postings.position_keys`) of terms in a block of docs."""

    postings: Mapping[str, Postings]
    docs: Ints
    spend: Callable[[], None]
    _kept: dict[str, Longs] = field(default_factory=dict)

    def of(self, term: str) -> Longs:
        """Ascending int64; those of the last few terms are kept."""
        self.spend()
        found = self._kept.pop(term, None)
        if found is None:
            found = self.postings[term].position_keys(self.docs)
        self._kept[term] = found
        if len(self._kept) > _KEPT_TERMS:
            del self._kept[next(iter(self._kept))]
        return found


def _sequence_starts(terms: Sequence[QueryTerm], occurrences: _Occurrences, slop: int) -> Longs:
    """The position keys that sequences start at, ascending int64.

    For each occurrence of the first term the nearest following one of each next term
    is taken, which makes the shortest sequence from there. Of a chain only its ends are kept,
    and it is dropped as soon as it is too long.
    """
    first = terms[0]
    starts = last = occurrences.of(first.term)
    for before, term in pairwise(terms):
        keys = occurrences.of(term.term)
        found = _lower_bounds(keys, last + (term.offset - before.offset))
        inside = found < len(keys)
        starts, last = starts[inside], keys[found[inside]]
        # Another doc is more than 2**31 positions away.
        near = last - starts - (term.offset - first.offset) <= slop
        starts, last = starts[near], last[near]
    return starts


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
