"""One word, phrase or date of a query as a leaf of the tree."""

import re
from collections.abc import Callable

from searchapp.engines.query.dates import date_range
from searchapp.engines.query.tokens import (
    DATE_FIELDS,
    KNOWN_FIELDS,
    SUFFIX,
    TEXT_FIELDS,
)
from searchapp.engines.query.tree import (
    And,
    Boost,
    Everything,
    FacetTerm,
    Fuzzy,
    Node,
    Phrase,
    Wildcard,
    Word,
)
from searchapp.model import FACET_FIELDS

MAX_DISTANCE = 2
MAX_SLOP = 1000
MAX_FACTOR = 1000.0
OPERATORS = ("AND", "OR", "NOT")

_INNER_FIELD = re.compile(rf"(?i)({'|'.join(KNOWN_FIELDS)}):.")
_FOREIGN = ("||", "&&")
# Marks of other query languages, or of ours where they cannot stand.
_MISREAD = [
    (re.compile(pattern), advice)
    for pattern, advice in (
        (r"\|\|", "|| is not understood: write OR"),
        (r"&&", "&& is not understood: write AND, or nothing"),
        (r"^!\w", "! is not understood: write - or NOT"),
        (r"\^", "^ takes a factor over 0, as in ^2 or ^0.5, at the very end of a word"),
        (r"[\w*]~", "~ takes how many letters may differ, ~1 or ~2, and comes before a ^"),
    )
]

Warn = Callable[[str], None]

# Punctuation a sentence may leave behind a word that has a `*`, `?`, `~` or `^`.
_CLOSING = ",;:.!?…\"'’”»"
_IN_TEXT = (None, *TEXT_FIELDS)
_LANGUAGE = re.compile("[A-Za-z]{2,3}")
_ESCAPED = re.compile(r"\\\S")
_ESCAPED_MARK = re.compile(r"\\([^\w\s])")
_SUFFIX = re.compile(rf"{SUFFIX}\Z")
_SITE = re.compile(r"(?:[a-z]+://)?(?:www\.)?([^/]+)(?:/.*)?", re.DOTALL)


def is_searchable(text: str) -> bool:
    """Whether there is a letter or digit in it; what has none is not indexed."""
    return any(character.isalnum() for character in text)


def unescape(text: str) -> str:
    """The text without the backslashes that took a mark's meaning away."""
    if text.startswith("\\") and text[1:] in OPERATORS:
        return text[1:]
    return _ESCAPED_MARK.sub(r"\1", text)


def word_term(raw: str, field: str | None, warn: Warn) -> Node | None:
    """The leaf a word means, its `*`, `?`, `~` and `^` read; None if only punctuation."""
    if raw[-1] == ":" and raw[:-1].lower() in KNOWN_FIELDS:
        warn(f"nothing to search for comes after {raw}")
        return Word(raw[:-1])
    base, tilde, caret = _split_suffix(raw)
    if misread := _find_misreading(base, field):
        warn(misread + ("; it can only be searched as it stands" if is_searchable(base) else ""))
    return boost(_word(base, tilde, field, warn), caret, warn)


def _find_misreading(base: str, field: str | None) -> str:
    """What of a word looks like a part of the language and is none; empty for nothing.

    Asked once a well-formed ending is off: any mark left is not where it can be read.
    """
    masked = _ESCAPED.sub("xx", base)
    if field and masked in OPERATORS:
        return f"{masked} cannot follow {field}: directly: write {masked} {field}:word"
    if field and (inner := _INNER_FIELD.match(masked)):
        return f"{field}: cannot hold another field, {inner[1]}:"
    if not is_searchable(base) and masked not in _FOREIGN:
        return ""
    return next((advice for known, advice in _MISREAD if known.search(masked)), "")


def _split_suffix(raw: str) -> tuple[str, str | None, str | None]:
    masked = _ESCAPED.sub("xx", raw).rstrip(_CLOSING)
    match = _SUFFIX.search(masked, 1)
    assert match  # every group is optional
    return (raw[: match.start()] if match[0] else raw), match["tilde"], match["caret"]


def _word(base: str, tilde: str | None, field: str | None, warn: Warn) -> Node | None:
    pattern, text = _is_pattern(_ESCAPED.sub("xx", base)), unescape(base)
    if pattern or field not in _IN_TEXT:
        _refuse_tilde(tilde, warn)
    if field in DATE_FIELDS:
        return date_term(text, field, warn)
    if field in FACET_FIELDS:
        if pattern:
            warn(f"{field}: takes a name, not a pattern: * and ? stand for themselves")
        return facet_term(text, field, warn, whole=False)
    if pattern:
        return _pattern_term(text.rstrip(_CLOSING), field)
    if not is_searchable(text):
        return None
    return Fuzzy(text, _distance(tilde, warn), field) if tilde else Word(text, field)


