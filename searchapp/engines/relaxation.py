"""Which words of a query may be missing, for every engine: sentence 10 of `base`.

An engine counts the documents that match a query with all its words, whatever the filters.
When they are fewer than MIN_COMPLETE it takes a `Relaxation`, and what matches is its `strict`
part and, of its `telling` words, so many that their `weight` comes to what is `needed`: half of
what all weigh, or so much as the ENOUGH documents have that have most, but never less than
`least`. Weights are whole numbers, so that sums are the same wherever they are made: an engine
that adds up clauses of constant scores, and cuts at a least score, finds the same.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from searchapp.engines.analysis.stopwords import silent_words
from searchapp.engines.query import And, Fuzzy, Node, Or, Phrase, Wildcard, Word, leaves
from searchapp.engines.ranking import idf

# With so many documents that have all words nothing is relaxed: they fill a first page.
MIN_COMPLETE = 10
# Chosen by leave-one-out over three collections: docs/decisions/0014-missing-words.md.
ENOUGH = 75
_MOST, _LEAST = 0.5, 0.4
LEAST_WORDS = 1.25
# Weights are thousandths of the inverse document frequency.
_PRECISION = 1_000
# How frequent a word is in fewer documents says little; set by hand, as the smallest collection
# that was measured has more.
_FEWEST = 1_000


@dataclass(frozen=True)
class Relaxation:
    """A query some words of which may be missing: those that tell something, as typed.

    `ranking` finds all that may match, and ranks it.
    """

    strict: And
    telling: tuple[Word, ...]
    ranking: Node


def relax(
    query: Node, optional: Sequence[Word], languages: Sequence[str | None]
) -> Relaxation | None:
    """The query with its `optional` words free to be missing; None where none of them may.

    `languages` are those of the archive. Stop words are silent: they are neither needed nor
    missed, unless the query has nothing else.
    """
    if not isinstance(query, And) or len(optional) < 2:  # noqa: PLR2004 - one word is all there is
        return None
    strict = And(tuple(child for child in query.children if child not in optional))
    words = tuple(dict.fromkeys(optional))
    silent = silent_among(query, words, languages)
    telling = tuple(word for word in words if word not in silent)
    ranked = (Or(telling),) if telling else ()
    return Relaxation(strict, telling, And((*strict.children, *ranked)))


def silent_among(
    query: And, optional: Sequence[Word], languages: Sequence[str | None]
) -> frozenset[Word]:
    """The `optional` words neither needed nor missed: none where there is no other text."""
    stops = silent_words([word.text for word in optional], languages)
    silent = frozenset(word for word in optional if word.text in stops)
    others = (leaf for leaf in leaves(query) if leaf not in silent)
    return silent if any(map(_is_text, others)) else frozenset()


def lacked(word: Word) -> str:
    """A word as it is said to be missing: as typed, without the marks of its sentence."""
    return word.text.strip("?!,;:\u2026\u00bf\u00a1") or word.text


def weight(frequency: int, documents: int) -> int:
    """What a word tells that `frequency` of the documents have, at least 1; 0 if none has it."""
    tells = idf(frequency, max(documents, _FEWEST))
    return max(1, round(_PRECISION * tells)) if frequency else 0


def least(weights: Sequence[int]) -> int:
    """What the words of a document must weigh at least, by what the query's weigh: over one word.

    Two fifths of all, or of many words what 1.25 of those weigh that documents have.
    """
    known = max(1, sum(weight > 0 for weight in weights))
    return max(1, math.ceil(sum(weights) * min(_LEAST, LEAST_WORDS / known)))


def needed(weights: Sequence[int], highest: int) -> int:
    """What the words of a document must weigh together to match.

    `highest` is what the words of the document weigh that has the ENOUGH-th most of them, of
    those that match the strict part; 0 where there are not so many.
    """
    return max(least(weights), min(math.ceil(_MOST * sum(weights)), highest))


def _is_text(leaf: Node) -> bool:
    return isinstance(leaf, Word | Phrase | Wildcard | Fuzzy)
