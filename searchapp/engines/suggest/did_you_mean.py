"""Did you mean: a query with its unlikely words replaced by ones the index has.

For a query that finds something, however little: one that finds nothing is corrected, see
`correction`. A word is unlikely when no document has it, or hardly one and something spelt
nearly the same is far more frequent. A suggestion must help: find far more than the query did.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice, product

from searchapp.engines.query import And, Boost, Node, Or, Phrase, Word, leaves, render
from searchapp.engines.suggest.near_terms import near_terms
from searchapp.engines.suggest.options import FAR_MORE, FEW_HITS, Count, Option, likeliest, term_of
from searchapp.engines.suggest.term_statistics import TermStatistics

# Set by hand, not measured.
_MAX_CHOICES = 3
_MAX_WORDS = 16
_MAX_TRIED = 9


def suggest_query(query: Node, terms: TermStatistics, found: int, count: Count) -> str | None:
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
        if count(better) > found * FAR_MORE:
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
    term = term_of(word)
    known = terms.document_frequency(term) if term else FEW_HITS + 1
    if term is None or known > FEW_HITS:
        return None
    near = near_terms(term, terms)
    frequency = {other: terms.document_frequency(other) for other in near}
    likely = [Option(Word(o), near[o], n) for o, n in frequency.items() if n > known * FAR_MORE]
    if likely:
        return [o.node.text for o in likeliest(likely)[:_MAX_CHOICES] if isinstance(o.node, Word)]
    return None if known else []


def _replace(node: Node, words: Mapping[str, str]) -> Node:
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
