"""Patterns of `*` and `?` in the form index terms have (`terms.pattern`), for every engine."""

import re


def literal_prefix(pattern: str) -> str:
    """What every term that fits begins with: all before the first `*` or `?`."""
    return re.split(r"[*?]", pattern, maxsplit=1)[0]


def is_prefix(pattern: str) -> bool:
    """Whether any term that begins with the literal prefix fits."""
    return pattern.endswith("*") and pattern.rstrip("*") == literal_prefix(pattern)


def as_regex(pattern: str, letter: str = ".") -> str:
    """A regular expression of a whole line that fits; `letter` is one of any letter.

    The first place a middle piece fits is as good as any, so that no group is entered twice
    and a line takes time in proportion to its length.
    """
    pieces = [re.escape(piece).replace(r"\?", letter) for piece in re.split(r"\*+", pattern)]
    first, *rest = pieces
    if not rest:
        return f"^{first}$"
    middle = "".join(f"(?>.*?{piece})" for piece in rest[:-1])
    return f"^{first}{middle}.*{rest[-1]}$"
