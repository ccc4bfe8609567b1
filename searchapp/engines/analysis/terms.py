"""From text to index terms: the one analysis of documents, queries and highlights.

On the data's path this stands between an `IndexedDocument` and an engine's postings,
and between a query word and the terms it looks up. It knows no engine, so that two
engines that index `analyse` and look up `query_terms` find the same documents.

Words follow Unicode (UAX #29 in spirit): letters, digits and marks. Terms are NFKC,
case-folded, without diacritics on Latin and Greek letters, and with one letter where keyboards
and habits have several (`spelling`). A word joined by
punctuation (`COVID-19`, `AT&T`, `U.S.`, `O'Brien`, `3.5`, `C++`) is indexed as one
compound term and as its parts; a query word looks up the compound. Scripts written
without spaces are indexed by character and by overlapping pair, as in Lucene's CJK
analysis.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple

from searchapp.engines.analysis.spelling import INVISIBLE, fold

VERSION = "2"
LONGEST_TERM = 100
# Longer words are codes and addresses; nobody means one by a typing error. Set by hand.
LONGEST_FUZZY = 40
Stemmer = Callable[[str], str]


class Token(NamedTuple):
    """One index term of a text.

    `position` counts words from 0; `start` and `end` count code points.
    """

    term: str
    position: int
    start: int
    end: int


class QueryTerm(NamedTuple):
    """A term a query word looks up, `offset` positions after the word's first."""

    term: str
    offset: int


def _ranges(*categories: str) -> str:
    """The code points of some Unicode categories, as the inside of a regex class."""
    wanted = [n for n in range(0x20000) if unicodedata.category(chr(n)) in categories]
    starts = [n for i, n in enumerate(wanted) if not i or wanted[i - 1] != n - 1]
    ends = [n for i, n in enumerate(wanted, 1) if i == len(wanted) or wanted[i] != n + 1]
    return "".join(rf"\U{first:08x}-\U{last:08x}" for first, last in zip(starts, ends, strict=True))


_MARKS = _ranges("Mn", "Mc")
# Han, kana, hangul, Thai, Lao, Khmer, Myanmar: scripts without spaces (hangul has
# them, but particles stick to its words).
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3040-\u30ff"
    "\u3130-\u318f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff"
    "\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
