"""Where a passage of a text begins and stops, and what is shown of it.

Looks no farther into the text than the passage may reach.
"""

import re
from collections.abc import Iterable

from searchapp.engines.analysis.terms import is_break
from searchapp.engines.highlight.term_offsets import Range

LENGTH = 240  # code points; set by hand
# One class of characters to begin with makes the search for it three times faster.
_SENTENCE_END = re.compile(
    r"[.!?…。！？\n](?:(?<=[.!?…])[.!?…]*[\"'»”’)\]]*\s+"
    r"|(?<=[。！？])[。！？]*[」』”]*|(?<=\n)\s*\n)"
)
_OF_AN_END = frozenset(".!?…\"'»”’)]。！？」』")
_SPACE = re.compile(r"\s")
_UP_TO_SPACE = re.compile(r".*\s", re.DOTALL)
Passage = tuple[int, int]


def widen(text: str, passage: Passage) -> Passage:
    """A passage with what fits around it, from sentence to sentence if it can."""
    start, end = passage
    room = max(0, LENGTH - (end - start))
    earliest = max(0, start - room)
    sentences = sentence_ends(text, earliest, start)
    if earliest == 0:
        sentences.insert(0, 0)
    first = sentences[-1] if sentences else _word_start(text, start - room // 3, start)
    stop = passage_stop(text, end, first + LENGTH)
    # Near the end of the text there is room for earlier sentences.
    for earlier in sentences:
        if earlier >= stop - LENGTH:
            return earlier, stop
    return first, stop


def passage_stop(text: str, end: int, limit: int) -> int:
    """Where a passage that reaches at least to `end` stops, at most at `limit`."""
    if len(text) <= limit:
        return len(text)
    if sentences := sentence_ends(text, max(end, limit - LENGTH // 2), limit):
        return sentences[-1]
    if (tail := text[end : limit + 1]).isascii():
        space = _UP_TO_SPACE.match(tail)
        return min(end + space.end(), limit) if space else end
    return next((p for p in range(limit, end, -1) if is_break(text, p)), end)


def sentence_ends(text: str, first: int, last: int) -> list[int]:
    """Where sentences end after `first`, at most at `last`: behind the space."""
    begin = first
    while begin and (text[begin - 1] in _OF_AN_END or text[begin - 1].isspace()):
        begin -= 1
    ends = []
    for found in _SENTENCE_END.finditer(text, begin, last + LENGTH):
        if (end := found.end()) > last:
            break
        if end > first:
            ends.append(end)
    return ends


def single_spaced(
    text: str, passage: Passage, ranges: Iterable[Range]
) -> tuple[str, tuple[Range, ...]]:
    """A passage with single spaces, and the ranges inside it, moved."""
    first, last = passage
    piece = text[first:last]
    first += len(piece) - len(piece := piece.lstrip())
    inside = [r for r in ranges if first <= r[0] and r[1] <= last]
    single = " ".join(piece.split())
    if len(single) == len(piece.rstrip()):
        return single, tuple([(start - first, end - first) for start, end in inside])
    moved, at = [], 0
    for start, end in inside:
        at += _single_length(text[first:start])
        moved.append((at, at + end - start))  # no range reaches over white space
        first = start
    return single, tuple(moved)


def _single_length(piece: str) -> int:
    """How long a piece is with single spaces; it does not begin with one."""
    return len(" ".join(piece.split())) + piece[-1:].isspace()


def _word_start(text: str, first: int, start: int) -> int:
    """The first offset where a word begins or ends, `start` if there is none ahead of it."""
    if text[first - 1 : start].isascii():
        space = _SPACE.search(text, first - 1, start)
        return max(space.start(), first) if space else start
    return next((p for p in range(first, start) if is_break(text, p)), start)
