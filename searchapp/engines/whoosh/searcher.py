"""Answers a search: matches, filters, counts, ranks, and shows one page of hits.

Every part of an answer is computed from one snapshot.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from searchapp.engines.analysis.fields import TITLE
from searchapp.engines.base import (
    DATE_FACET,
    BuildStamp,
    Completion,
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
from searchapp.engines.highlight.snippets import text_snippets, title_snippet
from searchapp.engines.notices import CHANGED
from searchapp.engines.query import Node
from searchapp.engines.suggest.did_you_mean import FEW, suggestion
from searchapp.engines.suggest.more_like_this import telling_words
from searchapp.engines.whoosh.collect.date_histogram import count_periods
from searchapp.engines.whoosh.collect.facet_counts import Filters, count_values
from searchapp.engines.whoosh.collect.top_docs import behind, ordered
from searchapp.engines.whoosh.kernels import dispatch
from searchapp.engines.whoosh.query.budget import Budget
from searchapp.engines.whoosh.query.context import QueryContext
from searchapp.engines.whoosh.query.docset import Match, intersection
from searchapp.engines.whoosh.query.evaluator import Matcher
from searchapp.engines.whoosh.query.relevance_feedback import LONG_QUERY, MOVED, improved
from searchapp.engines.whoosh.reader.snapshot import Snapshot
from searchapp.engines.whoosh.reader.snapshots import Snapshots
from searchapp.engines.whoosh.segment.format import UNDATED
from searchapp.engines.whoosh.segment.types import Ints, Mask
from searchapp.engines.whoosh.suggest.completion import Completer
from searchapp.errors import RequestError
from searchapp.model import IndexedDocument

QUERY_SECONDS = 10.0
_SUGGESTION_SECONDS = 1.0


@dataclass(frozen=True)
class _Pinned:
    """A snapshot that is given as the newest one, whatever is committed meanwhile."""

    snapshot: Snapshot

    def newest(self) -> Snapshot:
        return self.snapshot


@dataclass(frozen=True)
class _Found:
    """A request evaluated on a snapshot, before it is cut to a page."""

    context: QueryContext
    request: SearchRequest
    matcher: Matcher
    base: Match
    filters: Filters

    @property
    def snapshot(self) -> Snapshot:
        return self.context.snapshot

    @property
    def hits(self) -> Match:
        return self.base.within(self.filters.either())


class WhooshSearcher:
    """Searches the newest commit, of `build` when it is given; see `base.Searcher`."""

    def __init__(
        self,
        directory: Path,
        build: Path | None = None,
        *,
        query_seconds: float = QUERY_SECONDS,
    ) -> None:
        self._snapshots: Snapshots | _Pinned = Snapshots(directory, build)
        self._context: QueryContext | None = None
        self._query_seconds = query_seconds
        self._completer: Completer | None = None

    @contextmanager
    def pinned(self) -> Iterator[WhooshSearcher]:
        """A searcher that stays with the present commit. Raises IndexUnavailable."""
        snapshot = self._newest().snapshot  # with what its queries keep
        still = copy(self)
        still._snapshots = _Pinned(snapshot)  # noqa: SLF001 - its own
        try:
            yield still
        finally:
            still.close()

    def search(self, request: SearchRequest) -> SearchResponse:
        """One page. Raises IndexUnavailable, RequestError over the budget of a query."""
        dispatch.count_search()
        found = _find(self._newest(), request, Budget(self._query_seconds))
        hits = _improved(found, found.hits)
        total = len(hits)
        page, more = _page(found, hits)
        return SearchResponse(
            total,
            tuple(_shown(found, hits, page)),
            tuple(_facets(found, hits)),
            found.snapshot.info,
            _notices(found),
            _suggestion(found, total),
            more,
        )

    def scan(self, request: SearchRequest) -> Iterator[Hit]:
        """Every hit in order, without snippets, from one snapshot. Raises IndexUnavailable."""
        found = _find(self._newest(), request, Budget(self._query_seconds))
        hits = _improved(found, found.hits)
        order = ordered(request, found.snapshot.columns, hits, len(hits))
        scores = hits.of(order)
        rows = zip(order.tolist(), scores.tolist(), strict=True)
        return (_plain_hit(found, ordinal, score) for ordinal, score in rows)

    def document(self, document_id: str) -> IndexedDocument:
        """The stored document. Raises DocumentNotFound, IndexUnavailable."""
        return _document(self._newest().snapshot, document_id)

    def similar(self, document_id: str) -> Node:
        """A query for the document's most telling words, joined by OR.

        Raises DocumentNotFound, IndexUnavailable.
        """
        context = self._newest()
        return telling_words(context, _document(context.snapshot, document_id))

    def iter_ids(self) -> Iterator[str]:
        """The ids of all documents. Raises IndexUnavailable."""
        snapshot = self._newest().snapshot
        return (snapshot.columns.ids[n] for n in np.flatnonzero(snapshot.live))

    def iter_values(self, facet: str) -> Iterator[tuple[str, int]]:
        """All values of a facet, by code point, with counts. Raises IndexUnavailable."""
        context = self._newest()
        column = context.snapshot.columns.facets[facet]
        counts = column.every(context.match_all.documents)
        values = ((column.value(n), int(counts[n])) for n in column.ordinals.tolist())
        return ((value, count) for value, count in values if count)

    def complete(self, text: str, size: int) -> tuple[Completion, ...]:
        """Names and titles that a text being typed may become. Raises IndexUnavailable."""
        context = self._newest()
        if self._completer is None or self._completer.context is not context:
            self._completer = Completer(context)
        return self._completer.complete(text, size)

    def info(self) -> IndexInfo:
        """The current snapshot. Raises IndexUnavailable."""
        return self._newest().snapshot.info

    def stamp(self) -> BuildStamp:
        """What the last commit recorded. Raises IndexUnavailable."""
        return self._newest().snapshot.stamp

    def close(self) -> None:
        """Files close with the last snapshot that needs them."""
        del self._snapshots, self._context, self._completer

    def _newest(self) -> QueryContext:
        """The last commit, and what was computed of it. Raises IndexUnavailable."""
        snapshot = self._snapshots.newest()
        if self._context is None or self._context.snapshot is not snapshot:
            self._context = QueryContext(snapshot)
        return self._context


def _document(snapshot: Snapshot, document_id: str) -> IndexedDocument:
    return snapshot.document(snapshot.ordinal(document_id))


def _find(context: QueryContext, request: SearchRequest, budget: Budget) -> _Found:
    snapshot = context.snapshot
    filters = Filters.of(snapshot.columns, request.filters)
    passing = intersection(filters.others, _dated(snapshot, request))
    matcher = Matcher(context, request.uncertain, budget, among=passing)
    base = matcher.match(request.query).within(passing)
    return _Found(context, request, matcher, base, filters)


def _dated(snapshot: Snapshot, request: SearchRequest) -> Mask | None:
    """The documents the request's dates let through; None is all."""
    first, last = request.first_day, request.last_day
    if request.undated == Undated.ONLY:
        undated: Mask = snapshot.columns.days(uncertain=request.uncertain) == UNDATED
        return undated
    if first is None and last is None:
        return None
    inside = snapshot.columns.published(first, last, uncertain=request.uncertain)
    if request.undated != Undated.INCLUDE:
        return inside
    either: Mask = inside | (snapshot.columns.days(uncertain=request.uncertain) == UNDATED)
    return either


