"""Answers a search: matches, filters, counts, ranks, and shows one page of hits.

Every part of an answer is computed from one snapshot.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from searchapp.engines.base import (
    DATE_FACET,
    BuildStamp,
    Facet,
    FieldFilter,
    Hit,
    IndexInfo,
    Interval,
    SearchRequest,
    SearchResponse,
    Snippet,
    Sort,
    Undated,
)
from searchapp.engines.query import Node
from searchapp.engines.whoosh.columns import Longs, Mask
from searchapp.engines.whoosh.facets import Filters, count_periods, count_values
from searchapp.engines.whoosh.feedback import LONG_QUERY, MOVED, improved
from searchapp.engines.whoosh.layout import UNDATED
from searchapp.engines.whoosh.matching import Match, Matcher
from searchapp.engines.whoosh.opening import Snapshots
from searchapp.engines.whoosh.ranking import behind, ordered
from searchapp.engines.whoosh.schema import TITLE
from searchapp.engines.whoosh.scoring import Scores
from searchapp.engines.whoosh.similar import telling_words
from searchapp.engines.whoosh.snapshot import Snapshot
from searchapp.engines.whoosh.snippets import text_snippets, title_snippet
from searchapp.engines.whoosh.suggestion import suggestion
from searchapp.model import IndexedDocument

_CHANGED = "the archive changed since the page before: some hits may be repeated or missing"


@dataclass(frozen=True)
class _Found:
    """A request evaluated on a snapshot, before it is cut to a page."""

    snapshot: Snapshot
    request: SearchRequest
    matcher: Matcher
    match: Match
    base: Mask
    filters: Filters

    @property
    def hits(self) -> Mask:
        return self.base & self.filters.mask()


class WhooshSearcher:
    """Searches the newest commit; see `base.Searcher`."""

    def __init__(self, directory: Path) -> None:
        self._snapshots = Snapshots(directory)

    def search(self, request: SearchRequest) -> SearchResponse:
        """One page. Raises IndexUnavailable."""
        found = _find(self._snapshots.newest(), request)
        hits = found.hits
        total = int(np.count_nonzero(hits))
        scores = _scores(found, hits)
        page, more = _page(found, hits, scores)
        return SearchResponse(
            total,
            tuple(_shown(found, scores, page)),
            tuple(_facets(found, hits)),
            found.snapshot.info,
            _notices(found),
            None if total else _suggestion(found),
            more,
        )

    def scan(self, request: SearchRequest) -> Iterator[Hit]:
        """Every hit in order, without snippets, from one snapshot. Raises IndexUnavailable."""
        found = _find(self._snapshots.newest(), request)
        hits = found.hits
        scores = _scores(found, hits)
        order = ordered(request, found.snapshot.columns, hits, scores, int(hits.sum()))
        return (_plain_hit(found, int(ordinal), scores) for ordinal in order)

    def document(self, document_id: str) -> IndexedDocument:
        """The stored document. Raises DocumentNotFound, IndexUnavailable."""
        snapshot = self._snapshots.newest()
        return snapshot.document(snapshot.ordinal(document_id))

    def similar(self, document_id: str) -> Node:
        """A query for the document's most telling words, joined by OR.

        Raises DocumentNotFound, IndexUnavailable.
        """
        snapshot = self._snapshots.newest()
        return telling_words(snapshot, snapshot.document(snapshot.ordinal(document_id)))

    def info(self) -> IndexInfo:
        """The current snapshot. Raises IndexUnavailable."""
        return self._snapshots.newest().info

    def stamp(self) -> BuildStamp:
        """What the last commit recorded. Raises IndexUnavailable."""
        return self._snapshots.newest().stamp


def _find(snapshot: Snapshot, request: SearchRequest) -> _Found:
    matcher = Matcher(snapshot, snapshot.scoring, request.uncertain)
    match = matcher.match(request.query)
    filters = Filters.of(snapshot.columns, request.filters)
    return _Found(
        snapshot, request, matcher, match, match.mask & _dated(snapshot, request), filters
    )


def _dated(snapshot: Snapshot, request: SearchRequest) -> Mask:
    """The documents the request's dates let through."""
    days = snapshot.columns.days(uncertain=request.uncertain)
    undated: Mask = days == UNDATED
    first, last = request.first_day, request.last_day
    if request.undated == Undated.ONLY:
        return undated
    if first is None and last is None:
        return np.ones(len(days), bool)
    inside = snapshot.columns.published(first, last, uncertain=request.uncertain)
    return inside | undated if request.undated == Undated.INCLUDE else inside


def _facets(found: _Found, hits: Mask) -> Iterator[Facet]:
    """The facets asked for, in the order asked."""
    request, columns = found.request, found.snapshot.columns
    wanted = dict(request.facets)
    if request.interval is not None:
        wanted.setdefault(DATE_FACET, 0)
    for name, limit in wanted.items():
        if name == DATE_FACET:
            days = columns.days(uncertain=request.uncertain)
            yield count_periods(days, hits, request.interval or Interval.AUTO)
        else:
            own = found.base & found.filters.mask(name) if name in found.filters.any else hits
            chosen = request.filters.get(name, FieldFilter())
            yield count_values(name, columns.facets[name], own, limit, chosen)


def _scores(found: _Found, hits: Mask) -> Scores:
    """How relevant the hits are; for a question, in the light of its best answers."""
    request, scores = found.request, found.match.scores
    if (
        not request.size
        or request.sort != Sort.RELEVANCE
        or len(found.matcher.telling) < LONG_QUERY
    ):
        return scores
    first = ordered(request, found.snapshot.columns, hits, scores, MOVED)
    return improved(found.snapshot, first, scores)


def _page(found: _Found, hits: Mask, scores: Scores) -> tuple[Longs, bool]:
    """The ordinals of the hits on the page, and whether others follow."""
    request, snapshot = found.request, found.snapshot
    first = (request.page - 1) * request.size
    if request.after:
        hits, first = behind(request.after, request, snapshot, hits, scores), 0
    last = first + request.size
    more = int(np.count_nonzero(hits)) > last
    if not request.size:
        return np.zeros(0, np.int64), more
    return ordered(request, snapshot.columns, hits, scores, last)[first:last], more


def _shown(found: _Found, scores: Scores, page: Longs) -> Iterator[Hit]:
    marks = found.matcher.marks
    for ordinal in page:
        document = found.snapshot.document(int(ordinal))
        yield Hit(
            document,
            float(scores[ordinal]),
            title_snippet(document.article, marks),
            text_snippets(document.article, marks),
        )


def _notices(found: _Found) -> tuple[str, ...]:
    """What was bounded, and whether the order may have changed between two pages."""
    after, info = found.request.after, found.snapshot.info
    changed = after and after.index != info.id and found.request.sort == Sort.RELEVANCE
    said = found.matcher.notices + ([_CHANGED] if changed else [])
    return tuple(dict.fromkeys(said))


def _plain_hit(found: _Found, ordinal: int, scores: Scores) -> Hit:
    document = found.snapshot.document(ordinal)
    title = Snippet(TITLE, document.article.title, ())
    return Hit(document, float(scores[ordinal]), title)


def _suggestion(found: _Found) -> str | None:
    allowed = found.filters.mask() & _dated(found.snapshot, found.request)

    def finds(node: Node) -> bool:
        matcher = Matcher(found.snapshot, found.snapshot.scoring, found.request.uncertain)
        return bool((matcher.match(node).mask & allowed).any())

    return suggestion(found.request.query, found.snapshot, finds)
