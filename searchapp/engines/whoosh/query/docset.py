"""Sets of documents, with scores or without, and what AND, OR and filters make of them.

A set that ranks is the ascending numbers of its documents, because most sets are a
small part of the archive; one that only filters is a mask over all documents. Where a
set is a large part, numbers are joined through a mask, else by search among the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from typing import Any

import numpy as np

from searchapp.engines.whoosh.kernels.dispatch import compiled
from searchapp.engines.whoosh.segment.format import as_bits, words_of_bits
from searchapp.engines.whoosh.segment.types import Array, Bits, Ints, Mask, Scores

# A set so many times smaller is searched for in the larger one.
_SKEWED = 12


@dataclass(frozen=True)
class Match:
    """Documents, ascending, of `count` in all, and their scores; None when none ranks."""

    documents: Ints
    scores: Scores | None
    count: int
    # What was counted of it, by facet; of all documents of a snapshot only.
    counted: dict[tuple[int, int], Any] | None = None

    def __len__(self) -> int:
        return len(self.documents)

    def within(self, mask: Mask | None) -> Match:
        """Only the documents of a mask; None is all."""
        if mask is None:
            return self
        if (loops := compiled()) and self.scores is not None:
            documents, scores = loops.within(self.documents, self.scores, mask)
            return Match(documents, scores, self.count)
        if len(self) == self.count:
            kept = np.flatnonzero(mask)
            documents = kept.astype(np.int32)
        else:
            kept = np.flatnonzero(mask[self.documents])
            if len(kept) == len(self):
                return self
            documents = self.documents[kept]
        return Match(documents, None if self.scores is None else self.scores[kept], self.count)

    def where(self, chosen: Mask) -> Match:
        """Only those of the documents that are chosen."""
        scores = None if self.scores is None else self.scores[chosen]
        return Match(self.documents[chosen], scores, self.count)

    def times(self, factor: float) -> Match:
        """The same documents, their scores multiplied."""
        if self.scores is None:
            return self
        return Match(self.documents, self.scores * np.float32(factor), self.count)

    def of(self, documents: Ints) -> Scores:
        """The scores of some of the documents."""
        if self.scores is None:
            return np.zeros(len(documents), np.float32)
        return self.scores[np.searchsorted(self.documents, documents)]

    @cached_property
    def mask(self) -> Mask:
        """Whether each document of all is one of these."""
        if loops := compiled():
            chosen: Mask = loops.mask(self.documents, self.count)
            return chosen
        mask = np.zeros(self.count, bool)
        mask[self.documents] = True
        return mask

    @cached_property
    def bits(self) -> Bits:
        """The mask as bits."""
        if loops := compiled():
            bits: Bits = loops.bits(self.documents, words_of_bits(self.count))
            return bits
        return as_bits(self.documents, self.count, self.mask)


@dataclass(frozen=True)
class Filter:
    """A mask over all documents; it does not rank."""

    mask: Mask


Found = Match | Filter


def nothing(count: int) -> Match:
    """No document."""
    return Match(np.zeros(0, np.int32), None, count)


def selected(mask: Mask) -> Match:
    """The documents of a mask."""
    return Match(np.flatnonzero(mask).astype(np.int32), None, len(mask))


def intersection(*masks: Mask | None) -> Mask | None:
    """The documents of all masks; None is all."""
    some = [mask for mask in masks if mask is not None]
    if len(some) < 2:  # noqa: PLR2004 - nothing to intersect
        return some[0] if some else None
    found: Mask = np.logical_and.reduce(some)
    return found


def all_of(found: Sequence[Found]) -> Found:
    """The documents in each of some sets; their scores add up."""
    mask = intersection(*(f.mask for f in found if isinstance(f, Filter)))
    matches = sorted((f for f in found if isinstance(f, Match)), key=len)
    if not matches:
        assert mask is not None  # there is at least one set
        return Filter(mask)
    # The smallest set first: what it leaves out is looked at no more.
    return reduce(_both, (matches[0].within(mask), *matches[1:]))


def any_of(found: Sequence[Found]) -> Found:
    """The documents in at least one of some sets; their scores add up."""
    masks = [f.mask for f in found if isinstance(f, Filter)]
    matches = sorted((f for f in found if isinstance(f, Match)), key=len, reverse=True)
    if not masks:
        return reduce(_either, matches)
    mask = reduce(np.logical_or, masks)
    if not matches:
        return Filter(mask)
    return reduce(_either, (selected(mask), *matches))


def _both(one: Match, other: Match) -> Match:
    """Two sets' common documents; `one` is the smaller."""
    if (loops := compiled()) and one.scores is not None and other.scores is not None:
        documents, scores = loops.both(one.documents, one.scores, other.documents, other.scores)
        return Match(documents, scores, one.count)
    if len(one) * _SKEWED < len(other):
        places: Array = np.searchsorted(other.documents, one.documents)
        places[places == len(other)] = 0
        kept: Array = np.flatnonzero(other.documents[places] == one.documents)
        places = places[kept]
    else:
        at = np.full(one.count, -1, np.int32)
        at[one.documents] = np.arange(len(one), dtype=np.int32)
        found = at[other.documents]
        places = np.flatnonzero(found >= 0)
        kept = found[places]
    return Match(one.documents[kept], _sum(one.scores, kept, other.scores, places), one.count)


def _sum(one: Scores | None, first: Array, other: Scores | None, second: Array) -> Scores | None:
    if one is None:
        return None if other is None else other[second]
    return one[first] if other is None else one[first] + other[second]


def _either(one: Match, other: Match) -> Match:
    """The documents of two sets; `one` is the larger."""
    if not len(other):
        return one
    if (loops := compiled()) and one.scores is not None and other.scores is not None:
        documents, total = loops.either(one.documents, one.scores, other.documents, other.scores)
        return Match(documents, total, one.count)
    if len(other) * _SKEWED < len(one):
        return _inserted(one, other)
    mask = np.zeros(one.count, bool)
    mask[one.documents] = True
    mask[other.documents] = True
    documents = np.flatnonzero(mask).astype(np.int32)
    if one.scores is None and other.scores is None:
        return Match(documents, None, one.count)
    total = np.zeros(one.count, np.float32)
    for match in (one, other):
        if match.scores is not None:
            total[match.documents] += match.scores
    return Match(documents, total[documents], one.count)


def _inserted(one: Match, few: Match) -> Match:
    """A set with a few documents more."""
    scores = None
    places = np.searchsorted(one.documents, few.documents)
    there = one.documents[np.minimum(places, len(one) - 1)] == few.documents
    if one.scores is not None or few.scores is not None:
        scores = np.zeros(len(one), np.float32) if one.scores is None else one.scores.copy()
        gained = np.zeros(len(few), np.float32) if few.scores is None else few.scores
        scores[places[there]] += gained[there]
        if not there.all():
            scores = np.insert(scores, places[~there], gained[~there])
    documents = one.documents
    if not there.all():
        documents = np.insert(documents, places[~there], few.documents[~there])
    return Match(documents, scores, one.count)
