"""The words of a text a query may mean, without looking at each of the others.

Stands between `source_text` and `matches`. Nothing is compiled for a query: that
would take longer than to look through a page of hits does.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import lru_cache
from typing import AnyStr, NamedTuple

from searchapp.engines.analysis.terms import LONGEST_TERM, Token
from searchapp.engines.highlight.source_text import (
    IDEOGRAPHS,
    JOINERS,
    LONGEST_RUN,
    OTHER,
    Runs,
    SourceText,
    read_run,
    run_at,
    strip_joiners,
)

_WRITTEN = re.compile(rf"[^\W_{OTHER}{IDEOGRAPHS}]+")
# The rest of a word, and what makes another term of it.
_REST = re.compile(rf"[^\W_{OTHER}{IDEOGRAPHS}]*([{JOINERS}](?=[^\W_])|[+#{OTHER}])?")
_ONE = re.compile(f"[{IDEOGRAPHS}](?!{OTHER})")
_TWO = re.compile(f"[{IDEOGRAPHS}]{{2}}(?!{OTHER})")
_PAIRS = re.compile(rf"(?=([{IDEOGRAPHS}]{{2}}))")
_FIRST_IDEOGRAPH = "\u3000"
_MAX_PREFIXES = 8  # set by hand, not measured
# Between them a text without spaces may be read piece by piece.
_STOPS = "。，、；：！？"

Range = tuple[int, int]


class Prefix(NamedTuple):
    """How terms begin, and how that is spelled in `SourceText.bare`.

    `joined` terms have a joiner in them; `repeats` says that two may overlap (`that`).
    """

    text: str
    bare: bytes
    joined: bool
    repeats: bool


@lru_cache(maxsize=10_000)
def prefix_of(text: str) -> Prefix:
    """The prefix that a text is."""
    repeats = any(text.startswith(text[n:]) for n in range(1, len(text)))
    return Prefix(text, strip_joiners(text), not text.isalnum(), repeats)


def common_prefixes(terms: Collection[str]) -> list[Prefix]:
    """A few prefixes of all terms; none when they have too little in common."""
    fewer = set(terms)
    for length in (4, 3, 2):
        if len(fewer) <= _MAX_PREFIXES:
            break
        fewer = {term[:length] for term in terms}
    return [prefix_of(text) for text in fewer] if len(fewer) <= _MAX_PREFIXES else []


def find_words(
    text: SourceText, prefixes: Iterable[Prefix], wanted: Callable[[str], bool]
) -> list[Range]:
    """The ranges of the words whose term is wanted, which has one of the prefixes; ascending."""
    prefixes = [one for one in prefixes if one.bare in text.bare]
    if not prefixes and not text.other:
        return []
    found: set[Range] = set()
    runs = text.other.copy()
    for one in prefixes:
        if one.text[0] > _FIRST_IDEOGRAPH:
            found.update(_ideographs(text.plain, one.text, wanted))
        elif one.joined:
            runs |= text.joined
        else:
            _add_spelled(text, one, wanted, found, runs)
    if not runs:
        return sorted(found)
    joined = [
        (start + first, start + last)
        for start, run in runs.items()
        for term, _, first, last in read_run(run)[0]
        if wanted(term) and (start + first, start + last) not in found
    ]
    return sorted([*found, *joined])


def find_words_among(text: SourceText, wanted: Callable[[str], bool]) -> list[Range]:
    """The ranges of the words whose term is wanted, however it begins, ascending."""
    written = set(_WRITTEN.findall(text.plain))
    for run in (*text.joined.values(), *text.other.values()):
        written.update([token.term for token in read_run(run)[0]])
    if not text.text.isascii():
        written.update(_ONE.findall(text.plain), _PAIRS.findall(text.plain))
    return find_words(text, [prefix_of(term) for term in filter(wanted, written)], wanted)


def _add_spelled(
    text: SourceText, prefix: Prefix, wanted: Callable[[str], bool], found: set[Range], runs: Runs
) -> None:
    """Add the words with a prefix, and the runs that may have it in another spelling."""
    plain, spelling, size = text.plain, prefix.text, len(prefix.text)
    count = behind = 0
    offset = plain.find(spelling)
    while offset >= 0:
        count += 1
        before = plain[offset - 1] if offset else " "
        if offset >= behind and (not before.isalnum() or before > _FIRST_IDEOGRAPH):
            rest = _REST.match(plain, offset + size)
            assert rest  # of no letters at least
            if rest.lastindex or before in JOINERS:
                start, run = run_at(text.text, offset)
                runs[start] = run
                behind = start + len(run)
            elif wanted(plain[offset : (end := rest.end())][:LONGEST_TERM]):
                found.add((offset, end))
        offset = plain.find(spelling, offset + 1)
    if _is_spelled_joined(text, prefix, count):
        runs |= text.joined


def _ideographs(plain: str, prefix: str, wanted: Callable[[str], bool]) -> Iterator[Range]:
    """The ideographs, one or two, with a prefix."""
    for offset in _offsets(plain, prefix):
        for size in (_ONE, _TWO):
            if (match := size.match(plain, offset)) and wanted(match[0]):
                yield match.span()


def _is_spelled_joined(text: SourceText, prefix: Prefix, count: int) -> bool:
    """Whether a prefix that is found `count` times in the plain text is spelled joined, too."""
    if prefix.repeats:
        return sum(1 for _ in _offsets(text.bare, prefix.bare)) != count
    return text.bare.count(prefix.bare) != count


def find_tokens_near(text: SourceText, prefixes: Collection[Prefix], reach: int) -> list[Token]:
    """The tokens of some terms where all of them may stand at most `reach` positions apart.

    Positions tell how words that lie so close stand to one another.
    """
    bare = text.bare
    if not text.other and not all(one.bare in bare for one in prefixes):
        return []
    rarest = min(prefixes, key=lambda one: bare.count(one.bare))
    terms = {one.text for one in prefixes}
    found: list[Token] = []
    position = stop = 0
    for offset, _ in find_words(text, [rarest], rarest.text.__eq__):
        if (begin := _ahead(text, offset, reach)) > stop:
            position += reach + 2
            stop = begin
        passed = -1
        while stop < len(text.text) and passed <= reach:
            start, stop = stop, _piece_stop(text.plain, stop)
            tokens, width = read_run(text.text[start:stop])
            for term, at, first, last in tokens:
                if term in terms:
                    found.append(Token(term, position + at, start + first, start + last))
            position += width
            if stop > offset:
                passed += width if passed >= 0 else 1
            stop += 1
    return found


def _ahead(text: SourceText, offset: int, reach: int) -> int:
    """Where a piece begins that is more than `reach` positions ahead of an offset, or the text."""
    start, passed = _piece_start(text.plain, offset), 0
    while start and passed <= reach:
        stop, start = start - 1, _piece_start(text.plain, start - 1)
        passed += read_run(text.text[start:stop])[1]
    return start


def _piece_start(text: str, offset: int) -> int:
    """Where what is set off by blanks or line ends begins, from an offset in it or its end."""
    blank = text.rfind(" ", 0, offset) + 1
    start = (text.rfind("\n", blank, offset) + 1) or blank
    if offset - start > LONGEST_RUN:
        start = max([start, *(text.rfind(stop, start, offset) + 1 for stop in _STOPS)])
    return start


def _piece_stop(text: str, offset: int) -> int:
    """Where such a piece ends."""
    blank = text.find(" ", offset)
    line = text.find("\n", offset, blank if blank >= 0 else len(text))
    end = line if line >= 0 else blank if blank >= 0 else len(text)
    if end - offset > LONGEST_RUN:
        ends = [text.find(stop, offset, end) for stop in _STOPS]
        end = min([n for n in ends if n >= 0], default=end)
    return end


def _offsets(text: AnyStr, piece: AnyStr) -> Iterator[int]:
    """Where a piece begins in a text, overlapping or not."""
    offset = text.find(piece)
    while offset >= 0:
        yield offset
        offset = text.find(piece, offset + 1)
