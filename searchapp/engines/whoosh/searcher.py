"""Answers a search: matches, filters, counts, ranks, and shows one page of hits.

Every part of an answer is computed from one snapshot.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, replace
from itertools import repeat
from operator import itemgetter
from pathlib import Path

import numpy as np

from searchapp.engines import by_meaning
from searchapp.engines.analysis.fields import TITLE
from searchapp.engines.base import (
    DATE_FACET,
    BuildStamp,
    Completion,
    Correction,
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
from searchapp.engines.budget import QUERY_SECONDS, Budget
from searchapp.engines.feedback import RERANKED
from searchapp.engines.highlight.effort import Effort
from searchapp.engines.highlight.snippets import text_snippets, title_snippet
from searchapp.engines.notices import CHANGED
from searchapp.engines.page_bounds import refuse_long_page, shortened
from searchapp.engines.query import Node
from searchapp.engines.question import term_weights
from searchapp.engines.ranking import QUESTION_TERMS
from searchapp.engines.relaxation import MIN_COMPLETE
from searchapp.engines.suggest.correction import correct
from searchapp.engines.suggest.did_you_mean import suggest_query
from searchapp.engines.suggest.more_like_this import significant_terms
from searchapp.engines.suggest.options import FEW_HITS
from searchapp.engines.whoosh.collect.date_histogram import count_periods
from searchapp.engines.whoosh.collect.facet_counts import FacetFilters, count_values
from searchapp.engines.whoosh.collect.top_docs import hits_after, top_docs
from searchapp.engines.whoosh.kernels import dispatch
from searchapp.engines.whoosh.query.context import QueryContext
from searchapp.engines.whoosh.query.docset import ScoredDocs, intersect_masks
from searchapp.engines.whoosh.query.evaluator import QueryEvaluator
from searchapp.engines.whoosh.query.relaxed import RelaxedQuery
from searchapp.engines.whoosh.query.relevance_feedback import rerank
from searchapp.engines.whoosh.reader.snapshot import Snapshot
from searchapp.engines.whoosh.reader.snapshots import Snapshots
from searchapp.engines.whoosh.segment.columns import Columns
from searchapp.engines.whoosh.segment.format import UNDATED
from searchapp.engines.whoosh.segment.name_index import NAMES
from searchapp.engines.whoosh.segment.types import Ints, Mask
from searchapp.engines.whoosh.suggest.completion import Completer, Narrowing
from searchapp.errors import DocumentNotFound, RequestError
from searchapp.meaning.nearness import Comparison, Nearness
from searchapp.model import IndexedDocument

_SUGGESTION_SECONDS = 0.3
_SCANNED = 10_000  # hits of a scan turned into numbers of Python's at a time


@dataclass(frozen=True)
class _Evaluated:
    """A request evaluated on a snapshot, before it is cut to a page."""

    context: QueryContext
    request: SearchRequest
    evaluator: QueryEvaluator
    base: ScoredDocs
    filters: FacetFilters
    relaxed: RelaxedQuery | None = None
    correction: Correction | None = None

    @property
    def snapshot(self) -> Snapshot:
        return self.context.snapshot

    @property
    def hits(self) -> ScoredDocs:
        return self.base.within(self.filters.any_mask())

    def complete(self, hits: ScoredDocs) -> int | None:
        """How many hits have all words, None where none may be missing."""
        return self.relaxed.count_complete(hits) if self.relaxed else None

    def missing(self, docs: Ints) -> Iterator[tuple[str, ...]]:
        """What each of some docs (int32) lacks. Raises Damaged."""
        return self.relaxed.missing(docs) if self.relaxed else repeat((), len(docs))


class WhooshSearcher:
    """Searches the newest commit, of `build` when it is given; see `base.Searcher`."""

    def __init__(
        self,
        directory: Path,
        build: Path | None = None,
        *,
        query_seconds: float = QUERY_SECONDS,
        nearness: Nearness | None = None,
    ) -> None:
        self._newest_snapshot: Callable[[], Snapshot] = Snapshots(directory, build).newest
        self._context: QueryContext | None = None
        self._query_seconds = query_seconds
        self._nearness = nearness
        self._completer: Completer | None = None

    @contextmanager
    def pinned(self) -> Iterator[WhooshSearcher]:
        """A searcher that stays with the present commit. Raises IndexUnavailable."""
        snapshot = self._newest().snapshot  # with what its queries keep
        still = copy(self)
        still._newest_snapshot = lambda: snapshot  # noqa: SLF001 - its own
        still._nearness = self._nearness and self._nearness.pinned()  # noqa: SLF001 - its own
        try:
            yield still
        finally:
            still.close()

    def search(self, request: SearchRequest) -> SearchResponse:
        """One page. Raises IndexUnavailable, RequestError over the budget of a query."""
        dispatch.count_search()
        found = _evaluate(self._newest(), request, Budget(self._query_seconds))
        compared = by_meaning.comparison(self._nearness, found.request)
        hits = _ranked(found, compared)
        total, complete = len(hits), found.complete(hits)
        page, more = _page(found, hits)
        return SearchResponse(
            total,
            tuple(_hits(found, hits, page)),
            tuple(_facets(found, hits)),
            self._info(found.snapshot),
            self._notices(found),
            _suggest(found, total if complete is None else complete),
            more,
            complete,
            found.correction,
            meaning=by_meaning.use_of(compared),
            by_meaning=tuple(_nearest(found, hits, compared)),
        )

    def scan(self, request: SearchRequest) -> Iterator[Hit]:
        """Every hit in order, without snippets, from one snapshot. Raises IndexUnavailable."""
        found = _evaluate(self._newest(), request, Budget(self._query_seconds))
        hits = _ranked(found, by_meaning.comparison(self._nearness, found.request))
        order = top_docs(request, found.snapshot.columns, hits, len(hits))
        chunks = (order[start : start + _SCANNED] for start in range(0, len(order), _SCANNED))
        return (
            _plain_hit(found, doc, score, missing)
            for docs in chunks
            for doc, score, missing in zip(
                docs.tolist(), hits.scores_of(docs).tolist(), found.missing(docs), strict=True
            )
        )

    def document(self, document_id: str) -> IndexedDocument:
        """The stored document. Raises DocumentNotFound, IndexUnavailable."""
        return _document(self._newest().snapshot, document_id)

    def similar(self, document_id: str) -> Node:
        """A query for the document's most telling words, joined by OR.

        Raises DocumentNotFound, IndexUnavailable.
        """
        context = self._newest()
        return significant_terms(context, _document(context.snapshot, document_id))

    def scores(self, query: Node, document_ids: Sequence[str]) -> tuple[float | None, ...]:
        """How well each document matches; None where not. Raises IndexUnavailable, RequestError."""
        context = self._newest()
        found = QueryEvaluator(context, budget=Budget(self._query_seconds)).evaluate(query)
        return tuple(_score_of(found, context.snapshot, id_) for id_ in document_ids)

    def iter_ids(self) -> Iterator[str]:
        """The ids of all documents. Raises IndexUnavailable."""
        snapshot = self._newest().snapshot
        return (snapshot.columns.ids[n] for n in np.flatnonzero(snapshot.live_docs))

    def iter_values(self, facet: str) -> Iterator[tuple[str, int]]:
        """All values of a facet, by code point, with counts. Raises IndexUnavailable."""
        context = self._newest()
        column = context.snapshot.columns.facets[facet]
        counts = column.count_by_ord(context.match_all.docs)
        values = ((column.value(n), int(counts[n])) for n in column.ords.tolist())
        return ((value, count) for value, count in values if count)

    def complete(
        self, text: str, size: int, within: SearchRequest | None = None
    ) -> tuple[Completion, ...]:
        """Names and titles that a text being typed may become. Raises IndexUnavailable."""
        snapshot = self._newest().snapshot
        if self._completer is None or self._completer.snapshot is not snapshot:
            self._completer = Completer.follow(self._completer, snapshot)
        return self._completer.complete(text, size, _narrow(within or SearchRequest()))

    def info(self) -> IndexInfo:
        """The current snapshot. Raises IndexUnavailable."""
        return self._info(self._newest().snapshot)

    def stamp(self) -> BuildStamp:
        """What the last commit recorded. Raises IndexUnavailable."""
        return self._newest().snapshot.stamp

    def close(self) -> None:
        """Files close with the last snapshot that needs them."""
        del self._newest_snapshot, self._context, self._completer

    def _info(self, snapshot: Snapshot) -> IndexInfo:
        id_ = by_meaning.snapshot_id(snapshot.info.id, self._nearness)
        return replace(snapshot.info, id=id_)

    def _notices(self, found: _Evaluated) -> tuple[str, ...]:
        """What was bounded, and whether the order may have changed between two pages."""
        after, ranked = found.request.after, found.request.sort == Sort.RELEVANCE
        changed = after and ranked and after.index != self._info(found.snapshot).id
        said = found.evaluator.notices + ([CHANGED] if changed else [])
        return tuple(dict.fromkeys(said))

    def _newest(self) -> QueryContext:
        """The last commit, and what was computed of it. Raises IndexUnavailable."""
        snapshot = self._newest_snapshot()
        if self._context is None or self._context.snapshot is not snapshot:
            self._context = QueryContext(snapshot)
        return self._context


def _score_of(found: ScoredDocs, snapshot: Snapshot, document_id: str) -> float | None:
    try:
        doc = snapshot.doc_of(document_id)
    except DocumentNotFound:
        return None
    index = int(np.searchsorted(found.docs, doc))
    if index == len(found) or found.docs[index] != doc:
        return None
    return 0.0 if found.scores is None else float(found.scores[index])


def _document(snapshot: Snapshot, document_id: str) -> IndexedDocument:
    return snapshot.document(snapshot.doc_of(document_id))


def _evaluate(context: QueryContext, asked: SearchRequest, budget: Budget) -> _Evaluated:
    """The request on a snapshot, corrected where nothing is as it was typed."""
    found = _find(context, asked, budget)
    if not asked.correct:
        return found
    known = 0 if found.relaxed else len(found.base)
    request, correction = _correct(context, asked, known)
    if correction is None:
        return found
    return replace(_find(context, request, budget), correction=correction)


def _find(context: QueryContext, request: SearchRequest, budget: Budget) -> _Evaluated:
    snapshot = context.snapshot
    filters = FacetFilters.evaluate(snapshot.columns, request.filters)
    passing = intersect_masks(filters.others, _dated(snapshot.columns, request))
    weights = term_weights(request.query, snapshot.languages)
    evaluator = QueryEvaluator(
        context, request.uncertain, budget, candidates=passing, term_weights=weights
    )
    base = evaluator.evaluate(request.query)
    relaxed = None
    if request.optional and len(base) < MIN_COMPLETE:
        found = len(base) if passing is None else None
        relaxed = RelaxedQuery.of(context, request, budget, found)
    if relaxed:
        evaluator = QueryEvaluator(context, request.uncertain, budget, term_weights=weights)
        base = relaxed.evaluate(evaluator)
    return _Evaluated(context, request, evaluator, base.within(passing), filters, relaxed)


def _correct(
    context: QueryContext, request: SearchRequest, known: int
) -> tuple[SearchRequest, Correction | None]:
    """The request in the archive's spelling; as it is where telling that costs too much.

    `known` is how many docs at least match its query.
    """

    def count(node: Node) -> int:
        if known and node is request.query:
            return known
        return len(QueryEvaluator(context, budget=budget, ranked=False).evaluate(node))

    budget = Budget(_SUGGESTION_SECONDS)
    try:
        return correct(request, context, count, context.snapshot.languages)
    except RequestError:  # it was answered as it was typed, within its own budget
        return request, None


def _dated(columns: Columns, request: SearchRequest) -> Mask | None:
    """The docs the request's dates let through, as a mask by doc; None is all."""
    first, last = request.first_day, request.last_day
    if request.undated == Undated.ONLY:
        undated: Mask = columns.days(uncertain=request.uncertain) == UNDATED
        return undated
    if first is None and last is None:
        return None
    inside = columns.dated_between(first, last, uncertain=request.uncertain)
    if request.undated != Undated.INCLUDE:
        return inside
    either: Mask = inside | (columns.days(uncertain=request.uncertain) == UNDATED)
    return either


