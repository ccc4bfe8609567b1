"""The words of a text a query may mean, without looking at each of the others.

Stands between a text and the marks of a query. Nothing is compiled for a query: that
would take longer than to look through a page of hits does.
"""

from __future__ import annotations

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
    Text,
    bare_of,
    read,
    run_at,
)

_WRITTEN = re.compile(rf"[^\W_{OTHER}{IDEOGRAPHS}]+")
# The rest of a word, and what makes another term of it.
_REST = re.compile(rf"[^\W_{OTHER}{IDEOGRAPHS}]*([{JOINERS}](?=[^\W_])|[+#{OTHER}])?")
_ONE = re.compile(f"[{IDEOGRAPHS}](?!{OTHER})")
_TWO = re.compile(f"[{IDEOGRAPHS}]{{2}}(?!{OTHER})")
_PAIRS = re.compile(rf"(?=([{IDEOGRAPHS}]{{2}}))")
_FIRST_IDEOGRAPH = "\u3000"
_MOST_BEGINNINGS = 8
# Between them a text without spaces may be read piece by piece.
_STOPS = "。，、；：！？"

Range = tuple[int, int]


class Beginning(NamedTuple):
    """How terms begin, and how that is spelled in `Text.bare`.

    `joined` terms have a joiner in them; `repeats` says that two may overlap (`that`).
    """

    text: str
    bare: bytes
    joined: bool
    repeats: bool


@lru_cache(maxsize=10_000)
def beginning(text: str) -> Beginning:
    """How terms begin that start with a text."""
    repeats = any(text.startswith(text[n:]) for n in range(1, len(text)))
    return Beginning(text, bare_of(text), not text.isalnum(), repeats)


def beginnings(terms: Collection[str]) -> list[Beginning]:
    """A few beginnings of all terms; none when they have too little in common."""
    fewer = set(terms)
    for length in (4, 3, 2):
        if len(fewer) <= _MOST_BEGINNINGS:
            break
        fewer = {term[:length] for term in terms}
    return [beginning(text) for text in fewer] if len(fewer) <= _MOST_BEGINNINGS else []


def words(text: Text, sought: Iterable[Beginning], wanted: Callable[[str], bool]) -> list[Range]:
    """Where the words stand whose term is wanted, which begins like one sought."""
    sought = [one for one in sought if one.bare in text.bare]
    if not sought and not text.other:
        return []
    found: set[Range] = set()
    runs = text.other.copy()
    for one in sought:
        if one.text[0] > _FIRST_IDEOGRAPH:
            found.update(_ideographs(text.plain, one.text, wanted))
        elif one.joined:
            runs |= text.joined
        else:
            _spelled(text, one, wanted, found, runs)
    if not runs:
        return sorted(found)
    joined = [
        (start + first, start + last)
        for start, run in runs.items()
        for term, _, first, last in read(run)[0]
        if wanted(term) and (start + first, start + last) not in found
    ]
    return sorted([*found, *joined])


def words_of(text: Text, wanted: Callable[[str], bool]) -> list[Range]:
    """Where the words stand whose term is wanted, however they begin."""
    written = set(_WRITTEN.findall(text.plain))
    for run in (*text.joined.values(), *text.other.values()):
        written.update([token.term for token in read(run)[0]])
    if not text.text.isascii():
        written.update(_ONE.findall(text.plain), _PAIRS.findall(text.plain))
    return words(text, [beginning(term) for term in filter(wanted, written)], wanted)


def _spelled(
    text: Text, sought: Beginning, wanted: Callable[[str], bool], found: set[Range], runs: Runs
) -> None:
    """Add the words with such a beginning, and the runs that may have it in another spelling."""
    plain, spelling, size = text.plain, sought.text, len(sought.text)
    count = behind = 0
    place = plain.find(spelling)
    while place >= 0:
        count += 1
        before = plain[place - 1] if place else " "
        if place >= behind and (not before.isalnum() or before > _FIRST_IDEOGRAPH):
            rest = _REST.match(plain, place + size)
            assert rest  # of no letters at least
            if rest.lastindex or before in JOINERS:
                start, run = run_at(text.text, place)
                runs[start] = run
                behind = start + len(run)
            elif wanted(plain[place : (end := rest.end())][:LONGEST_TERM]):
                found.add((place, end))
        place = plain.find(spelling, place + 1)
    if _hidden(text, sought, count):
        runs |= text.joined


def _ideographs(plain: str, sought: str, wanted: Callable[[str], bool]) -> Iterator[Range]:
    """The ideographs, one or two, with such a beginning."""
    for place in _places(plain, sought):
        for size in (_ONE, _TWO):
            if (match := size.match(plain, place)) and wanted(match[0]):
                yield match.span()


def _hidden(text: Text, sought: Beginning, count: int) -> bool:
    """Whether a beginning that is found `count` times in the plain text is spelled joined, too."""
    if sought.repeats:
        return sum(1 for _ in _places(text.bare, sought.bare)) != count
    return text.bare.count(sought.bare) != count


def words_near(text: Text, sought: Collection[Beginning], reach: int) -> list[Token]:
    """The tokens of some terms where all of them may stand at most `reach` positions apart.

    Positions tell how words that lie so close stand to one another.
    """
    bare = text.bare
    if not text.other and not all(one.bare in bare for one in sought):
        return []
    rarest = min(sought, key=lambda one: bare.count(one.bare))
    terms = {one.text for one in sought}
    found: list[Token] = []
    position = stop = 0
    for place, _ in words(text, [rarest], rarest.text.__eq__):
        if (begin := _ahead(text, place, reach)) > stop:
            position += reach + 2
            stop = begin
        passed = -1
        while stop < len(text.text) and passed <= reach:
            start, stop = stop, _piece_stop(text.plain, stop)
            tokens, width = read(text.text[start:stop])
            for term, at, first, last in tokens:
                if term in terms:
                    found.append(Token(term, position + at, start + first, start + last))
            position += width
            if stop > place:
                passed += width if passed >= 0 else 1
            stop += 1
    return found


def _ahead(text: Text, place: int, reach: int) -> int:
    """Where a piece begins that is more than `reach` positions ahead of a place, or the text."""
    start, passed = _piece_start(text.plain, place), 0
    while start and passed <= reach:
        stop, start = start - 1, _piece_start(text.plain, start - 1)
        passed += read(text.text[start:stop])[1]
    return start


def _piece_start(text: str, place: int) -> int:
    """Where what is set off by blanks or line ends begins, at a place of it or its end."""
    blank = text.rfind(" ", 0, place) + 1
    start = (text.rfind("\n", blank, place) + 1) or blank
    if place - start > LONGEST_RUN:
        start = max([start, *(text.rfind(stop, start, place) + 1 for stop in _STOPS)])
    return start


def _piece_stop(text: str, place: int) -> int:
    """Where such a piece ends."""
    blank = text.find(" ", place)
    line = text.find("\n", place, blank if blank >= 0 else len(text))
    end = line if line >= 0 else blank if blank >= 0 else len(text)
    if end - place > LONGEST_RUN:
        ends = [text.find(stop, place, end) for stop in _STOPS]
        end = min([n for n in ends if n >= 0], default=end)
    return end


def _places(text: AnyStr, sought: AnyStr) -> Iterator[int]:
    """Where another text begins in one, overlapping or not."""
    place = text.find(sought)
    while place >= 0:
        yield place
        place = text.find(sought, place + 1)
