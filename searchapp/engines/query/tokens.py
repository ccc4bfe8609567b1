r"""The query's text as tokens, in one pass over it.

Quotation marks of many languages open a phrase; a backslash before a mark, or before
`AND`, `OR` or `NOT`, takes away its special meaning.
"""

import re
from dataclasses import dataclass, replace
from enum import Enum, auto

from searchapp.model import FACET_FIELDS

TEXT_FIELDS = ("title", "text")
DATE_FIELDS = ("date", "before", "after")
KNOWN_FIELDS = (*TEXT_FIELDS, *FACET_FIELDS, *DATE_FIELDS)

_CLOSERS = {
    '"': '"',
    "“": '”“"',
    "”": '”"',
    "„": '“”"',
    "‟": '”"',
    "«": "»",
    "»": "«",
    "「": "」",
    "『": "』",
    "＂": "＂",
}
# These open a phrase even inside a word; `"` does not: it is inches, or a Hebrew acronym.
_BREAKING = "“„‟«「『"
QUOTATION_MARKS = frozenset("".join([*_CLOSERS, *_CLOSERS.values()]))
SPECIAL = frozenset("\\()*?~^:[]{}!|&") | QUOTATION_MARKS


class Kind(Enum):
    """What a token is; SUFFIX is a `~2` or `^2` behind a phrase, group or range."""

    AND = auto()
    OR = auto()
    NOT = auto()
    OPEN = auto()
    CLOSE = auto()
    FIELD = auto()
    PHRASE = auto()
    RANGE = auto()
    SUFFIX = auto()
    WORD = auto()


@dataclass(frozen=True)
class Token:
    """A piece of the query; `position` is its first code point, quote included.

    One that is `glued` follows a word, phrase, group or range without a space.
    """

    kind: Kind
    text: str
    position: int
    glued: bool = False


class QuerySyntaxError(Exception):
    """The query as a whole cannot be read; `parse` then searches it literally."""

    def __init__(self, message: str, position: int | None) -> None:
        super().__init__(message)
        self.message = message
        self.position = position


def _phrase(opener: str, closers: str) -> str:
    # With a space behind it `»` parts breadcrumbs: `Home » News`.
    ahead = r"(?!\s)" if opener == "»" else ""
    return rf"{opener}{ahead}((?:\\.|[^\\{closers}])*+)[{closers}]"


_END = r"(?![^\s()\"“„«])"
_OPERATORS = [(Kind[name], rf"({name}){_END}") for name in ("AND", "OR", "NOT")]
_MINUS = (Kind.NOT, r"([-−])(?![-−\s)]|\Z)")
_FIELDS = [
    (Kind.FIELD, rf"((?i:{'|'.join(KNOWN_FIELDS)})):(?![\s)]|\Z)"),
    # Not a field: a URL, `std::vector`, and the endings of Finnish and Swedish, `Nato:n`.
    (
        Kind.FIELD,
        r"(?![A-Z][A-Za-z]*:[a-zà-ÿ]{1,4}(?!\w))([A-Za-z][A-Za-z_]+):(?![\s):/~^]|\Z)",
    ),
]
_OPERANDS = [
    (Kind.OPEN, r"(\()"),
    (Kind.CLOSE, r"(\))"),
    *((Kind.PHRASE, _phrase(opener, closers)) for opener, closers in _CLOSERS.items()),
]
_RANGE = (Kind.RANGE, r"([\[{]\s*+[^\s\]}]++\s++(?i:TO)\s++[^\s\]}]++\s*+[\]}])")
# Without a field nothing but capitals tells it from words in brackets.
_BARE_RANGE = (Kind.RANGE, r"([\[{]\s*+[^\s\]}]++\s++TO\s++[^\s\]}]++\s*+[\]}])")
_NUMBER = r"[0-9]+(?:\.[0-9]+)?"
SUFFIX = rf"(?P<tilde>~(?:{_NUMBER})?)?(?:\^(?P<caret>{_NUMBER}))?"
_SUFFIX = (Kind.SUFFIX, rf"((?=~|\^[0-9]){SUFFIX})")
_WORD = (Kind.WORD, rf"((?:\\\S|\\(?=\s|\Z)|[^\s()\\{_BREAKING}])++)")


def _compiled(*rules: tuple[Kind, str]) -> list[tuple[Kind, re.Pattern[str]]]:
    return [(kind, re.compile(pattern, re.DOTALL)) for kind, pattern in rules]


_START = _compiled(*_OPERATORS, _MINUS, *_OPERANDS, *_FIELDS, _BARE_RANGE, _WORD)
_AFTER_SUFFIX = _compiled(*_OPERATORS, *_OPERANDS, *_FIELDS, _WORD)
_AFTER_VALUE = _compiled(_SUFFIX, *_OPERATORS, *_OPERANDS, *_FIELDS, _WORD)
_GLUED = {
    None: _START,
    Kind.OPEN: _START,
    Kind.NOT: _compiled(*_OPERANDS, *_FIELDS, _WORD),
    Kind.FIELD: _compiled(_RANGE, _MINUS, *_OPERANDS, _WORD),
}


def tokenise(text: str) -> list[Token]:
    """The tokens of a query, in order. Raises QuerySyntaxError for an unclosed quote."""
    tokens: list[Token] = []
    before: Kind | None = None
    position = 0
    while position < len(text):
        if text[position].isspace():
            before, position = None, position + 1
            continue
        behind = _AFTER_SUFFIX if before is Kind.SUFFIX else _AFTER_VALUE
        token, position = _next(text, position, _GLUED.get(before, behind))
        tokens.append(replace(token, glued=before not in _GLUED))
        # What follows in `AND(` or `OR"` is at a start, as behind a space.
        before = None if token.kind in (Kind.AND, Kind.OR) else token.kind
    return tokens


def _next(text: str, start: int, rules: list[tuple[Kind, re.Pattern[str]]]) -> tuple[Token, int]:
    for kind, pattern in rules:
        match = pattern.match(text, start)
        if match and not (kind is Kind.WORD and _is_opener(text, start)):
            return Token(kind, match[1], start), match.end()
    raise QuerySyntaxError(f"the quotation mark {text[start]} is never closed", start)


def _is_opener(text: str, position: int) -> bool:
    if text[position] == "»":
        return not text[position + 1 : position + 2].isspace()
    return text[position] in _CLOSERS