def _narrow(request: SearchRequest) -> Narrowing:
    """What a request's filters and dates leave, whatever its query."""

    def masks(columns: Columns) -> dict[str, Mask | None]:
        filters = FacetFilters.evaluate(columns, request.filters)
        always = intersect_masks(filters.others, _dated(columns, request))
        return {
            field: intersect_masks(always, filters.any_mask(without=field))
            for field in (*NAMES, TITLE)
        }

    dates = request.first_day, request.last_day, request.undated, request.uncertain
    key = tuple(sorted(request.filters.items(), key=itemgetter(0))), *dates
    return Narrowing(key, masks)


def _facets(found: _Evaluated, hits: ScoredDocs) -> Iterator[Facet]:
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
                own = found.base.within(found.filters.any_mask(name))
            chosen = request.filters.get(name, FieldFilter())
            ords = _listed_ords(found, name, chosen)
            yield count_values(name, columns.facets[name], own, limit, chosen, ords)


def _listed_ords(found: _Evaluated, facet: str, chosen: FieldFilter) -> Ints | None:
    """The ords of the values looked for in a facet, and of the chosen ones: ascending int32."""
    typed = found.request.finding.get(facet)
    if not typed:
        return None
    ord_of = found.snapshot.columns.facets[facet].ord_of
    kept = [n for n in map(ord_of, chosen.states()) if n >= 0]
    begun = found.context.prefixes[facet].ords_with_prefixes(typed)
    return np.union1d(begun, np.array(kept, np.int32))


