"""A regular expression as the set of its alternatives, whatever their order and grouping."""

from __future__ import annotations

import importlib
from itertools import product
from typing import Any

# Python's own parser of them, which has no public name.
_parser: Any = importlib.import_module("re._parser")
Alternatives = frozenset[str]


def alternatives(pattern: str) -> Alternatives:
    """Every way through the pattern, written out: `a(?:b|c)d?` is `ab`, `ac`, `abd`, `acd`.

    White space of any length is written as a blank; what is repeated stays in braces.
    """
    return _of_sequence(_parser.parse(pattern))


def _of_sequence(items: Any) -> Alternatives:
    ways = [_of_item(str(kind), value) for kind, value in items]
    return frozenset("".join(way) for way in product(*ways))


def _of_item(kind: str, value: Any) -> Alternatives:
    match kind:
        case "LITERAL":
            return frozenset({chr(value)})
        case "IN" if all(str(each) == "LITERAL" for each, _ in value):
            return frozenset(chr(code) for _, code in value)
        case "BRANCH":
            return frozenset().union(*map(_of_sequence, value[1]))
        case "SUBPATTERN":
            return _of_group(value[0], value[3])
        case "MAX_REPEAT":
            return _of_repeat(*value)
        case _:
            return frozenset({f"<{kind} {_written(value)}>"})


def _of_group(number: int | None, items: Any) -> Alternatives:
    ways = _of_sequence(items)
    return ways if number is None else frozenset(f"({number}:{way})" for way in ways)


def _written(value: Any) -> str:
    """What stands for itself: a class, an end of the text, or what must (not) follow."""
    if isinstance(value, tuple) and isinstance(value[1], _parser.SubPattern):
        return f"{value[0]} {sorted(_of_sequence(value[1]))}"
    return str(value)


def _of_repeat(least: int, most: Any, items: Any) -> Alternatives:
    ways = _of_sequence(items)
    if (least, most) == (0, 1):
        return ways | {""}
    if ways == alternatives(r"\s") and (least, str(most)) == (1, "MAXREPEAT"):
        return frozenset({" "})
    return frozenset({f"{{{sorted(ways)} {least}-{most}}}"})
