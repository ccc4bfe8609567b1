"""Passages of a text around what matched, as plain text and code point ranges."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from searchapp.engines.analysis import is_break
from searchapp.engines.base import Snippet
from searchapp.engines.whoosh.marks import Mark, Range
from searchapp.engines.whoosh.schema import TEXT, TITLE
from searchapp.engines.whoosh.words import words
from searchapp.model import Article

LENGTH = 240
_PASSAGES = 2
# Passages are chosen among so many places of each word.
_MOST_RANGES = 500
_GAPS = re.compile(r"\s\s+|^\s")
_SENTENCE_END = re.compile(r"[.!?…]+[\"'»”’)\]]*\s+|[。！？]+[」』”]*|\n\s*\n")
Passage = tuple[int, int]


def title_snippet(article: Article, marks: Sequence[Mark]) -> Snippet:
    """The whole title, with what matched in it."""
    found = _found(TITLE, article.title, marks, article.language)
    return Snippet(TITLE, article.title, _merged([r for ranges in found for r in ranges]))


def text_snippets(article: Article, marks: Sequence[Mark]) -> tuple[Snippet, ...]:
    """The best passages of the text, in its order; the lead when nothing matched in it."""
    found = _found(TEXT, article.text, marks, article.language)
    ranges = _merged([r for ranges in found for r in ranges])
    if not ranges:
        opening = article.lead or article.text
        lead = _clean(opening, (0, _stop(opening, 0, LENGTH)), ())
        return (lead,) if lead.text else ()
    snippets, shown = [], 0
    for passage in _best(found):
        first, stop = _widened(article.text, passage)
        snippets.append(_clean(article.text, (max(first, shown), stop), ranges))
        shown = stop
    return tuple(snippets)


def _found(field: str, text: str, marks: Sequence[Mark], language: str | None) -> list[list[Range]]:
    """The ranges of each mark in a field's text."""
    wanted = [mark for mark in marks if field in mark.fields]
    sought = {term for mark in wanted for term in mark.sought}
    reach = max((mark.reach for mark in wanted), default=0)
    tokens = words(text, sought, reach=reach) if sought else []
    return [mark.ranges(tokens, language)[:_MOST_RANGES] for mark in wanted]


def _merged(ranges: Sequence[Range]) -> tuple[Range, ...]:
    """Ascending ranges without overlap."""
    merged: list[Range] = []
    for start, end in sorted(ranges):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def _best(found: Sequence[Sequence[Range]]) -> list[Passage]:
    """The windows with most different marks, then most words, then first in the text."""
    marked = sorted((start, end, n) for n, mark in enumerate(found) for start, end in mark)
    starts = [start for start, _, _ in marked]
    scored: list[tuple[int, int, Passage]] = []
    for first, (start, end, _) in enumerate(marked):
        window = marked[first : bisect_right(starts, start + LENGTH)]
        inside = [m for m in window if m[1] <= start + LENGTH]
        stop = max((m[1] for m in inside), default=end)
        scored.append((-len({m[2] for m in inside}), -len(inside), (start, stop)))
    chosen: list[Passage] = []
    for *_, (start, end) in sorted(scored):
        if len(chosen) < _PASSAGES and all(_apart((start, end), other) for other in chosen):
            chosen.append((start, end))
    return sorted(chosen)


def _apart(one: Passage, other: Passage) -> bool:
    return one[1] + LENGTH < other[0] or other[1] + LENGTH < one[0]


def _widened(text: str, passage: Passage) -> Passage:
    """A passage with what fits around it, from sentence to sentence if it can."""
    start, end = passage
    room = max(0, LENGTH - (end - start))
    earliest = max(0, start - room)
    sentences = [m.end() for m in _SENTENCE_END.finditer(text, earliest, start)]
    if earliest == 0:
        sentences.insert(0, 0)
    first = sentences[-1] if sentences else _word_start(text, start - room // 3, start)
    stop = _stop(text, end, first + LENGTH)
    # Near the end of the text there is room for earlier sentences.
    return min((s for s in sentences if s >= stop - LENGTH), default=first), stop


def _stop(text: str, end: int, limit: int) -> int:
    """Where a passage that reaches at least to `end` stops, at most at `limit`."""
    if len(text) <= limit:
        return len(text)
    sentences = [m.end() for m in _SENTENCE_END.finditer(text, end, limit)]
    if sentences and sentences[-1] > limit - LENGTH // 2:
        return sentences[-1]
    return next((p for p in range(limit, end, -1) if is_break(text, p)), end)


def _word_start(text: str, first: int, start: int) -> int:
    return next((p for p in range(first, start) if is_break(text, p)), start)


def _clean(text: str, span: Passage, ranges: Sequence[Range]) -> Snippet:
    """The passage with single spaces, and the ranges inside it."""
    first, stop = span
    piece = text[first:stop]
    ends, taken = [0], [0]
    for gap in _GAPS.finditer(piece):
        ends.append(gap.end())
        # A space is left of every gap but one at the beginning.
        taken.append(taken[-1] + len(gap[0]) - (gap.start() > 0))

    def moved(place: int) -> int:
        return place - first - taken[bisect_right(ends, place - first) - 1]

    inside = (r for r in ranges if first <= r[0] and r[1] <= stop)
    shown = tuple((moved(start), moved(end)) for start, end in inside)
    return Snippet(TEXT, " ".join(piece.split()), shown)
