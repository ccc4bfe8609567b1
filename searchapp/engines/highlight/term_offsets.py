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
_AFTER = re.compile(rf"[{JOINERS}](?=[^\W_])|[+#{OTHER}]")
_JOINED_BY = frozenset(f"{JOINERS}{OTHER}")
_ONE = re.compile(f"[{IDEOGRAPHS}](?!{OTHER})")
_TWO = re.compile(f"[{IDEOGRAPHS}]{{2}}(?!{OTHER})")
_PAIRS = re.compile(rf"(?=([{IDEOGRAPHS}]{{2}}))")
_FIRST_IDEOGRAPH = "\u3000"
_MAX_PREFIXES = 8  # set by hand, not measured
_MAX_TOKENS = 50_000  # of phrases in one text; as above
# Characters that a step of `effort` tests for a prefix, looks for it in, takes words from, and
# analyses. As above.
_TESTED, _SOUGHT, _WRITTEN_OUT, _READ = 2_000, 500, 20, 1
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
    prefixes = list(prefixes)
    text.cost += 1 + len(prefixes) * len(text.text) // _TESTED
    prefixes = [one for one in prefixes if one.bare in text.bare]
    if not prefixes and not text.other:
        return []
    found: set[Range] = set()
    runs = text.other.copy()
    for one in prefixes:
        if one.text[0] > _FIRST_IDEOGRAPH:
            found.update(_ideographs(text, one.text, wanted))
        elif one.joined:
            runs |= text.joined
        else:
            _add_spelled(text, one, wanted, found, runs)
    return _with_read(text, runs, wanted, found)


def _with_read(
    text: SourceText, runs: Runs, wanted: Callable[[str], bool], found: set[Range]
) -> list[Range]:
    """What is found, and the wanted words of some runs, ascending."""
    if not runs:
        return sorted(found)
    joined = [
        (start + first, start + last)
        for start, tokens in text.read_runs(runs)
        for term, _, first, last in tokens
        if wanted(term) and (start + first, start + last) not in found
    ]
    return sorted([*found, *joined])


def find_words_among(text: SourceText, wanted: Callable[[str], bool]) -> list[Range]:
    """The ranges of the words whose term is wanted, however it begins, ascending."""
    plain, wanted = text.plain, lru_cache(maxsize=10_000)(wanted)
    text.cost += 1 + len(plain) // _WRITTEN_OUT
    # What joins words, or is spelled otherwise, is read as a whole run.
    found = {
        word.span()
        for word in _WRITTEN.finditer(plain)
        if wanted(word[0][:LONGEST_TERM])
        and plain[word.start() - 1 : word.start()] not in _JOINED_BY
        and not _AFTER.match(plain, word.end())
    }
    if not text.text.isascii():
        for term in filter(wanted, {*_ONE.findall(plain), *_PAIRS.findall(plain)}):
            found.update(_ideographs(text, term, wanted))
    return _with_read(text, text.joined | text.other, wanted, found)


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
    text.cost += count + len(plain) // _SOUGHT
    if _is_spelled_joined(text, prefix, count):
        runs |= text.joined


def _ideographs(text: SourceText, prefix: str, wanted: Callable[[str], bool]) -> Iterator[Range]:
    """The ideographs, one or two, with a prefix."""
    plain = text.plain
    text.cost += 1 + len(plain) // _SOUGHT
    for offset in _offsets(plain, prefix):
        text.cost += 2
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
        if len(found) > _MAX_TOKENS:
            break
        if (begin := _ahead(text, offset, reach, stop)) > stop:
            position += reach + 2
            stop = begin
        passed = -1
        while stop < len(text.text) and passed <= reach:
            start, stop = stop, _piece_stop(text.plain, stop)
            text.cost += 1 + (stop - start) // _READ
            tokens, width = read_run(text.text[start:stop])
            for term, at, first, last in tokens:
                if term in terms:
                    found.append(Token(term, position + at, start + first, start + last))
            position += width
            if stop > offset:
                passed += width if passed >= 0 else 1
            stop += 1
    return found


def _ahead(text: SourceText, offset: int, reach: int, behind: int) -> int:
    """Where a piece begins that is more than `reach` positions ahead of an offset.

    Looks no farther than `behind`, or where the text begins.
    """
    start, passed = _piece_start(text.plain, offset), 0
    while start > behind and passed <= reach:
        stop, start = start - 1, _piece_start(text.plain, start - 1)
        text.cost += 1 + (stop - start) // _READ
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
