"""The search contract by brute force, for archives of plain unstemmed words.

Slow and obvious on purpose: loops over documents, no index, nothing of an engine.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from fnmatch import fnmatchcase
from itertools import pairwise, product

from searchapp.engines.base import FieldFilter, Interval, SearchRequest, Undated
from searchapp.engines.query import (
    And,
    Boost,
    DateRange,
    Everything,
    FacetTerm,
    Fuzzy,
    Node,
    Not,
    Or,
    Phrase,
    Wildcard,
    Word,
)
from searchapp.engines.relaxation import MIN_COMPLETE, needed, weight
from searchapp.model import Confidence, IndexedDocument


def found(documents: Sequence[IndexedDocument], request: SearchRequest) -> set[str]:
    """The ids a request finds."""
    return {d.id for d in documents if _passes(d, request, documents, except_any_of=None)}


STRICT: Mapping[str, tuple[str, ...]] = {}


def missing(
    documents: Sequence[IndexedDocument], request: SearchRequest
) -> Mapping[str, tuple[str, ...]]:
    """What each document of an archive that matches the query lacks; STRICT where none may."""
    node, words = request.query, request.optional
    if not words or sum(_has(d, node, request) for d in documents) >= MIN_COMPLETE:
        return STRICT
    assert isinstance(node, And)
    strict = And(tuple(child for child in node.children if child not in words))
    weights = {
        w: weight(sum(_has(d, w, request) for d in documents), len(documents)) for w in words
    }
    least = needed([*weights.values()], 0)
    lacks = {d: [w for w in words if not _has(d, w, request)] for d in documents}
    return {
        d.id: tuple(word.text for word in lacks[d])
        for d in documents
        if _has(d, strict, request)
        and not (request.every_word and lacks[d])
        and sum(weights[word] for word in words if word not in lacks[d]) >= least
    }


def _has(document: IndexedDocument, node: Node, request: SearchRequest) -> bool:
    return _matches(document, node, uncertain=request.uncertain)


def facet_counts(
    documents: Sequence[IndexedDocument], request: SearchRequest, name: str
) -> Counter[str]:
    """How many documents have each value, the facet's own `any` ignored."""
    passing = (d for d in documents if _passes(d, request, documents, except_any_of=name))
    return Counter(value for d in passing for value in d.values(name))


def periods(
    documents: Sequence[IndexedDocument], request: SearchRequest, interval: Interval
) -> dict[str, int]:
    """How many hits each period has, in calendar order."""
    length = {Interval.DAY: 10, Interval.MONTH: 7, Interval.YEAR: 4}[interval]
    passing = (d for d in documents if _passes(d, request, documents, except_any_of=None))
    days = (day for d in passing if (day := _day(d, uncertain=request.uncertain)))
    return dict(sorted(Counter(day.isoformat()[:length] for day in days).items()))


def _passes(
    document: IndexedDocument,
    request: SearchRequest,
    documents: Sequence[IndexedDocument],
    *,
    except_any_of: str | None,
) -> bool:
    lacks = missing(documents, request)
    strictly = lacks is STRICT
    return (
        (_has(document, request.query, request) if strictly else document.id in lacks)
        and _in_time(document, request)
        and all(
            _filtered(document.values(name), wanted, ignore_any=name == except_any_of)
            for name, wanted in request.filters.items()
        )
    )


def _filtered(values: Sequence[str], wanted: FieldFilter, *, ignore_any: bool) -> bool:
    either = ignore_any or not wanted.any or any(v in values for v in wanted.any)
    every = all(v in values for v in wanted.all)
    return either and every and not any(v in values for v in wanted.none)


def _in_time(document: IndexedDocument, request: SearchRequest) -> bool:
    day = _day(document, uncertain=request.uncertain)
    if request.undated == Undated.ONLY:
        return day is None
    if request.first_day is None and request.last_day is None:
        return True
    if day is None:
        return request.undated == Undated.INCLUDE
    return (request.first_day or date.min) <= day <= (request.last_day or date.max)


def _day(document: IndexedDocument, *, uncertain: bool) -> date | None:
    published = document.article.published
    if published is None or (published.confidence == Confidence.LOW and not uncertain):
        return None
    return published.day


def _matches(document: IndexedDocument, node: Node, *, uncertain: bool) -> bool:  # noqa: PLR0911 - a line for each node
    match node:
        case Everything():
            return True
        case And(children):
            return all(_matches(document, c, uncertain=uncertain) for c in children)
        case Or(children):
            return any(_matches(document, c, uncertain=uncertain) for c in children)
        case Not(child) | Boost(child):
            inner = _matches(document, child, uncertain=uncertain)
            return inner != isinstance(node, Not)
        case FacetTerm(name, value, whole):
            words = [v.lower() for v in document.values(name)]
            return any(v == value.lower() if whole else value.lower() in v.split() for v in words)
        case DateRange(first, last):
            day = _day(document, uncertain=uncertain)
            return day is not None and (first or date.min) <= day <= (last or date.max)
        case Word(_, field) | Phrase(_, _, field) | Wildcard(_, field) | Fuzzy(_, _, field):
            texts = {"title": document.article.title, "text": document.article.text}
            looked = [texts[field]] if field else list(texts.values())
            return any(_in_words(text.lower().split(), node) for text in looked)


def _in_words(words: Sequence[str], node: Word | Phrase | Wildcard | Fuzzy) -> bool:
    match node:
        case Word(text):
            return text.lower() in words
        case Wildcard(pattern):
            return any(fnmatchcase(word, pattern) for word in words)
        case Fuzzy(text, distance):
            return any(edits(text, word) <= distance for word in words)
        case Phrase(wanted, slop):
            places = [[n for n, w in enumerate(words) if w == one] for one in wanted]
            return any(
                all(a < b for a, b in pairwise(chosen))
                and chosen[-1] - chosen[0] - (len(wanted) - 1) <= slop
                for chosen in product(*places)
            )


def edits(one: str, other: str) -> int:
    """Optimal string alignment distance, by its definition."""
    rows = {(i, 0): i for i in range(len(one) + 1)} | {(0, j): j for j in range(len(other) + 1)}
    for i, a in enumerate(one, 1):
        for j, b in enumerate(other, 1):
            least = min(rows[i - 1, j] + 1, rows[i, j - 1] + 1, rows[i - 1, j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                least = min(least, rows[i - 2, j - 2] + 1)
            rows[i, j] = least
    return rows[len(one), len(other)]
