"""Sets of docs, with scores or without, and what AND, OR and filters make of them.

A set that ranks is the ascending docs themselves, because most sets are a small part of the
archive; one that only filters is a mask over all docs. Where a set is a large part, docs are
joined through a mask, else by search among the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from typing import Any, Self

import numpy as np

from searchapp.engines.whoosh.kernels.dispatch import compiled_kernels
from searchapp.engines.whoosh.segment.format import bitset_words, to_bitset
from searchapp.engines.whoosh.segment.types import Array, Bits, Ints, Mask, Scores

# A set so many times smaller is searched for in the larger one; set by hand, not measured.
_SKEWED = 12


@dataclass(frozen=True)
class ScoredDocs:
    """Docs of `doc_count` in all: ascending int32; float32 scores beside, None when none ranks."""

    docs: Ints
    scores: Scores | None
    doc_count: int
    # What was counted of it, by facet; of all docs of a snapshot only.
    facet_cache: dict[tuple[int, int], Any] | None = None

    @classmethod
    def empty(cls, doc_count: int) -> Self:
        """No doc of `doc_count`."""
        return cls(np.zeros(0, np.int32), None, doc_count)

    @classmethod
    def of_mask(cls, mask: Mask) -> Self:
        """The docs of a mask by doc, without scores."""
        return cls(np.flatnonzero(mask).astype(np.int32), None, len(mask))

    def __len__(self) -> int:
        return len(self.docs)

    def within(self, mask: Mask | None) -> ScoredDocs:
        """Only the docs of a mask by doc; None is all."""
        if mask is None:
            return self
        if (kernels := compiled_kernels()) and self.scores is not None:
            docs, scores = kernels.filter_scores(self.docs, self.scores, mask)
            return ScoredDocs(docs, scores, self.doc_count)
        if len(self) == self.doc_count:
            kept = np.flatnonzero(mask)
            docs = kept.astype(np.int32)
        else:
            kept = np.flatnonzero(mask[self.docs])
            if len(kept) == len(self):
                return self
            docs = self.docs[kept]
        return ScoredDocs(docs, None if self.scores is None else self.scores[kept], self.doc_count)

    def filtered(self, chosen: Mask) -> ScoredDocs:
        """Only those chosen, by index in `docs`."""
        scores = None if self.scores is None else self.scores[chosen]
        return ScoredDocs(self.docs[chosen], scores, self.doc_count)

    def boosted(self, factor: float) -> ScoredDocs:
        """The same docs, their scores multiplied."""
        if self.scores is None:
            return self
        return ScoredDocs(self.docs, self.scores * np.float32(factor), self.doc_count)

    def scores_of(self, docs: Ints) -> Scores:
        """float32 scores of `docs`, int32 in any order, each of them in this set."""
        if self.scores is None:
            return np.zeros(len(docs), np.float32)
        return self.scores[np.searchsorted(self.docs, docs)]

    @cached_property
    def mask(self) -> Mask:
        """The set as a mask by doc."""
        if kernels := compiled_kernels():
            chosen: Mask = kernels.to_mask(self.docs, self.doc_count)
            return chosen
        mask = np.zeros(self.doc_count, bool)
        mask[self.docs] = True
        return mask

    @cached_property
    def bits(self) -> Bits:
        """The set as uint64 bits by doc."""
        if kernels := compiled_kernels():
            bits: Bits = kernels.to_bitset(self.docs, bitset_words(self.doc_count))
            return bits
        return to_bitset(self.docs, self.doc_count, self.mask)


@dataclass(frozen=True)
class DocFilter:
    """A mask by doc; it does not rank."""

    mask: Mask


DocSet = ScoredDocs | DocFilter


def intersect_masks(*masks: Mask | None) -> Mask | None:
    """The docs of all masks; None is all."""
    some = [mask for mask in masks if mask is not None]
    if len(some) < 2:  # noqa: PLR2004 - nothing to intersect
        return some[0] if some else None
    found: Mask = np.logical_and.reduce(some)
    return found


def intersect(sets: Sequence[DocSet]) -> DocSet:
    """The docs in each of some sets, at least one; their scores add up."""
    mask = intersect_masks(*(s.mask for s in sets if isinstance(s, DocFilter)))
    scored = sorted((s for s in sets if isinstance(s, ScoredDocs)), key=len)
    if not scored:
        assert mask is not None  # there is at least one set
        return DocFilter(mask)
    # The smallest set first: what it leaves out is looked at no more.
    return reduce(_intersect, (scored[0].within(mask), *scored[1:]))


def union(sets: Sequence[DocSet]) -> DocSet:
    """The docs in at least one of some sets, at least one; their scores add up."""
    masks = [s.mask for s in sets if isinstance(s, DocFilter)]
    scored = sorted((s for s in sets if isinstance(s, ScoredDocs)), key=len, reverse=True)
    if not masks:
        return reduce(_unite, scored)
    mask = reduce(np.logical_or, masks)
    if not scored:
        return DocFilter(mask)
    return reduce(_unite, (ScoredDocs.of_mask(mask), *scored))


def _intersect(few: ScoredDocs, many: ScoredDocs) -> ScoredDocs:
    """Two sets' common docs; `few` is the smaller."""
    size = few.doc_count
    if (kernels := compiled_kernels()) and few.scores is not None and many.scores is not None:
        docs, scores = kernels.intersect_scores(few.docs, few.scores, many.docs, many.scores)
        return ScoredDocs(docs, scores, size)
    if len(few) * _SKEWED < len(many):
        indices: Array = np.searchsorted(many.docs, few.docs)
        indices[indices == len(many)] = 0
        kept: Array = np.flatnonzero(many.docs[indices] == few.docs)
        indices = indices[kept]
    else:
        index_of = np.full(size, -1, np.int32)
        index_of[few.docs] = np.arange(len(few), dtype=np.int32)
        found = index_of[many.docs]
        indices = np.flatnonzero(found >= 0)
        kept = found[indices]
    return ScoredDocs(few.docs[kept], _add_scores(few.scores, kept, many.scores, indices), size)


