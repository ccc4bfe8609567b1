"""From the text a user typed to a tree; any text means something.

query   = either
either  = all ("OR" all)*
all     = part (["AND"] part)*
part    = ("NOT" | "-") part | FIELD part | group | phrase | word
group   = "(" either ")"
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from searchapp.engines.analysis.terms import count_parts
from searchapp.engines.query.terms import (
    Warn,
    apply_suffix,
    is_searchable,
    phrase_term,
    range_term,
    word_term,
)
from searchapp.engines.query.tokens import (
    KNOWN_FIELDS,
    QUOTATION_MARKS,
    Kind,
    QuerySyntaxError,
    Token,
    tokenise,
)
from searchapp.engines.query.tree import (
    NOTHING,
    And,
    Boost,
    Everything,
    FacetTerm,
    Fuzzy,
    Node,
    Not,
    Or,
    Phrase,
    Wildcard,
    Word,
    height,
    normalise,
)
from searchapp.errors import Problem

# Limits of the language, set by hand; what a query costs is bounded by the engine.
MAX_WORDS = 1024
MAX_DEPTH = 32
# An engine looks through its whole lexicon for each of these.
PATTERN_COST = 16

# Not text: controls, the marks that only steer its direction, lone surrogates.
_INVISIBLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
_BLANK_MARKS = str.maketrans(dict.fromkeys(("(", ")", *QUOTATION_MARKS), " "))
_ENDS = (None, Kind.OR, Kind.CLOSE)
_BARE = (Kind.WORD, Kind.FIELD)


@dataclass(frozen=True)
class ParsedQuery:
    """What a query means, and every part of it that was not understood.

    `optional` are the words that stand side by side in `node`, an And, without quotes, operator,
    field or suffix; there are none or at least two.
    """

    node: Node
    warnings: tuple[Problem, ...] = ()
    optional: tuple[Word, ...] = ()


def parse(text: str) -> ParsedQuery:
    """Read a query; never raises.

    Parts that mean nothing (a date not in the calendar, an unknown field) are
    searched as words; when brackets, quotes or operators do not fit together, the
    whole query is. Each comes with a warning whose position counts code points.
    """
    text = _INVISIBLE.sub(" ", text)
    if not text.strip():
        return ParsedQuery(Everything())
    try:
        parser = _Parser(tokenise(text))
        node, problems, plain = parser.query(), parser.problems, parser.plain
    except QuerySyntaxError as error:
        node, problems = _literal(text, error)
        plain = list(_plain_words(node))
    if node is None and not problems:
        problems.append(_problem(0, "there is no word to search for"))
    node = normalise(node or NOTHING)
    return ParsedQuery(node, tuple(problems), _optional(node, plain))


def _optional(node: Node, plain: Sequence[Word]) -> tuple[Word, ...]:
    """The words that only ever stand plain; one alone is all there is to ask for."""
    if not isinstance(node, And):
        return ()
    standing, counts = Counter(node.children), Counter(plain)
    optional = tuple(word for word in counts if counts[word] == standing[word])
    return optional if len(optional) > 1 else ()


def _plain_words(part: Node | None) -> tuple[Word, ...]:
    """A word, or words side by side, that no field holds; nothing of what is anything else."""
    nodes = part.children if isinstance(part, And) else (part,)
    words = tuple(node for node in nodes if isinstance(node, Word) and node.field is None)
    return words if len(words) == len(nodes) else ()


def _problem(position: int | None, message: str) -> Problem:
    return Problem("q", message, position)


def _literal(text: str, error: QuerySyntaxError) -> tuple[Node | None, list[Problem]]:
    words = [Word(word) for word in text.translate(_BLANK_MARKS).split() if is_searchable(word)]
    message = f"{error.message}; the query can only be searched as words"
    costs = accumulate(_word_cost(word.text) for word in words)
    kept = words[: sum(cost <= MAX_WORDS for cost in costs)]
    if len(words) > len(kept):
        message += f", the first {len(kept)} of {len(words)}"
    node = And(tuple(kept)) if kept else None
    return node, [_problem(error.position, message)]


class _Parser:
    """Reads tokens by recursive descent, at most MAX_DEPTH deep; one use."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._next = 0
        self._depth = 0
        self._words = 0
        self.problems: list[Problem] = []
        self.plain: list[Word] = []

    def query(self) -> Node | None:
        """The tree of all tokens, None when nothing is searchable."""
        node = self._either(None)
        if token := self._peek():
            raise QuerySyntaxError("a ) closes nothing", token.position)
        if node and height(normalise(node)) > MAX_DEPTH:
            raise QuerySyntaxError(f"more than {MAX_DEPTH} levels are nested", None)
        return node

    def _either(self, field: str | None) -> Node | None:
        known = len(self.plain)
        children = [self._all(field)]
        while token := self._take(Kind.OR):
            self._expect_part(token)
            children.append(self._all(field))
        if len(children) > 1:
            del self.plain[known:]
        return _join(Or, children)

    def _all(self, field: str | None) -> Node | None:
        children: list[Node | None] = []
        while (kind := self._kind()) not in _ENDS:
            if kind is Kind.AND:
                self._operator_between(children)
            first, known = self._kind(), len(self.plain)
            children.append(self._part(field))
            if first is not Kind.OPEN:
                self.plain[known:] = _plain_words(children[-1]) if first in _BARE else ()
            if Kind.AND in (kind, self._kind()) or not isinstance(children[-1], Word | And):
                del self.plain[known:]
        if kind is Kind.OR and not children:
            self._operator_between(children)
        return _join(And, children)

    def _operator_between(self, before: list[Node | None]) -> None:
        token = self._tokens[self._next]
        if not before:
            raise QuerySyntaxError(f"nothing comes before {token.text}", token.position)
        self._next += 1
        self._expect_part(token)

    def _expect_part(self, operator: Token) -> None:
        if self._kind() in (*_ENDS, Kind.AND):
            raise QuerySyntaxError(f"nothing comes after {operator.text}", operator.position)

    def _part(self, field: str | None) -> Node | None:
        token = self._tokens[self._next]
        self._next += 1
        match token.kind:
            case Kind.NOT:
                self._expect_part(token)
                child = self._deeper(token, field)
                return child and Not(child)
            case Kind.FIELD:
                return self._field(token, field)
            case Kind.OPEN:
                return self._group(token, field)
            case _:
                return self._term(token, field)

    def _deeper(self, token: Token, field: str | None, *, group: bool = False) -> Node | None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise QuerySyntaxError(f"more than {MAX_DEPTH} levels are nested", token.position)
        node = self._either(field) if group else self._part(field)
        self._depth -= 1
        return node

    def _field(self, token: Token, field: str | None) -> Node | None:
        name = token.text.lower()
        if name in KNOWN_FIELDS:
            if field and field != name:
                self._warn(token)(f"{name}: stands within {field}:( ); only {name}: counts for it")
            node = self._part(name)
            if node or self._words > MAX_WORDS:
                return node
            self._warn(token)(f"nothing to search for comes after {token.text}:")
            return self._counted(token, Word(token.text))
        known = ", ".join(KNOWN_FIELDS)
        self._warn(token)(
            f"there is no field {token.text}: (there are {known}); "
            "it can only be searched as a word"
        )
        return _join(And, [self._counted(token, Word(token.text)), self._deeper(token, field)])

    def _group(self, token: Token, field: str | None) -> Node | None:
        node = None if self._kind() is Kind.CLOSE else self._deeper(token, field, group=True)
        if not self._take(Kind.CLOSE):
            raise QuerySyntaxError("a ( is never closed", token.position)
        suffix = self._take(Kind.SUFFIX)
        return apply_suffix(node, suffix.text, self._warn(suffix)) if suffix else node

    def _term(self, token: Token, field: str | None) -> Node | None:
        taken = self._take(Kind.SUFFIX)
        suffix = taken.text if taken else ""
        warn = self._warn(token)
        leaf: Node | None
        if token.kind is Kind.PHRASE:
            leaf = phrase_term(token.text, suffix, field, warn)
        elif token.kind is Kind.RANGE:
            leaf = range_term(token.text, suffix, field, warn)
        else:
            if token.glued and token.text[0] == "~":
                warn("~ cannot stand here: it comes right after a word or phrase, before a ^")
            leaf = word_term(token.text, field, warn)
        return self._counted(token, leaf)

    def _counted(self, token: Token, leaf: Node | None) -> Node | None:
        before, self._words = self._words, self._words + _cost(leaf)
        if self._words <= MAX_WORDS:
            return leaf
        if before <= MAX_WORDS:
            self._warn(token)(f"a query has at most {MAX_WORDS} words; the rest cannot be searched")
        return None

    def _warn(self, token: Token) -> Warn:
        return lambda message: self.problems.append(_problem(token.position, message))

    def _peek(self) -> Token | None:
        return self._tokens[self._next] if self._next < len(self._tokens) else None

    def _kind(self) -> Kind | None:
        token = self._peek()
        return token.kind if token else None

    def _take(self, kind: Kind) -> Token | None:
        token = self._peek()
        if not token or token.kind is not kind:
            return None
        self._next += 1
        return token


def _cost(leaf: Node | None) -> int:
    match leaf:
        case Boost(child, _):
            return _cost(child)
        case Wildcard(text) | Fuzzy(text):
            return max(PATTERN_COST, count_parts(text))
        case Phrase(words):
            return sum(map(_word_cost, words))
        case And(children):
            return sum(map(_cost, children))
        case Word(text) | FacetTerm(value=text):
            return _word_cost(text)
    return 0 if leaf is None else 1


def _word_cost(word: str) -> int:
    """What a word joins, as in `9/11` or `a-b-c`, counts one by one."""
    return max(1, count_parts(word))


def _join(join: type[And | Or], nodes: list[Node | None]) -> Node | None:
    """The nodes joined; punctuation, None among them, asks for nothing."""
    present = tuple(node for node in nodes if node)
    if len(present) > 1:
        return join(present)
    return present[0] if present else None