def _ranked(found: _Evaluated, compared: Comparison | None) -> ScoredDocs:
    """The hits, scored as the request orders them."""
    hits = _reorder(found, _rerank(found, found.hits), compared)
    if found.relaxed and found.request.sort == Sort.RELEVANCE:
        return found.relaxed.lift(hits)
    return hits


def _rerank(found: _Evaluated, hits: ScoredDocs) -> ScoredDocs:
    """The hits, for a question ranked in the light of its best answers."""
    request = found.request
    if (
        not request.size
        or request.sort != Sort.RELEVANCE
        or len(found.evaluator.ranking_terms) < QUESTION_TERMS
    ):
        return hits
    first = top_docs(request, found.snapshot.columns, hits, RERANKED)
    return rerank(found.context, len(found.evaluator.ranking_terms), first, hits)


def _reorder(found: _Evaluated, hits: ScoredDocs, compared: Comparison | None) -> ScoredDocs:
    """The hits, the scores of the first of them blended with how near they lie in meaning."""
    if compared is None or hits.scores is None or not len(hits):
        return hits
    columns = found.snapshot.columns
    first = top_docs(found.request, columns, hits, by_meaning.REORDERED)
    near = compared.similarities([columns.id(doc) for doc in first.tolist()])
    scores = hits.scores.copy()
    scores[np.searchsorted(hits.docs, first)] = by_meaning.blend(hits.scores_of(first), near)
    return ScoredDocs(hits.docs, scores, hits.doc_count)


