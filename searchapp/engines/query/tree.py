"""The query as a tree: what `parser` makes, `canonical` writes and an engine answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from searchapp.engines.analysis.terms import query_terms


@dataclass(frozen=True)
class Everything:
    """Matches every document; what an empty query means."""


@dataclass(frozen=True)
class Word:
    """Documents with the word, in any inflection, in title or text (or `field`)."""

    text: str
    field: str | None = None


@dataclass(frozen=True)
class Phrase:
    """The words as written, in order, with at most `slop` moves between them."""

    words: tuple[str, ...]
    slop: int = 0
    field: str | None = None


@dataclass(frozen=True)
class Wildcard:
    """Words that fit a pattern of `*` (any letters) and `?` (one); `ab*` is a prefix.

    A pattern never ends in `?`, nor begins with it and has no other mark: there it is no letter.
    """

    pattern: str
    field: str | None = None


@dataclass(frozen=True)
class Fuzzy:
    """Words at most `distance` edits away (Damerau-Levenshtein, 1 or 2)."""

    text: str
    distance: int = 1
    field: str | None = None


@dataclass(frozen=True)
class FacetTerm:
    """`person:"Full Name"` (whole value) or `person:name` (a value with this word)."""

    field: str
    value: str
    whole: bool


@dataclass(frozen=True)
class DateRange:
    """Published between two days, both inclusive; None is open, twice None any date."""

    first: date | None
    last: date | None


@dataclass(frozen=True)
class And:
    """All of the children."""

    children: tuple[Node, ...]


@dataclass(frozen=True)
class Or:
    """At least one of the children."""

    children: tuple[Node, ...]


@dataclass(frozen=True)
class Not:
    """Everything the child does not match."""

    child: Node


@dataclass(frozen=True)
class Boost:
    """The child, its score multiplied by `factor`."""

    child: Node
    factor: float


Node = (
    Everything | Word | Phrase | Wildcard | Fuzzy | FacetTerm | DateRange | And | Or | Not | Boost
)

NOTHING = Not(Everything())


def normalise(node: Node) -> Node:
    """The same query without trivial nestings.

    An And in an And and an Or in an Or become one, an only child stands for its
    parent, `^1` goes; an And of nothing is everything, an Or of nothing `NOTHING`.
    """
    match node:
        case And(children):
            return _flatten(And, children, empty=Everything())
        case Or(children):
            return _flatten(Or, children, empty=NOTHING)
        case Not(child):
            return Not(normalise(child))
        case Boost(child, factor):
            return normalise(child) if factor == 1 else Boost(normalise(child), factor)
        case _:
            return node


def _flatten(join: type[And | Or], children: tuple[Node, ...], empty: Node) -> Node:
    flat: list[Node] = []
    for child in map(normalise, children):
        flat.extend(child.children if isinstance(child, join) else (child,))
    if not flat:
        return empty
    return join(tuple(flat)) if len(flat) > 1 else flat[0]


def leaves(node: Node) -> Iterator[Node]:
    """The leaves a tree asks for, in order; what it excludes is not among them."""
    match node:
        case And(children) | Or(children):
            for child in children:
                yield from leaves(child)
        case Boost(child):
            yield from leaves(child)
        case Not():
            pass
        case _:
            yield node


def single_words(node: Node) -> tuple[list[str], bool]:
    """The words that look up one term each, as typed, and whether a tree asks for no other text."""
    found, alone = [], True
    for leaf in leaves(node):
        if isinstance(leaf, Word) and len(query_terms(leaf.text)[0]) == 1:
            found.append(leaf.text)
        elif isinstance(leaf, Word | Phrase | Wildcard | Fuzzy):
            alone = False
    return found, alone


def height(node: Node) -> int:
    """Levels of And, Or, Not and Boost above the deepest leaf."""
    match node:
        case And(children) | Or(children):
            return 1 + max(map(height, children), default=0)
        case Not(child) | Boost(child, _):
            return 1 + height(child)
        case _:
            return 0
