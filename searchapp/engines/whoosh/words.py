"""The words of a text a query may mean, without looking at each of the others.

Stands between a shown document and its highlights. Nothing `analyse` makes reaches over
white space, so a text is read a run of letters at a time, and runs read before are
remembered. A word, its stem and its index term begin alike: where a text is plain
enough to see that, only the words that begin like one sought are read at all.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import lru_cache
from itertools import pairwise

from searchapp.engines.analysis import LONGEST_TERM, Token, analyse, fold

_REMEMBERED = 100_000
_RUN = re.compile(r"\S+")
# Beside ASCII, what news is set with: none of it is folded to a letter or digit.
# Letters with a case or an accent that folding takes off, one for one.
_FOLDED = {
    n: letter
    for first, last in ((0xC0, 0x250), (0x370, 0x500))
    for n in range(first, last)
    if len(letter := fold(chr(n))) == 1 and letter.isalpha()
}
_LETTERS = "".join(map(chr, _FOLDED))
# What news is set with beside them: none of it is folded to a letter or digit.
_MARKS = "\u2018-\u201f\u2013\u2014\u2026\u2022\u00a3\u20ac\u00ab\u00bb"
_FOREIGN = re.compile(f"[^\x00-\x7f{_MARKS}{_LETTERS}]")
# Stems up to this long may differ from their words in all but the first letter (`dying`).
_SHORT = 3
_JOINED = "[-'.&@,\u2019]"
_MOST_BEGINNINGS = 8
# Longer runs are addresses and texts without spaces: seldom met twice.
_LONGEST_RUN = 40

Reading = tuple[tuple[Token, ...], int, frozenset[str]]


def words(text: str, sought: Collection[str], *, reach: int) -> list[Token]:
    """The tokens of a text, those at least whose term begins like one sought.

    `sought` are index terms or stems. Positions tell how words stand to one another if
    they are at most `reach` positions apart; with 0 they mean nothing.
    """
    beginnings = frozenset(map(_beginning, filter(None, sought)))
    if len(beginnings) > _MOST_BEGINNINGS or _FOREIGN.search(text):
        return list(_run_by_run(text, sought, 0))
    runs = _beginning_with(text, beginnings)
    if not reach:
        return [token for start, run in runs for token in _moved(_read(run)[0], 0, start)]
    wanted = frozenset(sought)
    near = [start for start, run in runs if any(t.term in wanted for t in _read(run)[0])]
    return list(_neighbourhoods(text, sought, near, reach))


def _beginning(term: str) -> str:
    """A pattern of how a word of a plain text begins that becomes the term."""
    if len(term) <= _SHORT:
        return re.escape(term[0])
    return f"{re.escape(term[0])}(?:{re.escape(term[1])}|{_JOINED})"


def _beginning_with(text: str, beginnings: Collection[str]) -> list[tuple[int, str]]:
    """The runs that have a word with such a beginning, and where they start."""
    lowered = (text if text.isascii() else text.translate(_FOLDED)).lower()
    starts = set()
    for beginning in beginnings:
        for match in _compiled(beginning).finditer(lowered):
            place = match.start()
            if not place or not lowered[place - 1].isalnum():
                starts.add(max(lowered.rfind(" ", 0, place), lowered.rfind("\n", 0, place)) + 1)
    matches = (_RUN.match(text, start) for start in sorted(starts))
    return [(run.start(), run[0]) for run in matches if run]


@lru_cache(maxsize=10_000)
def _compiled(beginning: str) -> re.Pattern[str]:
    return re.compile(beginning)


def _neighbourhoods(
    text: str, sought: Collection[str], starts: list[int], reach: int
) -> Iterator[Token]:
    """The tokens around places that lie close together, a stretch of text at a time."""
    furthest = (reach + 1) * LONGEST_TERM
    parted = [n for n, (a, b) in enumerate(pairwise(starts), 1) if b - a > furthest]
    position = 0
    for first, stop in pairwise((0, *parted, len(starts)) if starts else ()):
        start, last = starts[first], _RUN.match(text, starts[stop - 1])
        stretch = text[start : last.end() if last else len(text)]
        for token in _run_by_run(stretch, sought, position):
            yield Token(token.term, token.position, token.start + start, token.end + start)
        position += len(stretch) + reach + 2


def _run_by_run(text: str, sought: Collection[str], position: int) -> Iterator[Token]:
    letters = frozenset(term[0] for term in sought if term)
    for run in _RUN.finditer(text):
        tokens, width, initials = _read(run[0])
        if not letters.isdisjoint(initials):
            yield from _moved(tokens, position, run.start())
        position += width


def _moved(tokens: tuple[Token, ...], position: int, start: int) -> Iterator[Token]:
    for term, place, first, last in tokens:
        yield Token(term, place + position, first + start, last + start)


def _read(run: str) -> Reading:
    return _remembered(run) if len(run) <= _LONGEST_RUN else _reading(run)


def _reading(run: str) -> Reading:
    """The tokens of a run, how many positions it takes, the first letters of its terms."""
    *tokens, end = analyse(f"{run} x")
    return tuple(tokens), end.position, frozenset(token.term[0] for token in tokens)


_remembered = lru_cache(maxsize=_REMEMBERED)(_reading)
