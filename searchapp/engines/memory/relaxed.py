"""Evaluates a query some words of which may be missing; which, `engines.relaxation` says."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

from searchapp.engines import relaxation
from searchapp.engines.base import SearchRequest
from searchapp.engines.budget import Budget
from searchapp.engines.memory.entries import Snapshot
from searchapp.engines.memory.evaluation import Evaluation, Scores
from searchapp.engines.query import Word


@dataclass(frozen=True)
class RelaxedQuery:
    """A relaxed query, and the documents that have each of its words, by id."""

    query: relaxation.Relaxation
    having: dict[Word, Scores]
    documents: int
    every_word: bool

    @classmethod
    def of(cls, snapshot: Snapshot, request: SearchRequest, budget: Budget) -> Self | None:
        """The request's query relaxed; None when it has too many with all its words for that."""
        query = relaxation.relax(request.query, request.optional, snapshot.languages)
        matching = Evaluation(snapshot, request.uncertain, budget)
        if not query or len(matching.find(request.query)) >= relaxation.MIN_COMPLETE:
            return None
        found = {word: matching.find_word(word) for word in query.telling}
        having = {word: ids for word, ids in found.items() if ids is not None}
        made = cls(query, having, snapshot.document_count(), request.every_word)
        complete = (id_ for id_ in matching.find(query.ranking) if not made.missing(id_))
        enough = bool(having) and sum(1 for _ in complete) >= relaxation.MIN_COMPLETE
        return replace(made, every_word=request.every_word or enough)

    def find(self, evaluation: Evaluation) -> Scores:
        """The documents that have enough of the words."""
        found = evaluation.find(self.query.ranking)
        if self.every_word:
            return {id_: score for id_, score in found.items() if not self.missing(id_)}
        if not self.having:
            return found
        weights = {w: relaxation.weight(len(i), self.documents) for w, i in self.having.items()}
        total = {
            id_: sum(weights[w] for w, ids in self.having.items() if id_ in ids) for id_ in found
        }
        ranked = sorted(total.values(), reverse=True)
        highest = ranked[relaxation.ENOUGH - 1] if len(ranked) >= relaxation.ENOUGH else 0
        needed = relaxation.needed([*weights.values()], highest)
        return {id_: score for id_, score in found.items() if total[id_] >= needed}

    def lift(self, hits: Scores) -> Scores:
        """The hits, those with all words raised over the others' highest score."""
        highest = max((score for id_, score in hits.items() if self.missing(id_)), default=-1.0)
        raised = highest + 1
        return {id_: score + (0.0 if self.missing(id_) else raised) for id_, score in hits.items()}

    def missing(self, document_id: str) -> tuple[str, ...]:
        """What a document lacks."""
        having = self.having.items()
        return tuple(relaxation.lacked(word) for word, ids in having if document_id not in ids)
