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
    Undated,
)
from searchapp.engines.query import Node
from searchapp.engines.whoosh.columns import Mask
from searchapp.engines.whoosh.facets import Filters, count_periods, count_values
from searchapp.engines.whoosh.layout import UNDATED
from searchapp.engines.whoosh.matching import Match, Matcher
from searchapp.engines.whoosh.opening import Snapshots
from searchapp.engines.whoosh.ranking import ordered
from searchapp.engines.whoosh.schema import TITLE
from searchapp.engines.whoosh.similar import telling_words
from searchapp.engines.whoosh.snapshot import Snapshot
from searchapp.engines.whoosh.snippets import text_snippets, title_snippet
from searchapp.engines.whoosh.suggestion import suggestion
from searchapp.model import IndexedDocument


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
        return SearchResponse(
            total,
            tuple(_page(found, hits)),
            tuple(_facets(found, hits)),
            found.snapshot.info,
            tuple(dict.fromkeys(found.matcher.notices)),
            None if total else _suggestion(found),
        )

    def scan(self, request: SearchRequest) -> Iterator[Hit]:
        """Every hit in order, without snippets, from one snapshot. Raises IndexUnavailable."""
        found = _find(self._snapshots.newest(), request)
        hits = found.hits
        order = ordered(request, found.snapshot.columns, hits, found.match.scores, int(hits.sum()))
        return (_plain_hit(found, int(ordinal)) for ordinal in order)

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


def _page(found: _Found, hits: Mask) -> Iterator[Hit]:
    request, snapshot = found.request, found.snapshot
    first = (request.page - 1) * request.size
    last = first + request.size
    if not request.size:
        return
    order = ordered(request, snapshot.columns, hits, found.match.scores, last)
    marks = found.matcher.marks
    for ordinal in order[first:last]:
        document = snapshot.document(int(ordinal))
        yield Hit(
            document,
            float(found.match.scores[ordinal]),
            title_snippet(document.article, marks),
            text_snippets(document.article, marks),
        )


def _plain_hit(found: _Found, ordinal: int) -> Hit:
    document = found.snapshot.document(ordinal)
    title = Snippet(TITLE, document.article.title, ())
    return Hit(document, float(found.match.scores[ordinal]), title)


def _suggestion(found: _Found) -> str | None:
    allowed = found.filters.mask() & _dated(found.snapshot, found.request)

    def finds(node: Node) -> bool:
        matcher = Matcher(found.snapshot, found.snapshot.scoring, found.request.uncertain)
        return bool((matcher.match(node).mask & allowed).any())

    return suggestion(found.request.query, found.snapshot, finds)