def _nearest(found: _Evaluated, hits: ScoredDocs, compared: Comparison | None) -> Iterator[Hit]:
    """The nearest documents within the filters that are not among the hits."""
    if compared is None or not by_meaning.shows_nearest(found.request):
        return
    snapshot, shown = found.snapshot, 0
    dated = _dated(snapshot.columns, found.request)
    others = intersect_masks(found.filters.others, found.filters.any_mask(), dated)
    for id_, similarity in compared.nearest(by_meaning.FLOOR, by_meaning.CANDIDATES):
        try:
            doc = snapshot.doc_of(id_)
        except DocumentNotFound:  # the vectors are of another moment
            continue
        place = np.searchsorted(hits.docs, doc)
        is_hit = place < len(hits) and hits.docs[place] == doc
        if not is_hit and (others is None or others[doc]):
            yield _plain_hit(found, doc, similarity)
            shown += 1
        if shown == by_meaning.SHOWN:
            return


def _page(found: _Evaluated, hits: ScoredDocs) -> tuple[Ints, bool]:
    """The docs of the hits on the page (int32), and whether others follow."""
    request, snapshot = found.request, found.snapshot
    first = (request.page - 1) * request.size
    if request.after:
        hits, first = hits_after(request.after, request, snapshot, hits), 0
    last = first + request.size
    more = len(hits) > last
    if not request.size:
        return np.zeros(0, np.int32), more
    return top_docs(request, snapshot.columns, hits, last)[first:last], more


def _hits(found: _Evaluated, hits: ScoredDocs, page: Ints) -> Iterator[Hit]:
    effort, matches, read = Effort(), found.evaluator.matches, 0
    rows = zip(page.tolist(), hits.scores_of(page).tolist(), found.missing(page), strict=True)
    for doc, score, missing in rows:
        document, source = found.context.shown(doc)
        read += len(document.article.text)
        refuse_long_page(read)
        effort.begin_document()
        title = title_snippet(source, matches, effort)
        texts = text_snippets(source, matches, effort)
        yield Hit(shortened(document), score, title, texts, missing)


def _plain_hit(found: _Evaluated, doc: int, score: float, missing: tuple[str, ...] = ()) -> Hit:
    document = found.snapshot.document(doc)
    return Hit(document, score, Snippet(TITLE, document.article.title, ()), missing=missing)


def _suggest(found: _Evaluated, total: int) -> str | None:
    if found.correction or total > FEW_HITS:
        return None
    filters, dated = found.filters, _dated(found.snapshot.columns, found.request)
    passing = intersect_masks(filters.others, filters.any_mask(), dated)

    def count(node: Node) -> int:
        evaluator = QueryEvaluator(found.context, found.request.uncertain, budget)
        return len(evaluator.evaluate(node).within(passing))

    budget = Budget(_SUGGESTION_SECONDS)
    try:
        return suggest_query(found.request.query, found.context, total, count)
    except RequestError:  # the query itself was answered within its budget
        return None
