"""The numbers of BM25F by which every engine ranks.

S. Robertson, H. Zaragoza: The Probabilistic Relevance Framework: BM25 and Beyond (2009).
"""

import math

from searchapp.engines.analysis.fields import TEXT, TITLE

# Set by `python bench/relevance.py`, see docs/decisions/0011-relevance.md.
K1 = 1.5
B = 0.75
BOOSTS = {TITLE: 2.5, TEXT: 1.0}
# A query with so many words that are no stop words is a question, and not keywords.
QUESTION_TERMS = 5


def idf(frequency: int, documents: int) -> float:
    """The inverse document frequency as Lucene has it, which is never negative."""
    return math.log1p((documents - frequency + 0.5) / (frequency + 0.5))
