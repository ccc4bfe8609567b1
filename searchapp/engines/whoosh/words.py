"""The words of a text a query may mean, without looking at each of the others.

Stands between a shown document and its highlights. Nothing `analyse` makes reaches over
white space, so a text is read a run of letters at a time, and runs read before are
remembered. A word and its index term are spelled alike: where a text is plain enough to
see that, only the words that begin like one sought are read at all, and of a phrase only
the words around its rarest.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from typing import NamedTuple

from searchapp.engines.analysis import LONGEST_TERM, Token, analyse, fold

_REMEMBERED = 100_000
_RUN = re.compile(r"\S+")
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
# What may stand between two letters of one term.
_JOINED = "[-'.&@,\u2019]?"
_LETTER = r"[^\W_]"
_MOST_BEGINNINGS = 8
# Longer runs are addresses and texts without spaces: seldom met twice.
_LONGEST_RUN = 40
_SENTENCE_END = re.compile(r"[.!?…]+[\"'»”’)\]]*\s+|[。！？]+[」』”]*|\n\s*\n")
_GAP = re.compile(r"\s\s+")
# Of a text up to this long all sentences are found at once, and remembered.
_SHORT_TEXT = 20_000
# Characters that hold a position and the space after it, but for odd texts.
_USUAL_WIDTH = 24
_FEW_PLACES = 4

Range = tuple[int, int]
Reading = tuple[tuple[Token, ...], int, frozenset[str]]


class Beginning(NamedTuple):
    """How the terms sought begin, or (`whole`) what one is."""

    text: str
    whole: bool = True


class Text:
    """A text in which words are sought, and what is worth remembering of it."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def plain(self) -> str | None:
        """The text as terms are spelled, place for place; None where that cannot be told."""
        if self.text.isascii():
            return self.text.lower()
        return None if _FOREIGN.search(self.text) else self.text.translate(_FOLDED).lower()

    def sentences(self, first: int, last: int) -> list[int]:
        """Where sentences that end between two places end, the space behind them included."""
        if len(self.text) > _SHORT_TEXT:
            return [m.end() for m in _SENTENCE_END.finditer(self.text, first, last)]
        ends = self._sentences
        return ends[bisect_right(ends, first) : bisect_right(ends, last)]

    def clean(self, first: int, last: int, ranges: Sequence[Range]) -> tuple[str, list[Range]]:
        """A piece of the text with single spaces, and the ranges inside it, moved."""
        piece = self.text[first:last]
        first += len(piece) - len(piece.lstrip())
        moved = first - self._taken(first)
        inside = [r for r in ranges if first <= r[0] and r[1] <= last]
        shown = [(a - self._taken(a) - moved, b - self._taken(b) - moved) for a, b in inside]
        return " ".join(piece.split()), shown

    def _taken(self, place: int) -> int:
        """How many spaces single ones leave out ahead of a place that is no space."""
        ends, taken = self._gaps
        return taken[bisect_right(ends, place) - 1] if ends else 0

    @cached_property
    def _gaps(self) -> tuple[list[int], list[int]]:
        ends, taken = [0], [0]
        for gap in _GAP.finditer(self.text):
            ends.append(gap.end())
            taken.append(taken[-1] + len(gap[0]) - 1)
        return (ends, taken) if len(ends) > 1 else ([], [])

    @cached_property
    def _sentences(self) -> list[int]:
        return [m.end() for m in _SENTENCE_END.finditer(self.text)]


def words(text: Text, sought: Collection[Beginning]) -> list[Token]:
    """The tokens of a text, those at least whose term begins like one sought.

    Their positions mean nothing.
    """
    if len(sought) > _MOST_BEGINNINGS:
        sought = _shorter(sought)
    if text.plain is None or len(sought) > _MOST_BEGINNINGS:
        letters = frozenset(beginning.text[0] for beginning in sought)
        return list(_run_by_run(text.text, letters))
    found: list[Token] = []
    runs: dict[int, str] = {}
    for beginning in sought:
        runs |= _runs(text, beginning)
    for start in sorted(runs):
        found += _moved(_read(runs[start])[0], 0, start)
    return found


