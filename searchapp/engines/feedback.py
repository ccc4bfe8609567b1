"""The words that the best answers to a question share, by which others are ranked again.

Pseudo-relevance feedback: V. Lavrenko, W. B. Croft, Relevance-Based Language Models
(SIGIR 2001), in the form of RM3. A few words are what their writer wants and are left
alone; a sentence has many words, and those its best documents agree on say which of
them matter. The best answer itself keeps its place: who looks for one document finds it. Only
the first change ranks, so the cost has a bound whatever the archive's size. Every engine reads
the same documents here, and adds the gains to its own scores.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache

from searchapp.engines.analysis.fields import TITLE
from searchapp.engines.analysis.stemming import stemmer
from searchapp.engines.analysis.stopwords import stop_words
from searchapp.engines.analysis.terms import split_words, word_terms
from searchapp.engines.ranking import BOOSTS
from searchapp.model import IndexedDocument

# Chosen by leave-one-out over three collections, see docs/decisions/0011-relevance.md.
RERANKED = 50
TOP_DOCS = 10
# Where there are hardly more than are read, what they share tells nothing.
MIN_HITS = 2 * TOP_DOCS
READ_CHARACTERS = 4_000
_SHARE = 0.6
_CANDIDATES = 32
_MAX_TERMS = 20
_MIN_DOCS = 2
_MIN_LENGTH = 3

Expansion = Mapping[str, float]


def expand(
    top: Iterable[IndexedDocument], query_terms: int, rarity: Callable[[str], float]
) -> Expansion:
    """The stems that tell the TOP_DOCS best documents, best first, from the rest.

    Together they weigh a share of what the `query_terms` words that rank do, 1 each; `rarity` is
    a stem's inverse document frequency.
    """
    likelihood: defaultdict[str, float] = defaultdict(float)
    shared: Counter[str] = Counter()
    for rank, document in enumerate(top, 1):
        found = _stems(document)
        length = sum(found.values())
        for stem, count in found.items():
            likelihood[stem] += count / length / rank
        shared.update(found.keys())
    common = (s for s in likelihood if shared[s] >= _MIN_DOCS)
    considered = sorted(common, key=lambda s: (-likelihood[s], s))[:_CANDIDATES]
    weights = {stem: likelihood[stem] * rarity(stem) for stem in considered}
    best = sorted(weights, key=lambda s: (-weights[s], s))[:_MAX_TERMS]
    total = sum(weights[stem] for stem in best)
    return {stem: _SHARE * query_terms * weights[stem] / total for stem in best}


def _stems(document: IndexedDocument) -> Mapping[str, float]:
    """How often the title and the opening of a text have each stem, title words weighed."""
    article = document.article
    found: defaultdict[str, float] = defaultdict(float)
    for text, weight in ((article.title, BOOSTS[TITLE]), (article.text[:READ_CHARACTERS], 1.0)):
        for word, count in Counter(split_words(text)).items():
            for stem in _word_stems(word, article.language):
                found[stem] += weight * count
    return found


@lru_cache(maxsize=30_000)
def _word_stems(word: str, language: str | None) -> tuple[str, ...]:
    """The stems of a word as written, but of stop words, of codes, and of what is hardly a word."""
    stem, stops = stemmer(language), stop_words(language)
    terms = (term for term, _ in word_terms(word)[0])
    return tuple(stem(t) for t in terms if len(t) >= _MIN_LENGTH and t not in stops and t.isalpha())
