"""The significant terms of a document, those that tell it from others, as a query for its like."""

from collections import Counter

from searchapp.engines.analysis.stemming import stemmer
from searchapp.engines.analysis.stopwords import stop_words
from searchapp.engines.analysis.terms import analyse
from searchapp.engines.query import Node, Or, Word
from searchapp.engines.ranking import idf
from searchapp.engines.suggest.term_statistics import TermStatistics
from searchapp.model import IndexedDocument

# Set by hand, not measured.
_MAX_WORDS = 12
_MIN_LENGTH = 3
# Bounds of what one document costs, however long it is.
_READ_CHARACTERS = 20_000
_CANDIDATES = 100


def significant_terms(terms: TermStatistics, document: IndexedDocument) -> Node:
    """The words of highest tf-idf that another document has too, as they are written, joined by Or.

    Raises IndexDamaged.
    """
    article = document.article
    stem = stemmer(article.language)
    text = f"{article.title}\n{article.text[:_READ_CHARACTERS]}"
    written: dict[str, str] = {}
    frequency: Counter[str] = Counter()
    stops = stop_words(article.language)
    for token in analyse(text[:_READ_CHARACTERS]):
        if len(token.term) >= _MIN_LENGTH and token.term.isalpha() and token.term not in stops:
            frequency[stem(token.term)] += 1
            written.setdefault(stem(token.term), text[token.start : token.end])
    weights = {s: n * _idf(terms, s) for s, n in frequency.most_common(_CANDIDATES)}
    best = sorted((s for s in weights if weights[s] > 0), key=lambda s: (-weights[s], s))
    return Or(tuple(Word(written[s]) for s in best[:_MAX_WORDS]))


def _idf(terms: TermStatistics, stem: str) -> float:
    frequency = terms.document_frequency(stem, stem=True)
    return idf(frequency, terms.document_count()) if frequency > 1 else 0.0
