"""Evaluates a query some words of which may be missing; which, `engines.relaxation` says.

Words are looked up in the whole archive, so that no filter changes what is found, and
without scores; only docs that have enough of them are ranked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from searchapp.engines import relaxation
from searchapp.engines.base import SearchRequest
from searchapp.engines.budget import Budget
from searchapp.engines.query import Word
from searchapp.engines.whoosh.query.context import QueryContext
from searchapp.engines.whoosh.query.docset import ScoredDocs
from searchapp.engines.whoosh.query.evaluator import QueryEvaluator
from searchapp.engines.whoosh.segment.types import Ints, Mask, Scores

# Hits whose missing words are looked up together.
_ROWS = 10_000


@dataclass(frozen=True)
class RelaxedQuery:
    """A relaxed query, the `weights` of its words, and what words each doc has.

    `found` is int32, what the words of each doc weigh together; `complete` a mask of those
    with all, which are all that match with `every_word`.
    """

    context: QueryContext
    query: relaxation.Relaxation
    weights: Sequence[int]
    found: Ints
    complete: Mask
    every_word: bool = False

    @classmethod
    def of(
        cls, context: QueryContext, request: SearchRequest, budget: Budget, found: int | None
    ) -> Self | None:
        """The request's query relaxed; None when it has too many docs with all its words for that.

        `found` is how many, None where filters left out some. Raises RequestError, Damaged.
        """
        query = relaxation.relax(request.query, request.optional, context.snapshot.languages)
        matching = QueryEvaluator(context, request.uncertain, budget, ranked=False)
        if query and found is None:
            found = len(matching.evaluate(request.query))
        if not query or found is None or found >= relaxation.MIN_COMPLETE:
            return None
        weights, weighed, complete = _weigh(matching, query.telling)
        every_word = request.every_word or (bool(weights) and _enough(matching, query, complete))
        return cls(context, query, weights, weighed, complete, every_word)

    def evaluate(self, evaluator: QueryEvaluator) -> ScoredDocs:
        """The docs that have enough of the words, ranked by those they have."""
        if not self.weights:
            return evaluator.evaluate(self.query.ranking)
        if self.every_word:
            evaluator.candidates = self.complete
            return evaluator.evaluate(self.query.ranking).within(self.complete)
        evaluator.candidates = likely = self.found >= relaxation.least(self.weights)
        docs = evaluator.evaluate(self.query.ranking).within(likely)
        weights = self.found[docs.docs]
        return docs.filtered(weights >= relaxation.needed(self.weights, _highest(weights)))

    def lift(self, hits: ScoredDocs) -> ScoredDocs:
        """The hits, those with all words raised over the others' highest score."""
        scores = hits.scores_of(hits.docs)
        complete = self.complete[hits.docs]
        raised = complete * np.float32(scores[~complete].max() + 1) if not complete.all() else 0
        lifted: Scores = scores + raised
        return ScoredDocs(hits.docs, lifted, hits.doc_count)

    def count_complete(self, hits: ScoredDocs) -> int | None:
        """How many of the hits have all words; None where all must."""
        return None if self.every_word else int(np.count_nonzero(self.complete[hits.docs]))

    def missing(self, docs: Ints) -> Iterator[tuple[str, ...]]:
        """What each of some docs (int32, in any order) lacks. Raises Damaged."""
        for start in range(0, len(docs), _ROWS):
            yield from self._missing(docs[start : start + _ROWS])

    def _missing(self, docs: Ints) -> list[tuple[str, ...]]:
        mask = np.zeros(len(self.complete), bool)
        mask[docs] = True
        matching = QueryEvaluator(self.context, candidates=mask, ranked=False)
        lacking: list[tuple[str, ...]] = [()] * len(docs)
        for word in self.query.telling:
            if (found := matching.find_word(word)) is not None:
                for n in np.flatnonzero(~found.mask[docs]).tolist():
                    lacking[n] += (relaxation.lacked(word),)
        return lacking


def _weigh(matching: QueryEvaluator, words: Sequence[Word]) -> tuple[Sequence[int], Ints, Mask]:
    """What each of some words weighs, those of each doc together, and which docs have all."""
    count = matching.context.document_count()
    total = np.zeros(len(matching.snapshot.live_docs), np.int32)
    weights = []
    for word in words:
        if (found := matching.find_word(word)) is not None:
            weights.append(relaxation.weight(len(found), count))
            total[found.docs] += np.int32(weights[-1])
    complete = total == sum(weights) if all(weights) else np.zeros(len(total), bool)
    return weights, total, complete


def _enough(matching: QueryEvaluator, query: relaxation.Relaxation, complete: Mask) -> bool:
    """Whether enough docs have all telling words, for which stop words may be missing."""
    if query.strict.children and np.count_nonzero(complete) >= relaxation.MIN_COMPLETE:
        complete = complete & matching.evaluate(query.strict).mask
    return bool(np.count_nonzero(complete) >= relaxation.MIN_COMPLETE)


def _highest(weights: Ints) -> int:
    """The ENOUGH-th highest of int32 weights, 0 where there are not so many."""
    if len(weights) < relaxation.ENOUGH:
        return 0
    return int(np.partition(weights, -relaxation.ENOUGH)[-relaxation.ENOUGH])
