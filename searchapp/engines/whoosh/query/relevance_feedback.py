"""Ranks what a question finds a second time, by the words its best answers share.

Pseudo-relevance feedback: V. Lavrenko, W. B. Croft, Relevance-Based Language Models
(SIGIR 2001), in the form of RM3. A few words are what their writer wants and are left
alone; a sentence has many words, and those its best documents agree on say which of
them matter. Only the first documents change places, so the cost has a bound whatever
the archive's size: ANSWERS texts are read, up to OPENING characters of each.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from searchapp.engines.analysis.fields import FIELDS, TITLE
from searchapp.engines.analysis.stemming import stemmer
from searchapp.engines.analysis.stopwords import stop_words
from searchapp.engines.analysis.terms import analyse
from searchapp.engines.ranking import BOOSTS, idf
from searchapp.engines.whoosh.query.context import QueryContext
from searchapp.engines.whoosh.query.docset import Match
from searchapp.engines.whoosh.segment.postings import Postings
from searchapp.engines.whoosh.segment.schema import STEMS
from searchapp.engines.whoosh.segment.types import Ints, Scores
from searchapp.model import IndexedDocument

# Values that are best or near it on each of Cranfield, Medline and CISI: bench/relevance.py.
LONG_QUERY = 5
MOVED = 50
ANSWERS = 5
OPENING = 4_000
_CONSIDERED = 32
_WORDS = 20
_SHARED_BY = 2
_SHARE = 2 / 3
_SHORTEST = 3

Expansion = Mapping[str, float]


def improved(context: QueryContext, first: Ints, hits: Match) -> Match:
    """The hits, the scores of the first MOVED of an order raised by what they gain.

    A document only gains, so that those raised stay before the others. Where there are
    hardly more than are read, what they share tells nothing.
    """
    if len(first) < 2 * ANSWERS or hits.scores is None:
        return hits
    scores = hits.scores.copy()
    scores[np.searchsorted(hits.documents, first)] += _gains(context, first, hits.of(first))
    return Match(hits.documents, scores, hits.count)


def _gains(context: QueryContext, documents: Ints, scores: Scores) -> Scores:
    """How much better each document is for the words that the best ones share."""
    ascending = np.sort(documents)
    total = np.zeros(len(ascending), np.float32)
    for stem, weight in _expansion(context, documents[:ANSWERS], scores).items():
        total += np.float32(weight) * context.scoring.among(ascending, _postings(context, stem))
    highest = total.max(initial=0.0)
    if not highest:
        return total
    by_place = np.searchsorted(ascending, documents)
    gains: Scores = total[by_place] / highest * np.float32(_SHARE * scores.max())
    return gains


def _expansion(context: QueryContext, answers: Ints, scores: Scores) -> Expansion:
    """The stems that tell the best documents from the rest, by weight."""
    likely: Counter[str] = Counter()
    shared: Counter[str] = Counter()
    for ordinal, score in zip(answers.tolist(), scores.tolist(), strict=False):
        found = _stems(context.snapshot.document(ordinal))
        length = sum(found.values())
        for stem, count in found.items():
            likely[stem] += score * count / length
        shared.update(found.keys())
    common = (s for s in likely if shared[s] >= _SHARED_BY)
    considered = sorted(common, key=lambda s: (-likely[s], s))[:_CONSIDERED]
    weights = {
        s: likely[s] * idf(context.stem_frequency(s), context.document_count()) for s in considered
    }
    best = sorted(weights, key=lambda s: (-weights[s], s))[:_WORDS]
    return {s: weights[s] for s in best}


def _stems(document: IndexedDocument) -> Mapping[str, float]:
    """How often the title and the opening of a text have each stem, title words weighed."""
    article = document.article
    stem, stops = stemmer(article.language), stop_words(article.language)
    found: dict[str, float] = {}
    for text, weight in ((article.title, BOOSTS[TITLE]), (article.text[:OPENING], 1.0)):
        for token in analyse(text):
            term = token.term
            if len(term) >= _SHORTEST and term not in stops and term.isalpha():
                found[stem(term)] = found.get(stem(term), 0.0) + weight
    return found


def _postings(context: QueryContext, stem: str) -> Sequence[tuple[str, Postings]]:
    return [(field, context.snapshot.postings(STEMS[field], stem)) for field in FIELDS]
