"""Answers searches on the newest commit by looking at every document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from itertools import islice

import numpy as np

from searchapp.engines import by_meaning
from searchapp.engines.analysis.fields import TITLE
from searchapp.engines.analysis.name_words import (
    LONGEST_TYPED,
    name_slips,
    typed_words,
)
from searchapp.engines.analysis.terms import query_terms
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
from searchapp.engines.budget import QUERY_SECONDS, Budget
from searchapp.engines.highlight.effort import Effort
from searchapp.engines.highlight.snippets import SnippetSource, text_snippets, title_snippet
from searchapp.engines.memory.entries import Entry, Snapshot
from searchapp.engines.memory.evaluation import Evaluation, Scores
from searchapp.engines.memory.facets import count_periods, count_values
from searchapp.engines.memory.feedback import rerank
from searchapp.engines.memory.relaxed import RelaxedQuery
from searchapp.engines.notices import CHANGED
from searchapp.engines.page_bounds import refuse_long_page, shortened
from searchapp.engines.query import Everything, Node
from searchapp.engines.question import term_weights
from searchapp.engines.suggest.completions import (
    MAX_TITLES,
    MIN_BEGUN,
    Name,
    forgives,
    name_completions,
    title_completion,
)
from searchapp.engines.suggest.correction import correct
from searchapp.engines.suggest.did_you_mean import suggest_query
from searchapp.engines.suggest.more_like_this import significant_terms
from searchapp.engines.suggest.options import FEW_HITS
from searchapp.errors import RequestError
from searchapp.meaning.nearness import Nearness
from searchapp.model import EntityType, IndexedDocument

_Key = tuple[float, bool, int, str]


class MemorySearcher:
    """Searches what `newest` gives; see `base.Searcher`."""

    def __init__(
        self,
        newest: Callable[[], Snapshot],
        nearness: Nearness | None = None,
        query_seconds: float = QUERY_SECONDS,
    ) -> None:
        self._newest, self._nearness = newest, nearness
        self._query_seconds = query_seconds

    def search(self, request: SearchRequest) -> SearchResponse:
        """One page. Raises IndexMissing."""
        answer = self._answer(request)
        page, more = answer.page()
        hits = tuple(map(answer.hit, page))
        info = self.info()
        return SearchResponse(
            len(answer.hits),
            hits,
            tuple(answer.facets()),
            info,
            answer.notices(info),
            answer.suggestion(),
            more,
            answer.complete(),
            answer.correction,
            meaning=by_meaning.use_of(answer.compared),
            by_meaning=tuple(answer.nearest()),
        )

    def scan(self, request: SearchRequest) -> Iterator[Hit]:
        """Every hit in order, without snippets. Raises IndexMissing."""
        answer = self._answer(request)
        return (answer.plain_hit(document_id) for document_id in answer.ordered())

    def document(self, document_id: str) -> IndexedDocument:
        """The stored document. Raises DocumentNotFound, IndexMissing."""
        return self._newest().document(document_id)

    def similar(self, document_id: str) -> Node:
        """A query for the document's most telling words. Raises DocumentNotFound, IndexMissing."""
        snapshot = self._newest()
        return significant_terms(snapshot, snapshot.document(document_id))

    def scores(self, query: Node, document_ids: Sequence[str]) -> tuple[float | None, ...]:
        """How well each document matches; None where it does not. Raises IndexMissing."""
        found = Evaluation(self._newest(), budget=self._budget()).find(query)
        return tuple(map(found.get, document_ids))

    def iter_ids(self) -> Iterator[str]:
        """The ids of all documents. Raises IndexMissing."""
        return iter(self._newest().entries)

    def iter_values(self, facet: str) -> Iterator[tuple[str, int]]:
        """All values of a facet, by code point, with counts. Raises IndexMissing."""
        return iter(sorted(self._newest().values[facet].items()))

    @contextmanager
    def pinned(self) -> Iterator[MemorySearcher]:
        """A searcher that stays with the present commit. Raises IndexMissing."""
        snapshot = self._newest()
        nearness = self._nearness and self._nearness.pinned()
        yield MemorySearcher(lambda: snapshot, nearness, self._query_seconds)

    def complete(
        self, text: str, size: int, within: SearchRequest | None = None
    ) -> tuple[Completion, ...]:
        """Names and titles that a text being typed may become. Raises IndexMissing."""
        if not size:
            return ()
        request = replace(within or SearchRequest(), query=Everything())
        answer, typed = _Answer(self._newest(), request, None, self._budget()), typed_words(text)
        names = list(answer.names(typed))
        written = [name for name in names if not name.slips]
        held = sum(name.count > 0 for name in written)
        titles = answer.titles(text[:LONGEST_TYPED])[: min(MAX_TITLES, size)]
        shown = names if forgives(typed, held) else written
        return (*name_completions(shown, typed, size - len(titles)), *titles)

    def info(self) -> IndexInfo:
        """The current snapshot. Raises IndexMissing."""
        info = self._newest().info
        return replace(info, id=by_meaning.snapshot_id(info.id, self._nearness))

    def stamp(self) -> BuildStamp:
        """What the last commit recorded. Raises IndexMissing."""
        return self._newest().stamp

    def close(self) -> None:
        """Nothing is held open."""

    def _answer(self, request: SearchRequest) -> _Answer:
        return _Answer(self._newest(), request, self._nearness, self._budget())

    def _budget(self) -> Budget:
        return Budget(self._query_seconds)


