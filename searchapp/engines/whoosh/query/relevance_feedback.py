"""Ranks what a question finds a second time, by the words its best answers share.

Which words those are, and which questions, `engines.feedback` says; here are the gains, on
arrays. TOP_DOCS texts are read, up to READ_CHARACTERS of each.
"""

import numpy as np

from searchapp.engines.analysis.fields import FIELDS
from searchapp.engines.feedback import MIN_HITS, TOP_DOCS, expand
from searchapp.engines.whoosh.query.context import QueryContext
from searchapp.engines.whoosh.query.docset import ScoredDocs
from searchapp.engines.whoosh.segment.schema import STEMS
from searchapp.engines.whoosh.segment.types import Ints, Scores


def rerank(context: QueryContext, query_terms: int, first: Ints, hits: ScoredDocs) -> ScoredDocs:
    """The hits of a query with so many terms, the scores of `first` raised. Raises Damaged.

    `first` are the first RERANKED docs in order (int32). A doc only gains, so that those raised
    stay before the others; the best stays before all.
    """
    if len(first) < MIN_HITS or hits.scores is None:
        return hits
    raised = hits.scores_of(first) + _gains(context, query_terms, first)
    raised[0] = max(raised[0], np.nextafter(raised.max(), np.float32(np.inf)))
    scores = hits.scores.copy()
    scores[np.searchsorted(hits.docs, first)] = raised
    return ScoredDocs(hits.docs, scores, hits.doc_count)


def _gains(context: QueryContext, query_terms: int, docs: Ints) -> Scores:
    """float32 gains of `docs` (int32, best first) for the words that the best share."""
    scoring = context.scoring
    found = {}

    def rarity(stem: str) -> float:
        postings = context.field_postings(stem, stem=True)
        frequency = scoring.cached_document_frequency(
            tuple((f, STEMS[f], stem) for f in FIELDS), postings
        )
        found[stem] = postings, frequency
        return scoring.idf(frequency)

    ascending = np.sort(docs)
    total = np.zeros(len(docs), np.float32)
    top = map(context.snapshot.document, docs[:TOP_DOCS].tolist())
    for stem, weight in expand(top, query_terms, rarity).items():
        total += np.float32(weight) * scoring.score_docs(ascending, *found[stem])
    return total[np.searchsorted(ascending, docs)]
