"""Ranks what a question finds a second time, by the words its best answers share.

Which words those are, and which questions, `engines.feedback` says.
"""

import math
from collections.abc import Sequence

from searchapp.engines.feedback import MIN_HITS, RERANKED, TOP_DOCS, expand
from searchapp.engines.memory.evaluation import Evaluation, Scores
from searchapp.engines.ranking import QUESTION_TERMS, idf


def rerank(evaluation: Evaluation, order: Sequence[str], hits: Scores) -> Scores:
    """The hits, the first of them in `order` raised by what they gain; the best stays best."""
    if len(order) < MIN_HITS or len(evaluation.ranking_terms) < QUESTION_TERMS:
        return hits
    first = order[:RERANKED]
    raised = hits | _raised(evaluation, first, hits)
    raised[first[0]] = max(raised[first[0]], math.nextafter(max(raised.values()), math.inf))
    return raised


def _raised(evaluation: Evaluation, first: Sequence[str], hits: Scores) -> Scores:
    """The scores of `first`, with what they gain for the words that the best share."""
    snapshot = evaluation.snapshot
    found: dict[str, Scores] = {}

    def rarity(stem: str) -> float:
        found[stem] = evaluation.score_stem(stem)
        return idf(len(found[stem]), snapshot.document_count())

    top = map(snapshot.document, first[:TOP_DOCS])
    weights = expand(top, len(evaluation.ranking_terms), rarity)
    return {
        id_: hits[id_] + sum(w * found[s].get(id_, 0.0) for s, w in weights.items())
        for id_ in first
    }
