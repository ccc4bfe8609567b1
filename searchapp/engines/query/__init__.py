"""The query language: text to tree and back.

    text -> tokens -> parser (with terms, dates) -> tree -> an engine
                                                    tree -> canonical text

`docs/query-language.md` is the language as its users see it.
"""

from searchapp.engines.query.canonical import render
from searchapp.engines.query.parser import MAX_DEPTH, MAX_WORDS, ParsedQuery, parse
from searchapp.engines.query.tree import (
    NOTHING,
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
    leaves,
    normalise,
    single_words,
)

__all__ = [
    "MAX_DEPTH",
    "MAX_WORDS",
    "NOTHING",
    "And",
    "Boost",
    "DateRange",
    "Everything",
    "FacetTerm",
    "Fuzzy",
    "Node",
    "Not",
    "Or",
    "ParsedQuery",
    "Phrase",
    "Wildcard",
    "Word",
    "leaves",
    "normalise",
    "parse",
    "render",
    "single_words",
]
