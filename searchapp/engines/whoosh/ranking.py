"""Puts the matching documents in the request's order and cuts out a page.

Ties end with the id, so that the order is total: pages neither repeat nor skip.
"""

from __future__ import annotations

import numpy as np

from searchapp.engines.base import SearchRequest, Sort
from searchapp.engines.whoosh.columns import Columns, Longs, Mask
from searchapp.engines.whoosh.scoring import Scores


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
