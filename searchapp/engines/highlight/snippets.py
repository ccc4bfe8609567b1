"""Passages of a text around what matched, as plain text and code point ranges."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from searchapp.engines.analysis.fields import TEXT, TITLE
from searchapp.engines.base import Snippet
from searchapp.engines.highlight.matches import Mark
from searchapp.engines.highlight.passages import LENGTH, Passage, stop_of, widened
from searchapp.engines.highlight.passages import shown as shown_of
from searchapp.engines.highlight.source_text import Text
from searchapp.engines.highlight.term_offsets import Range
from searchapp.model import Article

_PASSAGES = 2
# Passages are chosen among so many places of each word.
_MOST_RANGES = 500


class Shown:
    """A document's title and text, and what showing them again need not find out again."""

    def __init__(self, article: Article) -> None:
        self.article = article

    @cached_property
    def texts(self) -> dict[str, Text]:
        """The fields in which words are sought."""
        return {TITLE: Text(self.article.title), TEXT: Text(self.article.text)}


def title_snippet(shown: Shown, marks: Sequence[Mark]) -> Snippet:
    """The whole title, with what matched in it."""
    return Snippet(TITLE, shown.article.title, _merged(_found(TITLE, shown, marks)))


def text_snippets(shown: Shown, marks: Sequence[Mark]) -> tuple[Snippet, ...]:
    """The best passages of the text, in its order; the lead when nothing matched in it."""
    found, text = _found(TEXT, shown, marks), shown.article.text
    ranges = _merged(found)
    if not ranges:
        opening = shown.article.lead or text
        lead = _snippet(opening, (0, stop_of(opening, 0, LENGTH)), ())
        return (lead,) if lead.text else ()
    snippets, last = [], 0
    for passage in _best(found):
        first, stop = widened(text, passage)
        snippets.append(_snippet(text, (max(first, last), stop), ranges))
        last = stop
    return tuple(snippets)


def _snippet(text: str, passage: Passage, ranges: Sequence[Range]) -> Snippet:
    return Snippet(TEXT, *shown_of(text, passage, ranges))


def _found(field: str, shown: Shown, marks: Sequence[Mark]) -> list[list[Range]]:
    """The ranges of each mark that has any in a field."""
    found = []
    for mark in marks:
        if field in mark.fields:
            ranges = mark.ranges(shown.texts[field], shown.article.language)
            if ranges:
                found.append(ranges[:_MOST_RANGES])
    return found


def _merged(found: Sequence[Sequence[Range]]) -> tuple[Range, ...]:
    """Ascending ranges without overlap."""
    if not found:
        return ()
    merged: list[Range] = []
    for start, end in sorted([r for ranges in found for r in ranges]):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def _best(found: Sequence[Sequence[Range]]) -> list[Passage]:
    """The windows with most different marks, then most words, then first in the text."""
    marked = sorted([(start, end, n) for n, mark in enumerate(found) for start, end in mark])
    scored: list[tuple[int, int, int, int]] = []
    last, count, several = 0, len(marked), len(found) > 1
    for first, (start, _, _) in enumerate(marked):
        reach = start + LENGTH
        while last < count and marked[last][0] <= reach:
            last += 1
        stop = last
        while stop > first + 1 and marked[stop - 1][1] > reach:
            stop -= 1
        different = len({m[2] for m in marked[first:stop]}) if several else 1
        scored.append((-different, first - stop, start, marked[stop - 1][1]))
    chosen: list[Passage] = []
    for _, _, start, end in sorted(scored):
        if all(end + LENGTH < first or stop + LENGTH < start for first, stop in chosen):
            chosen.append((start, end))
            if len(chosen) == _PASSAGES:
                break
    return sorted(chosen)