def _facets(found: _Found, hits: Match) -> Iterator[Facet]:
    """The facets asked for, in the order asked."""
    request, columns = found.request, found.snapshot.columns
    wanted = dict(request.facets)
    if request.interval is not None:
        wanted.setdefault(DATE_FACET, 0)
    for name, limit in wanted.items():
        if name == DATE_FACET:
            interval = request.interval or Interval.AUTO
            yield count_periods(columns, hits, interval, uncertain=request.uncertain)
        else:
            own = hits
            if name in found.filters.any:
                own = found.base.within(found.filters.either(name))
            chosen = request.filters.get(name, FieldFilter())
            among = _looked_for(found, name, chosen)
            yield count_values(name, columns.facets[name], own, limit, chosen, among)


def _looked_for(found: _Found, facet: str, chosen: FieldFilter) -> Ints | None:
    """The numbers of the values that were looked for in a facet, and of the chosen ones."""
    typed = found.request.finding.get(facet)
    if not typed:
        return None
    ordinal = found.snapshot.columns.facets[facet].ordinal
    kept = [n for n in map(ordinal, (*chosen.any, *chosen.all, *chosen.none)) if n >= 0]
    return np.union1d(found.context.prefixes[facet].having(typed), np.array(kept, np.int32))


def _improved(found: _Found, hits: Match) -> Match:
    """The hits, for a question ranked in the light of its best answers."""
    request = found.request
    if (
        not request.size
        or request.sort != Sort.RELEVANCE
        or len(found.matcher.telling) < LONG_QUERY
    ):
        return hits
    first = ordered(request, found.snapshot.columns, hits, MOVED)
    return improved(found.context, first, hits)


def _page(found: _Found, hits: Match) -> tuple[Ints, bool]:
    """The ordinals of the hits on the page, and whether others follow."""
    request, snapshot = found.request, found.snapshot
    first = (request.page - 1) * request.size
    if request.after:
        hits, first = behind(request.after, request, snapshot, hits), 0
    last = first + request.size
    more = len(hits) > last
    if not request.size:
        return np.zeros(0, np.int32), more
    return ordered(request, snapshot.columns, hits, last)[first:last], more


def _shown(found: _Found, hits: Match, page: Ints) -> Iterator[Hit]:
    marks = found.matcher.marks
    for ordinal, score in zip(page.tolist(), hits.of(page).tolist(), strict=True):
        document, shown = found.context.shown(ordinal)
        yield Hit(document, score, title_snippet(shown, marks), text_snippets(shown, marks))


def _notices(found: _Found) -> tuple[str, ...]:
    """What was bounded, and whether the order may have changed between two pages."""
    after, info = found.request.after, found.snapshot.info
    changed = after and after.index != info.id and found.request.sort == Sort.RELEVANCE
    said = found.matcher.notices + ([CHANGED] if changed else [])
    return tuple(dict.fromkeys(said))


def _plain_hit(found: _Found, ordinal: int, score: float) -> Hit:
    document = found.snapshot.document(ordinal)
    return Hit(document, score, Snippet(TITLE, document.article.title, ()))


def _suggestion(found: _Found, total: int) -> str | None:
    if total > FEW:
        return None
    filters, dated = found.filters, _dated(found.snapshot, found.request)
    passing = intersection(filters.others, filters.either(), dated)

    def count(node: Node) -> int:
        matcher = Matcher(found.context, found.request.uncertain, budget)
        return len(matcher.match(node).within(passing))

    budget = Budget(_SUGGESTION_SECONDS)
    try:
        return suggestion(found.request.query, found.context, total, count)
    except RequestError:  # the query itself was answered within its budget
        return None
