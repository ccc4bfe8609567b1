"""Ranks what a question finds a second time, by the words its best answers share.

Pseudo-relevance feedback: V. Lavrenko, W. B. Croft, Relevance-Based Language Models
(SIGIR 2001), in the form of RM3. A few words are what their writer wants and are left
alone; a sentence has many words, and those its best documents agree on say which of
them matter. Only the first docs change ranks, so the cost has a bound whatever
the archive's size: TOP_DOCS texts are read, up to READ_CHARACTERS of each.
"""

from collections import Counter
from collections.abc import Mapping

import numpy as np

from searchapp.engines.analysis.fields import TITLE
from searchapp.engines.analysis.stemming import stemmer
from searchapp.engines.analysis.stopwords import stop_words
from searchapp.engines.analysis.terms import analyse
from searchapp.engines.ranking import BOOSTS
from searchapp.engines.whoosh.query.context import QueryContext
from searchapp.engines.whoosh.query.docset import ScoredDocs
from searchapp.engines.whoosh.segment.types import Ints, Scores
from searchapp.model import IndexedDocument

# Set by `python bench/relevance.py`: best or near it on each of Cranfield, Medline and CISI, see
# docs/decisions/0011-relevance.md.
MIN_QUERY_TERMS = 5
RERANKED = 50
TOP_DOCS = 5
READ_CHARACTERS = 4_000
_CANDIDATES = 32
_MAX_TERMS = 20
_MIN_DOCS = 2
_MAX_GAIN = 2 / 3
_MIN_LENGTH = 3

Expansion = Mapping[str, float]


def rerank(context: QueryContext, first: Ints, hits: ScoredDocs) -> ScoredDocs:
    """The hits, the scores of `first` raised by what they gain. Raises Damaged.

    `first` are the first RERANKED docs in order (int32). A doc only gains, so that those raised
    stay before the others. Where there are hardly more than are read, what they share tells
    nothing.
    """
    if len(first) < 2 * TOP_DOCS or hits.scores is None:
        return hits
    scores = hits.scores.copy()
    scores[np.searchsorted(hits.docs, first)] += _gains(context, first, hits.scores_of(first))
    return ScoredDocs(hits.docs, scores, hits.doc_count)


def _gains(context: QueryContext, docs: Ints, scores: Scores) -> Scores:
    """float32 gains of `docs` (int32, best first, as `scores`) for the words the best share."""
    ascending = np.sort(docs)
    total = np.zeros(len(ascending), np.float32)
    for stem, weight in _expansion(context, docs[:TOP_DOCS], scores).items():
        gained = context.scoring.score_docs(ascending, context.field_postings(stem, stem=True))
        total += np.float32(weight) * gained
    highest = total.max(initial=0.0)
    if not highest:
        return total
    indices = np.searchsorted(ascending, docs)
    gains: Scores = total[indices] / highest * np.float32(_MAX_GAIN * scores.max())
    return gains


def _expansion(context: QueryContext, top: Ints, scores: Scores) -> Expansion:
    """The stems that tell the best docs from the rest, and their weights.

    `top` are the best docs (int32), best first; `scores` begin with theirs.
    """
    likelihood: Counter[str] = Counter()
    shared: Counter[str] = Counter()
    for doc, score in zip(top.tolist(), scores.tolist(), strict=False):
        found = _stems(context.snapshot.document(doc))
        length = sum(found.values())
        for stem, count in found.items():
            likelihood[stem] += score * count / length
        shared.update(found.keys())
    common = (s for s in likelihood if shared[s] >= _MIN_DOCS)
    considered = sorted(common, key=lambda s: (-likelihood[s], s))[:_CANDIDATES]
    idf = context.scoring.idf
    weights = {s: likelihood[s] * idf(context.document_frequency(s, stem=True)) for s in considered}
    best = sorted(weights, key=lambda s: (-weights[s], s))[:_MAX_TERMS]
    return {s: weights[s] for s in best}


def _stems(document: IndexedDocument) -> Mapping[str, float]:
    """How often the title and the opening of a text have each stem, title words weighed."""
    article = document.article
    stem, stops = stemmer(article.language), stop_words(article.language)
    found: dict[str, float] = {}
    for text, weight in ((article.title, BOOSTS[TITLE]), (article.text[:READ_CHARACTERS], 1.0)):
        for token in analyse(text):
            term = token.term
            if len(term) >= _MIN_LENGTH and term not in stops and term.isalpha():
                found[stem(term)] = found.get(stem(term), 0.0) + weight
    return found
