"""The words that tell a document from the others, as a query for ones like it."""

from __future__ import annotations

from collections import Counter

from searchapp.engines.analysis.stemming import stemmer
from searchapp.engines.analysis.stopwords import stop_words
from searchapp.engines.analysis.terms import analyse
from searchapp.engines.query import Node, Or, Word
from searchapp.engines.ranking import idf
from searchapp.engines.suggest.term_statistics import TermStatistics
from searchapp.model import IndexedDocument

_WORDS = 12
_SHORTEST = 3
# Bounds of what one document costs, however long it is.
_READ = 20_000
_CONSIDERED = 100


def telling_words(terms: TermStatistics, document: IndexedDocument) -> Node:
    """The words of highest tf-idf that another document has too, as they are written."""
    article = document.article
    stem = stemmer(article.language)
    text = f"{article.title}\n{article.text}"
    written: dict[str, str] = {}
    frequency: Counter[str] = Counter()
    stops = stop_words(article.language)
    for token in analyse(text[:_READ]):
        if len(token.term) >= _SHORTEST and token.term.isalpha() and token.term not in stops:
            frequency[stem(token.term)] += 1
            written.setdefault(stem(token.term), text[token.start : token.end])
    weights = {s: n * _rarity(terms, s) for s, n in frequency.most_common(_CONSIDERED)}
    best = sorted((s for s in weights if weights[s] > 0), key=lambda s: (-weights[s], s))
    return Or(tuple(Word(written[s]) for s in best[:_WORDS]))


def _rarity(terms: TermStatistics, stem: str) -> float:
    documents = terms.stem_frequency(stem)
    return idf(documents, terms.document_count()) if documents > 1 else 0.0
