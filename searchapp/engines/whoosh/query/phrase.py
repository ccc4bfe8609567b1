"""Words in sequence, on arrays of positions: the postings of a phrase, for `evaluator`."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import chain, pairwise

import numpy as np

from searchapp.engines.analysis.terms import QueryTerm
from searchapp.engines.whoosh.kernels.dispatch import compiled_kernels
from searchapp.engines.whoosh.segment.postings import EMPTY, Postings
from searchapp.engines.whoosh.segment.types import Ints, Longs

# Occurrences of one term looked at together, some 4 MiB; set by hand.
_BLOCK = 500_000
# Terms whose occurrences in a block are kept for when the phrase has them again.
_KEPT_TERMS = 4


def phrase_postings(
    terms: Sequence[QueryTerm],
    postings: Mapping[str, Postings],
    slop: int,
    spend: Callable[[], None] = lambda: None,
) -> Postings:
    """The docs where the terms stand in order with at most `slop` more positions between them.

    The frequency is the number of positions a sequence starts at. `spend` is called between
    steps, whose memory has a bound however long a text is; raises what it raises.
    """
    shared = reduce(intersect_docs, sorted((p.docs for p in postings.values()), key=len))
    if not len(shared):
        return EMPTY
    most = _most_occurrences(shared, postings)
    long = most > _BLOCK
    reach = terms[-1].offset - terms[0].offset + slop
    parts = chain(
        _blocks(shared[~long], most[~long], postings, spend),
        *(_windows(int(doc), postings, reach, spend) for doc in shared[long]),
    )
    found = [_count_starts(_sequence_starts(terms, part, slop)) for part in parts]
    docs, counts = (np.concatenate(some) for some in zip(*found, strict=True))
    return Postings(*_added_up(docs, counts)) if long.any() else Postings(docs, counts)


def merge_occurrences(several: Sequence[Postings]) -> Postings:
    """The postings of whichever of several terms, as of one."""
    if len(several) < 2:  # noqa: PLR2004 - nothing to merge
        return several[0] if several else EMPTY
    keys = np.unique(np.concatenate([one.position_keys(one.docs) for one in several]))
    docs, counts = _count_starts(keys)
    return Postings(docs, counts, (keys & 0xFFFFFFFF).astype(np.uint32))


def _most_occurrences(shared: Ints, postings: Mapping[str, Postings]) -> Longs:
    """How often each doc has the term it has most often."""
    most = np.zeros(len(shared), np.int64)
    for one in postings.values():
        np.maximum(most, one.frequencies[np.searchsorted(one.docs, shared)], out=most)
    return most


def _count_starts(starts: Longs) -> tuple[Ints, Ints]:
    """The docs of some ascending position keys, and how many each has."""
    docs = (starts >> 32).astype(np.int32)
    firsts = np.flatnonzero(docs[1:] != docs[:-1]) + 1
    bounds = np.concatenate([[0], firsts, [len(docs)]]) if len(docs) else firsts
    return docs[bounds[:-1]], (bounds[1:] - bounds[:-1]).astype(np.int32)


def _added_up(docs: Ints, counts: Ints) -> tuple[Ints, Ints]:
    """The docs ascending, each once: a long text was looked at in several parts."""
    found, indices = np.unique(docs, return_inverse=True)
    total = np.zeros(len(found), np.int32)
    np.add.at(total, indices, counts)
    return found, total


@dataclass
class _Occurrences:
    """The position keys (see `Postings.position_keys`) of terms in a part of the docs.

    Sequences start below the key `stop`.
    """

    keys: Callable[[str], Longs]
    spend: Callable[[], None]
    stop: int | None = None
    _kept: dict[str, Longs] = field(default_factory=dict)

    def of(self, term: str) -> Longs:
        """Ascending int64; those of the last few terms are kept."""
        self.spend()
        found = self._kept.pop(term, None)
        if found is None:
            found = self.keys(term)
        self._kept[term] = found
        if len(self._kept) > _KEPT_TERMS:
            del self._kept[next(iter(self._kept))]
        return found

    def starts(self, term: str) -> Longs:
        """Those that a sequence may start at."""
        found = self.of(term)
        return found if self.stop is None else found[: np.searchsorted(found, self.stop)]


def _blocks(
    docs: Ints, most: Longs, postings: Mapping[str, Postings], spend: Callable[[], None]
) -> Iterator[_Occurrences]:
    """The docs, cut so that no term has many more than `_BLOCK` occurrences in a part."""
    blocks = np.cumsum(most) // _BLOCK

    def occurrences(part: Ints) -> _Occurrences:
        return _Occurrences(lambda term: postings[term].position_keys(part), spend)

    yield from map(occurrences, np.split(docs, np.flatnonzero(blocks[1:] != blocks[:-1]) + 1))


def _windows(
    doc: int, postings: Mapping[str, Postings], reach: int, spend: Callable[[], None]
) -> Iterator[_Occurrences]:
    """The text of a doc, cut where a sequence may start: it goes on for `reach` positions."""
    ends = max(int(one.positions_in(doc)[-1]) for one in postings.values())

    def occurrences(first: int) -> _Occurrences:
        stop = first + _BLOCK
        return _Occurrences(
            lambda term: postings[term].position_keys_between(doc, first, stop + reach),
            spend,
            (doc << 32) + stop,
        )

    yield from map(occurrences, range(0, ends + 1, _BLOCK))


def _sequence_starts(terms: Sequence[QueryTerm], occurrences: _Occurrences, slop: int) -> Longs:
    """The position keys that sequences start at, ascending int64.

    For each occurrence of the first term the nearest following one of each next term
    is taken, which makes the shortest sequence from there. Of a chain only its ends are kept,
    and it is dropped as soon as it is too long.
    """
    first = terms[0]
    starts = last = occurrences.starts(first.term)
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
