"""Words that mean the same, for every engine: sentence 12 of `base`.

The first hits of a query of words change places by how near they lie to it in meaning, so that
totals, counts and what is found stay as they are; and beside the hits stand the nearest
documents that the words did not find.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from searchapp.engines.base import Meaning, SearchRequest, Sort
from searchapp.engines.query import And, Boost, Node, Or, Phrase, Word
from searchapp.meaning.model import MODEL_ID
from searchapp.meaning.nearness import Comparison, Nearness

REORDERED = 50
# By `python bench/relevance.py --meaning` and `python bench/news.py --meaning`, see
# docs/decisions/0016-meaning.md.
_WEIGHT = 3.0
FLOOR = 0.3
SHOWN = 5
CANDIDATES = 1_000

Scores = NDArray[np.float32]


def comparison(nearness: Nearness | None, request: SearchRequest) -> Comparison | None:
    """The request's words held against the archive; None where meaning plays no part.

    That is: without vectors, by date, and for a query of which no word is free. Raises
    ModelError.
    """
    if nearness is None or not request.size or request.sort != Sort.RELEVANCE:
        return None
    return nearness.compare(free_text(request.query))


def free_text(query: Node) -> str:
    """The words of a query as typed; "" for one with quotes, fields and patterns alone."""
    words = list(_words(query))
    return " ".join(text for text, _ in words) if any(free for _, free in words) else ""


def _words(node: Node) -> Iterator[tuple[str, bool]]:
    """What is asked for in title and text, and whether it is a word by itself."""
    match node:
        case And(children) | Or(children):
            for child in children:
                yield from _words(child)
        case Boost(child):
            yield from _words(child)
        case Word(text, None):
            yield text, True
        case Phrase(words, _, None):
            yield " ".join(words), False


def blend(scores: Scores, similarities: Scores) -> Scores:
    """Scores of the first hits with their cosines: float32 within the scores' own bounds.

    A score is taken as a share of the best, a cosine as it is, and both are added by weight
    (J. Lee: Analyses of Multiple Evidence Combination, SIGIR 1997). A document that has no
    vector yet counts as near as the mean.
    """
    known = similarities[~np.isnan(similarities)]
    low, high = scores.min(), scores.max()
    if not len(known) or low == high == 0:
        return scores
    near = np.where(np.isnan(similarities), known.mean(), similarities)
    joined = scores / high + np.float32(_WEIGHT) * near
    bottom, span = joined.min(), np.ptp(joined)
    blended: Scores = np.clip(low + (high - low) * (joined - bottom) / (span or 1), low, high)
    return blended


def use_of(compared: Comparison | None) -> Meaning | None:
    """What the answer says of it."""
    return Meaning(MODEL_ID, len(compared.vectors)) if compared else None


def snapshot_id(index: str, nearness: Nearness | None) -> str:
    """The id of an index and the vectors beside it: an answer follows from both."""
    vectors = nearness.vectors() if nearness else None
    return f"{index}.{vectors.id}" if vectors else index


def shows_nearest(request: SearchRequest) -> bool:
    """Whether it is the first page, beside which the nearest others stand."""
    return request.page == 1 and request.after is None