def _is_pattern(masked: str) -> bool:
    """Whether * or ? stands for letters: alone at an end, ? is a mark of the sentence."""
    inner = masked.rstrip(_CLOSING).lstrip("?")
    return "://" not in masked and ("*" in masked or "?" in inner)


def _pattern_term(pattern: str, field: str | None) -> Node | None:
    if set(pattern) == {"*"}:
        return Everything()
    if not is_searchable(pattern):
        return None
    return Wildcard(pattern, field) if _is_pattern(pattern) else Word(pattern, field)


def _distance(tilde: str, warn: Warn) -> int:
    distance = float(tilde[1:] or 1)
    if distance in range(1, MAX_DISTANCE + 1):
        return int(distance)
    nearest = MAX_DISTANCE if distance > MAX_DISTANCE else 1
    warn(f"{tilde} is not a distance: ~1 or ~2 letters may differ; ~{nearest} is the nearest")
    return nearest


def facet_term(value: str, field: str, warn: Warn, *, whole: bool) -> FacetTerm | None:
    """A facet's value, or a word of one; a site's address is cut down to its host."""
    if field == "lang" and not _LANGUAGE.fullmatch(value):
        warn("lang: takes a code of two letters, such as en or fr")
    if field == "site" and (match := _SITE.fullmatch(value.lower())):
        value = match[1]
    return FacetTerm(field, value, whole) if is_searchable(value) else None


def date_term(value: str, field: str, warn: Warn) -> Node:
    """The days a date field's value means; as words when it means none."""
    try:
        return date_range(field, value)
    except ValueError as error:
        warn(f"{field}: {error}; it can only be searched as words")
        return _as_words(field, value)


def _as_words(field: str | None, value: str) -> Node:
    parts = (field or "", *value.strip("[]{}<>=").split())
    return And(tuple(Word(part) for part in parts if is_searchable(part)))


def range_term(text: str, suffix: str, field: str | None, warn: Warn) -> Node | None:
    """The days between two dates; for another field, which has no ranges, its words."""
    if field in DATE_FIELDS:
        return apply_suffix(date_term(text, field, warn), suffix, warn)
    named = (
        f"{field}: takes no range, only date: does" if field else "a range needs date: before it"
    )
    warn(f"{named}; it can only be searched as words")
    return apply_suffix(_as_words(field, text), suffix, warn)


def apply_suffix(node: Node | None, suffix: str, warn: Warn) -> Node | None:
    """The node of a range or group with what stands behind its bracket applied."""
    match = _SUFFIX.search(suffix)
    assert match  # every group is optional
    _refuse_tilde(match["tilde"], warn)
    return boost(node, match["caret"], warn)


def _refuse_tilde(tilde: str | None, warn: Warn) -> None:
    if tilde:
        warn(f"~ is for a word or a phrase of the text: {tilde} cannot be used here")


def phrase_term(content: str, suffix: str, field: str | None, warn: Warn) -> Node | None:
    """The leaf a quoted text means; None if there is only punctuation in it."""
    match = _SUFFIX.search(suffix)
    assert match  # every group is optional
    if field not in _IN_TEXT:
        _refuse_tilde(match["tilde"], warn)
    return boost(_phrase_leaf(content, match["tilde"], field, warn), match["caret"], warn)


def _phrase_leaf(content: str, tilde: str | None, field: str | None, warn: Warn) -> Node | None:
    words = tuple(unescape(word) for word in content.split())
    if field in DATE_FIELDS:
        return date_term(" ".join(words), field, warn)
    if field in FACET_FIELDS:
        return facet_term(" ".join(words), field, warn, whole=True)
    present = tuple(filter(is_searchable, words))
    return Phrase(present, _slop(tilde, warn), field) if present else None


def _slop(tilde: str | None, warn: Warn) -> int:
    if not tilde:
        return 0
    slop = int(min(float(tilde[1:] or 0), MAX_SLOP))
    if tilde != f"~{slop}":
        warn(f"{tilde} after a phrase is a whole number up to {MAX_SLOP}: ~{slop} is the nearest")
    return slop


def boost(node: Node | None, caret: str | None, warn: Warn) -> Node | None:
    """The node with its score multiplied; None stays None."""
    if node is None or caret is None:
        return node
    factor = float(caret)
    if 0 < factor <= MAX_FACTOR:
        return Boost(node, factor)
    warn(f"^{caret} cannot be used: a factor is over 0 and at most {MAX_FACTOR:.0f}")
    return node
