"""Puts the matching docs in the request's order and cuts out a page.

Ties end with the id, so that the order is total: pages neither repeat nor skip, and a
page can begin after any place of the order, at the same cost wherever that is.
"""

from bisect import bisect_left
from collections.abc import Sequence
from heapq import merge
from itertools import islice, pairwise

import numpy as np

from searchapp.engines.base import SearchAfter, SearchRequest, Sort
from searchapp.engines.whoosh.kernels.dispatch import compiled_kernels
from searchapp.engines.whoosh.query.docset import ScoredDocs
from searchapp.engines.whoosh.reader.snapshot import Snapshot
from searchapp.engines.whoosh.segment.columns import Columns
from searchapp.engines.whoosh.segment.format import UNDATED
from searchapp.engines.whoosh.segment.types import Ints, Longs, Mask, Scores
from searchapp.errors import DocumentNotFound

_ROW = 64  # set by hand, not measured
# So few docs of several segments are put in order one by one; set by hand, not measured.
_FEW = 200
_UNDATED_KEY = 2**40


def top_docs(request: SearchRequest, columns: Columns, hits: ScoredDocs, count: int) -> Ints:
    """The first `count` hits in the request's order: int32 docs. Raises Damaged."""
    if request.sort != Sort.RELEVANCE or hits.scores is None:
        newest = request.sort != Sort.OLDEST
        return _first_by_date(columns, hits.docs, count, newest=newest, uncertain=request.uncertain)
    best, tied = _top_scores(hits.scores, count)
    docs, room = hits.docs, count - len(best)
    last = _first_by_date(columns, docs[tied], room, newest=True, uncertain=request.uncertain)
    first = docs[best]
    ranked = _break_ties(
        columns, first, -hits.scores[best], newest=True, uncertain=request.uncertain
    )
    return np.concatenate([ranked, last]) if len(last) else ranked


def _top_scores(scores: Scores, count: int) -> tuple[Longs, Longs]:
    """The indices of the highest scores, fewer than `count`, and of those that tie next.

    Both ascending int64.
    """
    if count >= len(scores):
        least = scores.min(initial=np.inf)
    elif (kernels := compiled_kernels()) and count:
        least = kernels.kth_largest(scores, count)
    else:
        likely = scores[scores >= _score_bound(scores, count)]
        least = np.partition(likely, -count)[-count] if count else np.inf
    near = np.flatnonzero(scores >= least)
    above = scores[near] > least
    return near[above], near[~above]


def _score_bound(scores: Scores, count: int) -> float:
    """A score that at least `count` reach: the lowest of so many highest of rows."""
    rows = len(scores) // _ROW
    if rows < 2 * count or not count:
        return -np.inf
    highest = scores[: rows * _ROW].reshape(rows, _ROW).max(axis=1)
    return float(np.partition(highest, -count)[-count])


def _first_by_date(
    columns: Columns, docs: Ints, count: int, *, newest: bool, uncertain: bool
) -> Ints:
    """The first `count` of `docs`, ascending int32, by date, undated last, then by id."""
    if newest and not uncertain:
        # In each segment docs stand in this order already.
        ends = np.searchsorted(docs, [*columns.bases, columns.doc_count])
        heads = [docs[a : min(a + count, b)] for a, b in pairwise(ends.tolist())]
        heads = [head for head in heads if len(head)]
        if len(heads) == 1:
            return heads[0]
        if count <= _FEW:
            return _merge_heads(columns, heads, count)
        docs = np.concatenate([docs[:0], *heads])
    elif 0 <= count < len(docs):
        days = columns.days(uncertain=uncertain)[docs].astype(np.int64)
        keys = np.where(days == UNDATED, _UNDATED_KEY, -days if newest else days)
        docs = docs[keys <= np.partition(keys, count - 1)[count - 1]] if count else docs[:0]
    same = np.zeros(len(docs), np.float32)
    return _break_ties(columns, docs, same, newest=newest, uncertain=uncertain)[:count]


def _merge_heads(columns: Columns, heads: Sequence[Ints], count: int) -> Ints:
    """The first `count` of docs that are in order in each segment, newest first, then by id.

    Ids are read as they are reached.
    """

    def key(doc: int) -> tuple[int, str]:
        return -int(days[doc]), columns.id(doc)

    days = columns.days(uncertain=False)
    merged = merge(*(head.tolist() for head in heads), key=key)
    return np.array([*islice(merged, count)], np.int32)


def _break_ties(
    columns: Columns, docs: Ints, first: Scores, *, newest: bool, uncertain: bool
) -> Ints:
    """`docs` (int32) by `first` beside them rising, then by date, undated last, then by id."""
    if newest and not uncertain and len(columns.bases) == 1:
        return docs[np.lexsort((docs, first))]
    days = columns.days(uncertain=uncertain)[docs].astype(np.int64)
    keys = np.where(days == UNDATED, _UNDATED_KEY, -days if newest else days)
    order = np.lexsort((keys, first))
    equal = (np.diff(first[order]) == 0) & (np.diff(keys[order]) == 0)
    ranked = docs[order]
    # Ids are fetched only where they decide.
    edges = np.flatnonzero(np.diff(equal, prepend=False, append=False))
    for start, stop in edges.reshape(-1, 2).tolist():
        group = ranked[start : stop + 1].tolist()
        ranked[start : stop + 1] = sorted(group, key=columns.id)
    return ranked


def hits_after(
    after: SearchAfter, request: SearchRequest, snapshot: Snapshot, hits: ScoredDocs
) -> ScoredDocs:
    """The hits that come after a place in the request's order. Raises Damaged."""
    newest = request.sort != Sort.OLDEST
    ranks = snapshot.columns.date_ranks(newest=newest, uncertain=request.uncertain)
    later: Mask = ranks[hits.docs] > _rank_of(after, ranks, request, snapshot)
    if request.sort == Sort.RELEVANCE:
        scores = hits.scores_of(hits.docs)
        later = (scores < after.score) | ((scores == after.score) & later)
    return hits.filtered(later)


def _rank_of(after: SearchAfter, ranks: Longs, request: SearchRequest, snapshot: Snapshot) -> float:
    """The rank of a place in the order, by doc; between two when its document is gone or moved."""
    days = snapshot.columns.days(uncertain=request.uncertain)
    day = after.day.toordinal() if after.day else UNDATED
    try:
        doc = snapshot.doc_of(after.id)
    except DocumentNotFound:
        doc = -1
    if doc >= 0 and days[doc] == day:
        return float(ranks[doc])
    same = np.flatnonzero(days == day)
    if len(same):
        same = same[np.argsort(ranks[same])]
        ahead = bisect_left(same, after.id, key=lambda n: snapshot.columns.id(int(n)))
        return float(ranks[same[0]]) + ahead - 0.5
    if day == UNDATED:
        return float(len(ranks))
    before = days > day if request.sort != Sort.OLDEST else days < day
    return float(np.count_nonzero(before & (days != UNDATED))) - 0.5
