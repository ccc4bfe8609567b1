"""Puts the matching documents in the request's order and cuts out a page.

Ties end with the id, so that the order is total: pages neither repeat nor skip, and a
page can begin behind any place of the order, at the same cost wherever that is.
"""

from __future__ import annotations

from bisect import bisect_left

import numpy as np

from searchapp.engines.base import Place, SearchRequest, Sort
from searchapp.engines.whoosh.columns import Columns, Longs, Mask
from searchapp.engines.whoosh.layout import UNDATED
from searchapp.engines.whoosh.scoring import Scores
from searchapp.engines.whoosh.snapshot import Snapshot
from searchapp.errors import DocumentNotFound


def ordered(
    request: SearchRequest, columns: Columns, hits: Mask, scores: Scores, count: int
) -> Longs:
    """The ordinals of the first `count` hits."""
    found = np.flatnonzero(hits)
    newest = request.sort != Sort.OLDEST
    ranks = columns.rank(newest=newest, uncertain=request.uncertain)[found]
    if request.sort != Sort.RELEVANCE:
        return found[_smallest(ranks, count)]
    relevance = -scores[found]
    found, relevance, ranks = _candidates(found, relevance, ranks, count)
    return found[np.lexsort((ranks, relevance))][:count]


def behind(
    place: Place, request: SearchRequest, snapshot: Snapshot, hits: Mask, scores: Scores
) -> Mask:
    """The hits that come after a place in the request's order."""
    newest = request.sort != Sort.OLDEST
    ranks = snapshot.columns.rank(newest=newest, uncertain=request.uncertain)
    later: Mask = ranks > _rank(place, ranks, request, snapshot)
    if request.sort == Sort.RELEVANCE:
        later = (scores < place.score) | ((scores == place.score) & later)
    return hits & later


def _rank(place: Place, ranks: Longs, request: SearchRequest, snapshot: Snapshot) -> float:
    """Where a place lies among the ranks; between two when its document is gone or moved."""
    days = snapshot.columns.days(uncertain=request.uncertain)
    day = place.day.toordinal() if place.day else UNDATED
    try:
        ordinal = snapshot.ordinal(place.id)
    except DocumentNotFound:
        ordinal = -1
    if ordinal >= 0 and days[ordinal] == day:
        return float(ranks[ordinal])
    same = np.flatnonzero(days == day)
    if len(same):
        same = same[np.argsort(ranks[same])]
        ids = snapshot.columns.ids
        return float(ranks[same[0]]) + bisect_left(same, place.id, key=lambda n: ids[n]) - 0.5
    if day == UNDATED:
        return float(len(ranks))
    before = days > day if request.sort != Sort.OLDEST else days < day
    return float(np.count_nonzero(before & (days != UNDATED))) - 0.5


def _candidates(
    found: Longs, relevance: Scores, ranks: Longs, count: int
) -> tuple[Longs, Scores, Longs]:
    """Without those that surely come after the first `count`."""
    if not 0 < count < len(found):
        return found, relevance, ranks
    worst = np.partition(relevance, count - 1)[count - 1]
    kept = relevance <= worst
    return found[kept], relevance[kept], ranks[kept]


def _smallest(ranks: Longs, count: int) -> Longs:
    """The places of the `count` smallest ranks, ascending."""
    if not 0 < count < len(ranks):
        return np.argsort(ranks)[:count]
    chosen = np.argpartition(ranks, count - 1)[:count]
    return chosen[np.argsort(ranks[chosen])]