class _Answer:
    """A request evaluated on a snapshot."""

    def __init__(
        self,
        snapshot: Snapshot,
        asked: SearchRequest,
        nearness: Nearness | None,
        budget: Budget,
    ) -> None:
        self.snapshot, self._budget = snapshot, budget
        self._effort, self._read = Effort(), 0
        self.request, self.correction = correct(
            asked, snapshot, self._count_all, snapshot.languages
        )
        request = self.request
        self.compared = by_meaning.comparison(nearness, request)
        weights = term_weights(request.query, snapshot.languages)
        self._evaluation = Evaluation(snapshot, request.uncertain, budget, term_weights=weights)
        self._relaxed = RelaxedQuery.of(snapshot, request, budget) if request.optional else None
        if self._relaxed:
            found = self._relaxed.find(self._evaluation)
        else:
            found = self._evaluation.find(request.query)
        self._base = {id_: score for id_, score in found.items() if self._passes(id_)}
        self.hits = self._with_any(self._base)
        if request.size and request.sort == Sort.RELEVANCE:
            self.hits = rerank(self._evaluation, self.ordered(), self.hits)
        self.hits = self._reordered(self.hits)
        if self._relaxed and request.sort == Sort.RELEVANCE:
            self.hits = self._relaxed.lift(self.hits)

    def _reordered(self, hits: Scores) -> Scores:
        """The hits, the scores of the first of them blended with how near they lie in meaning."""
        if self.compared is None or not hits:
            return hits
        self.hits = hits
        first = self.ordered()[: by_meaning.REORDERED]
        scores = np.array([hits[id_] for id_ in first], np.float32)
        blended = by_meaning.blend(scores, self.compared.similarities(first))
        return {**hits, **dict(zip(first, blended.tolist(), strict=True))}

    def nearest(self) -> Iterator[Hit]:
        """The nearest documents within the filters that are not among the hits."""
        if self.compared is None or not by_meaning.shows_nearest(self.request):
            return iter(())
        near = self.compared.nearest(by_meaning.FLOOR, by_meaning.CANDIDATES)
        there = {
            id_: score
            for id_, score in near
            if id_ in self.snapshot.entries and id_ not in self.hits and self._passes(id_)
        }
        passing = self._with_any(there).items()
        shown = islice(passing, by_meaning.SHOWN)
        return (replace(self.plain_hit(id_, score), missing=()) for id_, score in shown)

    def _count_all(self, node: Node) -> int:
        return len(Evaluation(self.snapshot, budget=self._budget).find(node))

    def _passes(self, document_id: str) -> bool:
        """Whether a document is in time, and has what it must and nothing that it must not."""
        values = self.snapshot.entries[document_id].values
        return self._in_time(self._evaluation.day(document_id)) and all(
            all(value in values[facet] for value in wanted.all)
            and not any(value in values[facet] for value in wanted.none)
            for facet, wanted in self.request.filters.items()
        )

    def _in_time(self, day: date | None) -> bool:
        first, last = self.request.first_day, self.request.last_day
        if self.request.undated == Undated.ONLY:
            return day is None
        if first is None and last is None:
            return True
        if day is None:
            return self.request.undated == Undated.INCLUDE
        return (first or date.min) <= day <= (last or date.max)

    def _with_any(self, found: Scores, without: str | None = None) -> Scores:
        """The documents that have any of the values of each facet, but for one facet."""
        filters = self.request.filters.items()
        either = {name: set(f.any) for name, f in filters if f.any and name != without}
        entries = self.snapshot.entries
        return {
            id_: score
            for id_, score in found.items()
            if all(not some.isdisjoint(entries[id_].values[name]) for name, some in either.items())
        }

    def _key(self, document_id: str) -> _Key:
        score = self.hits[document_id] if self.request.sort == Sort.RELEVANCE else 0.0
        return self._order(score, self._evaluation.day(document_id), document_id)

    def _order(self, score: float, day: date | None, document_id: str) -> _Key:
        rank = day.toordinal() if day else 0
        return -score, day is None, rank if self.request.sort == Sort.OLDEST else -rank, document_id

    def ordered(self) -> list[str]:
        """The ids of the hits in the request's order."""
        return sorted(self.hits, key=self._key)

    def page(self) -> tuple[list[str], bool]:
        """The ids of the hits on the page, and whether others follow."""
        request, ranked = self.request, self.ordered()
        first = (request.page - 1) * request.size
        if after := request.after:
            score = after.score if request.sort == Sort.RELEVANCE else 0.0
            place = self._order(score, after.day, after.id)
            ranked, first = [id_ for id_ in ranked if self._key(id_) > place], 0
        last = first + request.size
        return ranked[first:last], len(ranked) > last

    def hit(self, document_id: str) -> Hit:
        """A hit as a page shows it."""
        document, matches = self.snapshot.document(document_id), self._evaluation.matches
        shown, effort = SnippetSource(document.article), self._effort
        self._read += len(document.article.text)
        refuse_long_page(self._read)
        effort.begin_document()
        title = title_snippet(shown, matches, effort)
        snippets = text_snippets(shown, matches, effort)
        missing = self._missing(document_id)
        return Hit(shortened(document), self.hits[document_id], title, snippets, missing)

    def plain_hit(self, document_id: str, score: float | None = None) -> Hit:
        """A hit without snippets."""
        document = self.snapshot.document(document_id)
        title = Snippet(TITLE, document.article.title, ())
        score = self.hits[document_id] if score is None else score
        return Hit(document, score, title, missing=self._missing(document_id))

    def _missing(self, document_id: str) -> tuple[str, ...]:
        return self._relaxed.missing(document_id) if self._relaxed else ()

    def complete(self) -> int | None:
        """How many hits have all words, None where none may be missing."""
        if not self._relaxed or self._relaxed.every_word:
            return None
        return sum(not self._relaxed.missing(document_id) for document_id in self.hits)

    def facets(self) -> Iterator[Facet]:
        """The facets asked for, in the order asked."""
        request, wanted = self.request, dict(self.request.facets)
        if request.interval is not None:
            wanted.setdefault(DATE_FACET, 0)
        for name, limit in wanted.items():
            if name == DATE_FACET:
                days = map(self._evaluation.day, self.hits)
                yield count_periods(days, request.interval or Interval.AUTO)
            else:
                own = self._entries(self._with_any(self._base, name))
                chosen = request.filters.get(name, FieldFilter())
                yield count_values(name, own, limit, chosen, request.finding.get(name, ""))

    def _entries(self, found: Scores) -> Sequence[Entry]:
        return [self.snapshot.entries[id_] for id_ in found]

    def notices(self, info: IndexInfo) -> tuple[str, ...]:
        """What is to be said of the query, and whether the order may have changed."""
        after = self.request.after
        ranked = self.request.sort == Sort.RELEVANCE
        changed = after and ranked and after.index != info.id
        said = self._evaluation.notices + ([CHANGED] if changed else [])
        return tuple(dict.fromkeys(said))

    def names(self, typed: Sequence[str]) -> Iterator[Name]:
        """The names that words being typed may become."""
        for facet in (*map(str, EntityType), "site"):
            hits = self._entries(self._with_any(self._base, facet))
            counts = Counter(value for entry in hits for value in entry.values[facet])
            for value in self.snapshot.values[facet]:
                if (slips := name_slips(typed, value)) is not None:
                    yield Name(facet, value, counts[value], slips)

    def titles(self, text: str) -> list[Completion]:
        """The documents with all words in their title, the last one begun; the newest first."""
        terms = [term.term for word in text.split() for term in query_terms(word)[0]]
        if not terms or len(terms[-1]) < MIN_BEGUN:
            return []
        *whole, begun = terms

        def order(document: IndexedDocument) -> tuple[bool, int, str]:
            day = document.article.counted_day(uncertain=False)
            return day is None, -day.toordinal() if day else 0, document.id

        found = [
            entry.document
            for entry in self._entries(self.hits)
            if all(term in entry.terms[TITLE] for term in whole)
            and any(term.startswith(begun) for term in entry.terms[TITLE])
        ]
        return [title_completion(document, terms) for document in sorted(found, key=order)]

    def suggestion(self) -> str | None:
        """A query that finds far more, where this one finds next to nothing."""
        complete = self.complete()
        few = len(self.hits) if complete is None else complete
        if self.correction or few > FEW_HITS:
            return None

        def count(node: Node) -> int:
            found = Evaluation(self.snapshot, self.request.uncertain, self._budget).find(node)
            return len(self._with_any({i: s for i, s in found.items() if self._passes(i)}))

        try:
            return suggest_query(self.request.query, self.snapshot, few, count)
        except RequestError:  # the query itself was answered within its budget
            return None
