"""Puts the matching documents in the request's order and cuts out a page.

Ties end with the id, so that the order is total: pages neither repeat nor skip, and a
page can begin behind any place of the order, at the same cost wherever that is.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from heapq import merge
from itertools import islice, pairwise

import numpy as np

from searchapp.engines.base import SearchAfter, SearchRequest, Sort
from searchapp.engines.whoosh.kernels.dispatch import compiled
from searchapp.engines.whoosh.query.docset import Match
from searchapp.engines.whoosh.reader.snapshot import Snapshot
from searchapp.engines.whoosh.segment.columns import Columns
from searchapp.engines.whoosh.segment.format import UNDATED
from searchapp.engines.whoosh.segment.types import Ints, Longs, Mask, Scores
from searchapp.errors import DocumentNotFound

_ROW = 64
# So few documents of several segments are put in order one by one.
_FEW = 200
_NEVER = 2**40


def ordered(request: SearchRequest, columns: Columns, hits: Match, count: int) -> Ints:
    """The ordinals of the first `count` hits."""
    if request.sort != Sort.RELEVANCE:
        newest = request.sort == Sort.NEWEST
        return _by_date(columns, hits.documents, count, newest=newest, uncertain=request.uncertain)
    if hits.scores is None:
        return _by_date(columns, hits.documents, count, newest=True, uncertain=request.uncertain)
    best, tied = _best(hits.scores, count)
    documents, room = hits.documents, count - len(best)
    last = _by_date(columns, documents[tied], room, newest=True, uncertain=request.uncertain)
    first = documents[best]
    ranked = _settled(columns, first, -hits.scores[best], newest=True, uncertain=request.uncertain)
    return np.concatenate([ranked, last]) if len(last) else ranked


def _best(scores: Scores, count: int) -> tuple[Longs, Longs]:
    """The places of the highest scores, fewer than `count`, and of those that tie next."""
    if count >= len(scores):
        least = scores.min(initial=np.inf)
    elif (loops := compiled()) and count:
        least = loops.least(scores, count)
    else:
        likely = scores[scores >= _bound(scores, count)]
        least = np.partition(likely, -count)[-count] if count else np.inf
    near = np.flatnonzero(scores >= least)
    above = scores[near] > least
    return near[above], near[~above]


def _bound(scores: Scores, count: int) -> float:
    """A score that at least `count` reach: the lowest of so many highest of rows."""
    rows = len(scores) // _ROW
    if rows < 2 * count or not count:
        return -np.inf
    highest = scores[: rows * _ROW].reshape(rows, _ROW).max(axis=1)
    return float(np.partition(highest, -count)[-count])


def _by_date(
    columns: Columns, documents: Ints, count: int, *, newest: bool, uncertain: bool
) -> Ints:
    """The first `count` of some documents by date, undated last, then by id."""
    if newest and not uncertain:
        # In each segment documents stand in this order already.
        ends = np.searchsorted(documents, [*columns.bases, columns.count])
        heads = [documents[a : min(a + count, b)] for a, b in pairwise(ends.tolist())]
        heads = [head for head in heads if len(head)]
        if len(heads) == 1:
            return heads[0]
        if count <= _FEW:
            return _merged(columns, heads, count)
        documents = np.concatenate([documents[:0], *heads])
    elif 0 <= count < len(documents):
        days = columns.days(uncertain=uncertain)[documents].astype(np.int64)
        place = np.where(days == UNDATED, _NEVER, -days if newest else days)
        documents = (
            documents[place <= np.partition(place, count - 1)[count - 1]]
            if count
            else documents[:0]
        )
    same = np.zeros(len(documents), np.float32)
    return _settled(columns, documents, same, newest=newest, uncertain=uncertain)[:count]


def _merged(columns: Columns, heads: Sequence[Ints], count: int) -> Ints:
    """The first `count` of some documents in order, by date; ids are read as they are reached."""

    def place(ordinal: int) -> tuple[int, str]:
        return -int(days[ordinal]), columns.id(ordinal)

    days = columns.days(uncertain=False)
    merged = merge(*(head.tolist() for head in heads), key=place)
    return np.array([*islice(merged, count)], np.int32)


def _settled(
    columns: Columns, documents: Ints, first: Scores, *, newest: bool, uncertain: bool
) -> Ints:
    """Documents by `first` rising, then by date, undated last, then by id."""
    if newest and not uncertain and len(columns.bases) == 1:
        return documents[np.lexsort((documents, first))]
    days = columns.days(uncertain=uncertain)[documents].astype(np.int64)
    places = np.where(days == UNDATED, _NEVER, -days if newest else days)
    order = np.lexsort((places, first))
    equal = (np.diff(first[order]) == 0) & (np.diff(places[order]) == 0)
    ranked = documents[order]
    # Ids are fetched only where they decide.
    edges = np.flatnonzero(np.diff(equal, prepend=False, append=False))
    for start, stop in edges.reshape(-1, 2).tolist():
        group = ranked[start : stop + 1].tolist()
        ranked[start : stop + 1] = sorted(group, key=columns.id)
    return ranked


def behind(place: SearchAfter, request: SearchRequest, snapshot: Snapshot, hits: Match) -> Match:
    """The hits that come after a place in the request's order."""
    newest = request.sort != Sort.OLDEST
    ranks = snapshot.columns.rank(newest=newest, uncertain=request.uncertain)
    later: Mask = ranks[hits.documents] > _rank(place, ranks, request, snapshot)
    if request.sort == Sort.RELEVANCE:
        scores = hits.of(hits.documents)
        later = (scores < place.score) | ((scores == place.score) & later)
    return hits.where(later)


def _rank(place: SearchAfter, ranks: Longs, request: SearchRequest, snapshot: Snapshot) -> float:
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
        ahead = bisect_left(same, place.id, key=lambda n: snapshot.columns.id(int(n)))
        return float(ranks[same[0]]) + ahead - 0.5
    if day == UNDATED:
        return float(len(ranks))
    before = days > day if request.sort != Sort.OLDEST else days < day
    return float(np.count_nonzero(before & (days != UNDATED))) - 0.5
