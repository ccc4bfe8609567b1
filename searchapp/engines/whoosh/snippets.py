"""Passages of a text around what matched, as plain text and code point ranges."""

from __future__ import annotations

from collections.abc import Sequence

from searchapp.engines.analysis import is_break
from searchapp.engines.base import Snippet
from searchapp.engines.whoosh.marks import Mark
from searchapp.engines.whoosh.schema import TEXT, TITLE
from searchapp.engines.whoosh.words import Range, Text
from searchapp.model import Article

LENGTH = 240
_PASSAGES = 2
# Passages are chosen among so many places of each word.
_MOST_RANGES = 500
Passage = tuple[int, int]


class Shown:
    """A document's title and text, and what showing them again need not find out again."""

    def __init__(self, article: Article) -> None:
        self.title, self.text = Text(article.title), Text(article.text)
        self.lead, self.language = article.lead, article.language


def title_snippet(shown: Shown, marks: Sequence[Mark]) -> Snippet:
    """The whole title, with what matched in it."""
    found = _found(TITLE, shown.title, marks, shown.language)
    return Snippet(TITLE, shown.title.text, _merged([r for ranges in found for r in ranges]))


def text_snippets(shown: Shown, marks: Sequence[Mark]) -> tuple[Snippet, ...]:
    """The best passages of the text, in its order; the lead when nothing matched in it."""
    found = _found(TEXT, shown.text, marks, shown.language)
    ranges = _merged([r for ranges in found for r in ranges])
    if not ranges:
        opening = Text(shown.lead) if shown.lead else shown.text
        lead = _clean(opening, (0, _stop(opening, 0, LENGTH)), ())
        return (lead,) if lead.text else ()
    snippets, last = [], 0
    for passage in _best(found):
        first, stop = _widened(shown.text, passage)
        snippets.append(_clean(shown.text, (max(first, last), stop), ranges))
        last = stop
    return tuple(snippets)


def _found(
    field: str, text: Text, marks: Sequence[Mark], language: str | None
) -> list[list[Range]]:
    """The ranges of each mark in a field's text."""
    return [
        mark.ranges(tokens, language)[:_MOST_RANGES]
        if (tokens := mark.tokens(text, language))
        else []
        for mark in marks
        if field in mark.fields
    ]


def _merged(ranges: list[Range]) -> tuple[Range, ...]:
    """Ascending ranges without overlap."""
    if len(ranges) < 2:  # noqa: PLR2004 - nothing to merge
        return tuple(ranges)
    merged: list[Range] = []
    for start, end in sorted(ranges):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def _best(found: Sequence[Sequence[Range]]) -> list[Passage]:
    """The windows with most different marks, then most words, then first in the text."""
    marked = sorted([(start, end, n) for n, mark in enumerate(found) for start, end in mark])
    scored: list[tuple[int, int, Passage]] = []
    last, count, several = 0, len(marked), len(found) > 1
    for first, (start, _, _) in enumerate(marked):
        while last < count and marked[last][0] <= start + LENGTH:
            last += 1
        stop = last
        while stop > first + 1 and marked[stop - 1][1] > start + LENGTH:
            stop -= 1
        different = len({m[2] for m in marked[first:stop]}) if several else 1
        scored.append((-different, first - stop, (start, marked[stop - 1][1])))
    chosen: list[Passage] = []
    for *_, (start, end) in sorted(scored):
        if all(_apart((start, end), other) for other in chosen):
            chosen.append((start, end))
            if len(chosen) == _PASSAGES:
                break
    return sorted(chosen)


def _apart(one: Passage, other: Passage) -> bool:
    return one[1] + LENGTH < other[0] or other[1] + LENGTH < one[0]


def _widened(text: Text, passage: Passage) -> Passage:
    """A passage with what fits around it, from sentence to sentence if it can."""
    start, end = passage
    room = max(0, LENGTH - (end - start))
    earliest = max(0, start - room)
    sentences = text.sentences(earliest, start)
    if earliest == 0:
        sentences.insert(0, 0)
    first = sentences[-1] if sentences else _word_start(text.text, start - room // 3, start)
    stop = _stop(text, end, first + LENGTH)
    # Near the end of the text there is room for earlier sentences.
    return min((s for s in sentences if s >= stop - LENGTH), default=first), stop


def _stop(text: Text, end: int, limit: int) -> int:
    """Where a passage that reaches at least to `end` stops, at most at `limit`."""
    if len(text.text) <= limit:
        return len(text.text)
    sentences = text.sentences(end, limit)
    if sentences and sentences[-1] > limit - LENGTH // 2:
        return sentences[-1]
    return next((p for p in range(limit, end, -1) if is_break(text.text, p)), end)


def _word_start(text: str, first: int, start: int) -> int:
    return next((p for p in range(first, start) if is_break(text, p)), start)


def _clean(text: Text, span: Passage, ranges: Sequence[Range]) -> Snippet:
    shown, moved = text.clean(*span, ranges)
    return Snippet(TEXT, shown, tuple(moved))
