"""From a tree back to text, so that `parse(render(node)).node == normalise(node)`."""

from decimal import Decimal

from searchapp.engines.query.dates import render_range
from searchapp.engines.query.parser import ParsedQuery, parse
from searchapp.engines.query.terms import OPERATORS
from searchapp.engines.query.tokens import SPECIAL
from searchapp.engines.query.tree import (
    And,
    Boost,
    DateRange,
    FacetTerm,
    Fuzzy,
    Node,
    Not,
    Or,
    Phrase,
    Wildcard,
    Word,
    normalise,
)


def render(node: Node) -> str:
    """The query in its canonical text: every AND written out, every group bracketed."""
    return _text(normalise(node))


def _text(node: Node) -> str:
    match node:
        case And(children):
            return " AND ".join(map(_operand, children))
        case Or(children):
            return " OR ".join(map(_operand, children))
        case Not(child):
            return f"NOT {_operand(child)}"
        case Boost(child, factor):
            group = isinstance(child, And | Or | Not | Boost)
            return (f"({_text(child)})" if group else _text(child)) + f"^{_number(factor)}"
        case DateRange():
            return render_range(node)
        case _:
            return _leaf(node)


def _operand(node: Node) -> str:
    return f"({_text(node)})" if isinstance(node, And | Or) else _text(node)


def _leaf(node: Node) -> str:
    match node:
        case Word(text, field):
            return _prefix(field) + _bare(text, node)
        case Phrase(words, slop, field):
            return _prefix(field) + _quote(" ".join(words)) + (f"~{slop}" if slop else "")
        case Wildcard(pattern, field):
            return _prefix(field) + _escape(pattern, keep="*?")
        case Fuzzy(text, distance, field):
            return f"{_prefix(field)}{_bare(text, Word(text))}~{distance}"
        case FacetTerm(field, value, whole):
            return f"{field}:" + (_quote(value) if whole else _bare(value, node))
        case _:
            return "*"


def _prefix(field: str | None) -> str:
    return f"{field}:" if field else ""


def _bare(text: str, node: Word | FacetTerm) -> str:
    """The text as typed when it reads back as the node, else with its marks escaped."""
    plain = not text.endswith("\\") and parse(_prefix(node.field) + text) == ParsedQuery(node)
    return text if plain else _escape(text)


def _escape(text: str, keep: str = "") -> str:
    if text in OPERATORS:
        return f"\\{text}"
    special = SPECIAL - set(keep)
    escaped = "".join(f"\\{mark}" if mark in special else mark for mark in text)
    return f"\\{escaped}" if text[0] in "-−" else escaped


def _quote(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _number(factor: float) -> str:
    return f"{Decimal(str(factor)):f}".removesuffix(".0")