# Of English, Ukrainian and Hebrew, and what is typed for them.
_APOSTROPHES = "'`\u00b4\u02bc\u05f3\u2018\u2019\u201b\u2032\uff07"
_LETTER_APOSTROPHE = "\u02bc"  # a letter to Unicode
_ATOM = rf"(?:(?![_{_LETTER_APOSTROPHE}{_UNSPACED}])[\w{_MARKS}{INVISIBLE}])+"
_HYPHENS = "\\-\u2010\u2011"
_HYPHENATED = re.compile(f"[{_HYPHENS}]")
_JOINER = rf"[{_APOSTROPHES}{_HYPHENS}&.@]"
_WORD = re.compile(
    rf"(?P<run>[{_UNSPACED}][{_UNSPACED}{_MARKS}{INVISIBLE}]*)"
    rf"|{_ATOM}(?:(?:{_JOINER}|(?<=\d),(?=\d)){_ATOM})*(?P<plus>(?:\+\+?|\#)(?!\w))?"
)
# The same without groups: its `findall` gives the words themselves.
_WORDS = re.compile(re.sub(r"\(\?P<\w+>", "(?:", _WORD.pattern))
_PART = re.compile(rf"[{_UNSPACED}]|{_ATOM}")
_SPLIT = re.compile(rf"([{_APOSTROPHES}{_HYPHENS}&.@,])")
_CLUSTER = re.compile(rf"[^{_MARKS}][{_MARKS}{INVISIBLE}]*|.", re.DOTALL)
_BREAK = re.compile(rf"(?![{_MARKS}])[{_UNSPACED}]")
_KEPT = frozenset("&.@,")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+")
# French and Italian articles and pronouns that elide before a vowel.
_ELIDED = frozenset(
    {"l", "d", "j", "m", "t", "s", "n", "c", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu"}
    | {"un", "all", "dall", "dell", "nell", "sull", "coll"}
)


def normalise(word: str) -> str:
    """A word as it stands in the index: NFKC, case-folded, diacritics folded."""
    word = word[:LONGEST_TERM]
    return word.lower() if word.isascii() else _normalised(word)


@lru_cache(maxsize=30_000)
def _normalised(word: str) -> str:
    return fold(word)[:LONGEST_TERM]


def analyse(text: str) -> Iterator[Token]:
    """The index terms of a text, by position. Several terms may share a position."""
    position = 0
    for match in _WORD.finditer(text):
        word = match.group()
        # The named groups are for what needs more than normalising.
        if match.lastgroup is None and word.isalnum() and _LETTER_APOSTROPHE not in word:
            if term := normalise(word):
                start, end = match.span()
                yield Token(term, position, start, end)
                position += 1
            continue
        tokens, width = _tokens(match, word)
        for token in tokens:
            yield Token(
                token.term,
                position + token.position,
                match.start() + token.start,
                match.start() + token.end,
            )
        position += width


def split_words(text: str) -> list[str]:
    """The words of a text as they are written, in order.

    What `analyse` makes of a word does not depend on the words around it, so that
    `word_terms` of each are its tokens, found once for every word there is.
    """
    return _WORDS.findall(text)


def word_terms(word: str) -> tuple[tuple[tuple[str, int], ...], int]:
    """The terms of one of `split_words`, positions from its own, and how many it takes."""
    match = _WORD.match(word)
    assert match  # it is one of `split_words`
    if match.lastgroup is None and word.isalnum() and _LETTER_APOSTROPHE not in word:
        term = normalise(word)
        return (((term, 0),), 1) if term else ((), 0)
    tokens, width = _tokens(match, word)
    return tuple((t.term, t.position) for t in tokens), width


def count_parts(text: str) -> int:
    """About how many terms looking up a text takes, joined or not; quickly, whatever it is."""
    return len(_PART.findall(text))


def part_spans(text: str) -> Iterator[tuple[int, int]]:
    """Where its words stand that nothing joins: single characters in scripts without spaces."""
    return (part.span() for part in _PART.finditer(text))


def is_unspaced(character: str) -> bool:
    """Whether a character is of a script without spaces."""
    return bool(_BREAK.match(character))


def query_terms(text: str, *, apart: bool = False) -> tuple[tuple[QueryTerm, ...], int]:
    """What a query word looks up, and how many positions it spans.

    One term for a word or a compound; consecutive terms for a word of a script without
    spaces, or for words that only a separator joins (`9/11`). None for bare punctuation.
    `apart`, a word with hyphens looks up its parts: `COVID 19` for `COVID-19`.
    """
    terms: list[QueryTerm] = []
    position = 0
    for match in _WORD.finditer(text):
        tokens, width = _tokens(match, match.group())
        if match.group("run"):
            pairs = tokens[1::2] or tokens
            terms += [QueryTerm(t.term, position + t.position) for t in pairs]
        elif apart and width > 1 and _HYPHENATED.search(match.group()):
            terms += [QueryTerm(t.term, position + t.position) for t in tokens[1:]]
        elif tokens:
            chosen = _without_article(match.group(), tokens)
            terms.append(QueryTerm(chosen.term, position))
        position += width
    return tuple(terms), position


@lru_cache(maxsize=1_000)
def phrase_terms(words: tuple[str, ...], *, apart: bool = False) -> tuple[QueryTerm, ...]:
    """The terms a phrase looks up, by position from its first word; see `query_terms`."""
    terms: list[QueryTerm] = []
    position = 0
    for word in words:
        found, width = query_terms(word, apart=apart)
        terms += [QueryTerm(t.term, position + t.offset) for t in found]
        position += width
    return tuple(terms)


def is_break(text: str, offset: int) -> bool:
    """Whether cutting a text before `offset` leaves every word whole."""
    before, after = text[offset - 1 : offset], text[offset : offset + 1]
    if not before or not after or before.isspace() or after.isspace():
        return True
    return bool(_BREAK.match(before) and _BREAK.match(after))


def normalise_pattern(text: str) -> str:
    """A wildcard pattern in the form of index terms; `*` and `?` stay."""
    pieces = re.split(r"([*?])", text)
    kept = (p if p in ("*", "?") else normalise(_without_joiners(p)) for p in pieces)
    return "".join(kept)


def _without_joiners(piece: str) -> str:
    return re.sub(rf"[{_APOSTROPHES}{_HYPHENS}\s]", "", piece)


def _tokens(match: re.Match[str], word: str) -> tuple[list[Token], int]:
    """Tokens of one match, positions and offsets counted from its start."""
    if match.group("run"):
        return _run(word)
    plus = match.group("plus") or ""
    return _compound(word.removesuffix(plus), plus)


def _run(word: str) -> tuple[list[Token], int]:
    """Characters and overlapping pairs of a script without spaces."""
    spans = [m.span() for m in _CLUSTER.finditer(word)]
    tokens = []
    for index, (start, end) in enumerate(spans):
        tokens.append(Token(normalise(word[start:end]), index, start, end))
        if index + 1 < len(spans):
            last = spans[index + 1][1]
            tokens.append(Token(normalise(word[start:last]), index, start, last))
    return tokens, len(spans)


def _compound(word: str, plus: str) -> tuple[list[Token], int]:
    """The compound term and its parts; a single part when nothing joins."""
    pieces = _SPLIT.split(word)
    atoms, joiners = pieces[::2], pieces[1::2]
    possessive = len(atoms) > 1 and joiners[-1] in _APOSTROPHES and atoms[-1] in ("s", "S")
    if possessive and not plus:
        atoms, joiners = atoms[:-1], joiners[:-1]
    end = sum(map(len, atoms)) + len(joiners)
    key = normalise(_key(atoms, joiners) + plus)
    if not key:
        return [], 0
    whole = Token(key, 0, 0, end + len(plus))
    if len(atoms) == 1 and not plus:
        return [whole], 1
    close = _stays_together(atoms, joiners)
    parts = _parts(atoms, joiners, spread=not close)
    tokens = dict.fromkeys([whole, *(p for p in parts if p.term)])
    return list(tokens), 1 if close else len(atoms)


def _key(atoms: list[str], joiners: list[str]) -> str:
    key = atoms[0] + "".join(
        (joiner if joiner in _KEPT else "") + atom
        for joiner, atom in zip(joiners, atoms[1:], strict=True)
    )
    return key.replace(",", "") if _THOUSANDS.fullmatch(key) else key


def _stays_together(atoms: list[str], joiners: list[str]) -> bool:
    """Whether a compound takes one position: `U.S.`, `3.5`, `AT&T`, `C++`."""
    if len(atoms) == 1 or set(joiners) <= {"&", ","}:
        return True
    return set(joiners) == {"."} and all(a.isdigit() or len(a) == 1 for a in atoms)


def _parts(atoms: list[str], joiners: list[str], *, spread: bool) -> list[Token]:
    """The words inside a compound; initials are also found written together."""
    if set(joiners) == {"."} and all(len(a) == 1 and a.isalpha() for a in atoms):
        return [Token(normalise("".join(atoms)), 0, 0, 2 * len(atoms) - 1)]
    if _THOUSANDS.fullmatch(",".join(atoms)) and set(joiners) == {","}:
        return []
    parts, start = [], 0
    for index, atom in enumerate(atoms):
        parts.append(Token(normalise(atom), index if spread else 0, start, start + len(atom)))
        start += len(atom) + 1
    return parts


def _without_article(word: str, tokens: list[Token]) -> Token:
    """The word to look up: `économie` for `l'économie`, but `dangelo` for `D'Angelo`."""
    article, _, rest = re.sub(f"[{_APOSTROPHES}]", "'", word, count=1).partition("'")
    is_name = article[:1].isupper() and rest[:1].isupper()
    if normalise(article) not in _ELIDED or len(rest) < len("un") or is_name:
        return tokens[0]
    inner, _ = _compound(word[len(article) + 1 :], "")
    return inner[0] if inner else tokens[0]