def _add_scores(
    one: Scores | None, indices: Array, other: Scores | None, other_indices: Array
) -> Scores | None:
    if one is None:
        return None if other is None else other[other_indices]
    return one[indices] if other is None else one[indices] + other[other_indices]


def _unite(many: ScoredDocs, few: ScoredDocs) -> ScoredDocs:
    """The docs of two sets; `many` is the larger."""
    if not len(few):
        return many
    size = many.doc_count
    if (kernels := compiled_kernels()) and many.scores is not None and few.scores is not None:
        docs, total = kernels.union_scores(many.docs, many.scores, few.docs, few.scores)
        return ScoredDocs(docs, total, size)
    if len(few) * _SKEWED < len(many):
        return _insert(many, few)
    mask = np.zeros(size, bool)
    mask[many.docs] = True
    mask[few.docs] = True
    docs = np.flatnonzero(mask).astype(np.int32)
    if many.scores is None and few.scores is None:
        return ScoredDocs(docs, None, size)
    total = np.zeros(size, np.float32)
    for scored in (many, few):
        if scored.scores is not None:
            total[scored.docs] += scored.scores
    return ScoredDocs(docs, total[docs], size)


def _insert(many: ScoredDocs, few: ScoredDocs) -> ScoredDocs:
    """A set with a few docs more."""
    scores = None
    indices = np.searchsorted(many.docs, few.docs)
    there = many.docs[np.minimum(indices, len(many) - 1)] == few.docs
    if many.scores is not None or few.scores is not None:
        scores = np.zeros(len(many), np.float32) if many.scores is None else many.scores.copy()
        gained = np.zeros(len(few), np.float32) if few.scores is None else few.scores
        scores[indices[there]] += gained[there]
        if not there.all():
            scores = np.insert(scores, indices[~there], gained[~there])
    docs = many.docs
    if not there.all():
        docs = np.insert(docs, indices[~there], few.docs[~there])
    return ScoredDocs(docs, scores, many.doc_count)
