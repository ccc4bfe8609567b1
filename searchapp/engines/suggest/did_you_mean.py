"""Did you mean: a query with its unlikely words replaced by ones the index has.

A word is unlikely when no document has it, or hardly one and something spelt nearly the
same is far more frequent. A suggestion must help: find far more than the query did.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice, product

from searchapp.engines.analysis.terms import query_terms
from searchapp.engines.query import And, Boost, Node, Or, Phrase, Word, leaves, render
from searchapp.engines.suggest.term_statistics import TermStatistics

# Set by hand, not measured, as are the bounds below.
FEW_HITS = 2
_FAR_MORE = 10
_DISTANCE = 2
_ONE_EDIT_LENGTH = 4  # up to so many letters, one edit already makes another word
_NO_EDIT_LENGTH = 2  # of so many, any edit does
_MAX_CHOICES = 3
_MAX_WORDS = 16
_MAX_LOOKED_UP = 50
_MAX_TRIED = 9


def suggest_query(
    query: Node, terms: TermStatistics, found: int, count: Callable[[Node], int]
) -> str | None:
    """The nearest query that finds far more than `found`, itself few; None when there is none.

    `count` says how many hits a query has. Raises what it raises, IndexDamaged.
    """
    words = dict.fromkeys(_wanted_words(query))
    if len(words) > _MAX_WORDS:
        return None
    near = {word: _alternatives(word, terms) for word in words}
    unlikely = [word for word, others in near.items() if others is not None]
    choices = [others for others in near.values() if others is not None]
    if not unlikely or not all(choices):
        return None
    for chosen in islice(product(*choices), _MAX_TRIED):
        better = _replace(query, dict(zip(unlikely, chosen, strict=True)))
        if count(better) > found * _FAR_MORE:
            return render(better)
    return None


def _wanted_words(node: Node) -> Iterator[str]:
    """The words a query wants, not those it excludes."""
    for leaf in leaves(node):
        if isinstance(leaf, Word):
            yield leaf.text
        elif isinstance(leaf, Phrase):
            yield from leaf.words


def _alternatives(word: str, terms: TermStatistics) -> list[str] | None:
    """The index terms a word may have been meant as, likeliest first; None for a likely word."""
    looked_up, _ = query_terms(word)
    if len(looked_up) != 1:
        return None
    term = looked_up[0].term
    if len(term) <= _NO_EDIT_LENGTH:
        return None
    known = terms.document_frequency(term)
    if known > FEW_HITS:
        return None
    for distance in range(1, 1 + (1 if len(term) <= _ONE_EDIT_LENGTH else _DISTANCE)):
        alike = sorted(terms.within_edits(term, distance), key=lambda t: _dissimilarity(t, term))
        frequency = {t: terms.document_frequency(t) for t in alike[:_MAX_LOOKED_UP] if t != term}
        likely = [t for t, n in frequency.items() if n > known * _FAR_MORE]
        if likely:
            return sorted(likely, key=lambda t: (-frequency[t], t))[:_MAX_CHOICES]
    return None if known else []


def _dissimilarity(term: str, meant: str) -> tuple[bool, int, str]:
    """Those that begin alike first: few err in the first letter (Pollock, Zamora 1984)."""
    return term[0] != meant[0], abs(len(term) - len(meant)), term


def _replace(node: Node, words: dict[str, str]) -> Node:
    match node:
        case Word(text):
            return replace(node, text=words.get(text, text))
        case Phrase(found):
            return replace(node, words=tuple(words.get(w, w) for w in found))
        case And(children) | Or(children):
            return type(node)(tuple(_replace(child, words) for child in children))
        case Boost(child, factor):
            return Boost(_replace(child, words), factor)
        case _:
            return node
