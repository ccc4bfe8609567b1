"""Did you mean: a query with its unknown words replaced by ones the index has."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice, product

from searchapp.engines.analysis import query_terms
from searchapp.engines.query import And, Boost, Node, Or, Phrase, Word, render
from searchapp.engines.whoosh.snapshot import Snapshot

_DISTANCE = 2
_SHORT = 4  # up to so many letters, one edit already makes another word
_CHOICES = 3
_TRIED = 9


def suggestion(query: Node, snapshot: Snapshot, finds: Callable[[Node], bool]) -> str | None:
    """The nearest query that finds something, None when there is none."""
    unknown = [w for w in dict.fromkeys(_words(query)) if not _is_known(w, snapshot)]
    choices = [_near(word, snapshot) for word in unknown]
    if not unknown or not all(choices):
        return None
    for chosen in islice(product(*choices), _TRIED):
        better = _replaced(query, dict(zip(unknown, chosen, strict=True)))
        if finds(better):
            return render(better)
    return None


def _words(node: Node) -> Iterator[str]:
    """The words a query wants, not those it excludes."""
    match node:
        case Word(text):
            yield text
        case Phrase(words):
            yield from words
        case And(children) | Or(children):
            for child in children:
                yield from _words(child)
        case Boost(child):
            yield from _words(child)


def _is_known(word: str, snapshot: Snapshot) -> bool:
    terms, _ = query_terms(word)
    return len(terms) != 1 or snapshot.document_frequency(terms[0].term) > 0


def _near(word: str, snapshot: Snapshot) -> list[str]:
    """The most likely index terms: nearest first, then most frequent."""
    term = query_terms(word)[0][0].term
    distance = 1 if len(term) <= _SHORT else _DISTANCE
    near = snapshot.lexicon.within(term, distance)
    frequency = {t: f for t in near if (f := snapshot.document_frequency(t))}
    return sorted(frequency, key=lambda t: (near[t], -frequency[t], t))[:_CHOICES]


def _replaced(node: Node, words: dict[str, str]) -> Node:
    match node:
        case Word(text):
            return replace(node, text=words.get(text, text))
        case Phrase(found):
            return replace(node, words=tuple(words.get(w, w) for w in found))
        case And(children) | Or(children):
            return type(node)(tuple(_replaced(child, words) for child in children))
        case Boost(child, factor):
            return Boost(_replaced(child, words), factor)
        case _:
            return node