def words_near(text: Text, terms: Sequence[str], reach: int) -> list[Token]:
    """The tokens of some terms where all of them may stand at most `reach` positions apart.

    Positions tell how words that lie so close stand to one another.
    """
    wanted = frozenset(terms)
    if text.plain is None:
        tokens = _run_by_run(text.text, frozenset(term[0] for term in terms))
        return [token for token in tokens if token.term in wanted]
    places: dict[int, str] = {}
    for term in sorted(wanted, key=len, reverse=True):
        found = _runs(text, Beginning(term))
        if not found:
            return []
        places = min(places or found, found, key=len)
        if len(places) <= _FEW_PLACES:
            break
    return list(_between(text.text, wanted, _stretches(text.text, sorted(places), reach), reach))


def _shorter(sought: Collection[Beginning]) -> Collection[Beginning]:
    """Fewer beginnings that include all of these, when there are any."""
    for length in (4, 3, 2):
        fewer = {Beginning(text[:length], whole=False) for text, _ in sought}
        if len(fewer) <= _MOST_BEGINNINGS:
            return fewer
    return sought


def _runs(text: Text, sought: Beginning) -> dict[int, str]:
    """The runs that have a word with such a beginning, by where they start."""
    plain = text.plain or ""
    runs: dict[int, str] = {}
    end = 0
    for match in _compiled(sought).finditer(plain):
        place = match.start()
        if place < end or (place and plain[place - 1].isalnum()):
            continue
        while place and not plain[place - 1].isspace():
            place -= 1
        if run := _RUN.match(text.text, place):
            end = run.end()
            runs[place] = run[0]
    return runs


@lru_cache(maxsize=10_000)
def _compiled(sought: Beginning) -> re.Pattern[str]:
    """A pattern of how a word of a plain text is written that becomes such a term."""
    text, whole = sought
    spelled = _JOINED.join(map(re.escape, text))
    ends = whole and len(text) < LONGEST_TERM and text[-1].isalnum()
    return re.compile(f"{spelled}(?!{_LETTER})" if ends else spelled)


def _stretches(text: str, places: Iterable[int], reach: int) -> Iterator[tuple[int, int]]:
    """The parts of a text, apart, that have all words near some runs."""
    first = stop = 0
    for place in places:
        begin, end = _before(text, place, reach), _behind(text, place, reach)
        if begin > stop and stop:
            yield first, stop
            first = begin
        elif not stop:
            first = begin
        stop = max(stop, end)
    if stop:
        yield first, stop


def _behind(text: str, place: int, reach: int) -> int:
    """The end of the run that is more than `reach` positions behind one, if there is one."""
    passed, end = -1, place
    for run in _RUN.finditer(text, place):
        width, end = _read(run[0])[1], run.end()
        passed = width + passed if passed >= 0 else 0
        if passed > reach:
            break
    return end


def _before(text: str, place: int, reach: int) -> int:
    """The start of the run that is more than `reach` positions ahead of one, if there is one."""
    room = _USUAL_WIDTH * (reach + 2)
    while True:
        first = max(0, place - room)
        passed = 0
        for run in reversed(list(_RUN.finditer(text, first, place))):
            if first and run.start() == first:
                break  # perhaps only the end of one
            passed += _read(run[0])[1]
            if passed > reach:
                return run.start()
        if not first:
            return 0
        room *= 4


def _between(
    text: str, wanted: Collection[str], stretches: Iterable[tuple[int, int]], reach: int
) -> Iterator[Token]:
    """The tokens of some terms in parts of a text, which count as far from one another."""
    position = 0
    for first, stop in stretches:
        for run in _RUN.finditer(text, first, stop):
            tokens, width, _ = _read(run[0])
            yield from _moved((t for t in tokens if t.term in wanted), position, run.start())
            position += width
        position += reach + 2


def _run_by_run(text: str, letters: frozenset[str]) -> Iterator[Token]:
    """The tokens of runs that have one with such a first letter."""
    position = 0
    for run in _RUN.finditer(text):
        tokens, width, initials = _read(run[0])
        if not letters.isdisjoint(initials):
            yield from _moved(tokens, position, run.start())
        position += width


def _moved(tokens: Iterable[Token], position: int, start: int) -> Iterator[Token]:
    for term, place, first, last in tokens:
        yield Token(term, place + position, first + start, last + start)


def _read(run: str) -> Reading:
    return _remembered(run) if len(run) <= _LONGEST_RUN else _reading(run)


def _reading(run: str) -> Reading:
    """The tokens of a run, how many positions it takes, the first letters of its terms."""
    *tokens, end = analyse(f"{run} x")
    return tuple(tokens), end.position, frozenset(token.term[0] for token in tokens)


_remembered = lru_cache(maxsize=_REMEMBERED)(_reading)
