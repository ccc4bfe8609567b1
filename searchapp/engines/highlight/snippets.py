"""Passages of a text around what matched, as plain text and code point ranges."""

from collections.abc import Sequence
from functools import cached_property

from searchapp.engines.analysis.fields import TEXT, TITLE
from searchapp.engines.base import Snippet
from searchapp.engines.highlight.matches import QueryMatch
from searchapp.engines.highlight.passages import (
    LENGTH,
    Passage,
    passage_stop,
    single_spaced,
    widen,
)
from searchapp.engines.highlight.source_text import SourceText
from searchapp.engines.highlight.term_offsets import Range
from searchapp.model import Article

_PASSAGES = 2
# Passages are chosen among so many ranges of each match; set by hand, not measured.
_MAX_RANGES = 500


class SnippetSource:
    """A document's title and text, and what showing them again need not find out again."""

    def __init__(self, article: Article) -> None:
        self.article = article

    @cached_property
    def texts(self) -> dict[str, SourceText]:
        """The fields in which words are sought."""
        return {TITLE: SourceText(self.article.title), TEXT: SourceText(self.article.text)}


def title_snippet(source: SnippetSource, matches: Sequence[QueryMatch]) -> Snippet:
    """The whole title, with what matched in it."""
    return Snippet(TITLE, source.article.title, _merge(_ranges_in(TITLE, source, matches)))


def text_snippets(source: SnippetSource, matches: Sequence[QueryMatch]) -> tuple[Snippet, ...]:
    """The best passages of the text, in its order; the lead when nothing matched in it."""
    found, text = _ranges_in(TEXT, source, matches), source.article.text
    ranges = _merge(found)
    if not ranges:
        lead = source.article.lead or text
        snippet = _snippet(lead, (0, passage_stop(lead, 0, LENGTH)), ())
        return (snippet,) if snippet.text else ()
    snippets, last = [], 0
    for passage in _best_passages(found):
        first, stop = widen(text, passage)
        snippets.append(_snippet(text, (max(first, last), stop), ranges))
        last = stop
    return tuple(snippets)


def _snippet(text: str, passage: Passage, ranges: Sequence[Range]) -> Snippet:
    return Snippet(TEXT, *single_spaced(text, passage, ranges))


def _ranges_in(
    field: str, source: SnippetSource, matches: Sequence[QueryMatch]
) -> list[list[Range]]:
    """The ranges of each match that has any in a field, each ascending."""
    found = []
    for match in matches:
        if field in match.fields:
            ranges = match.ranges(source.texts[field], source.article.language)
            if ranges:
                found.append(ranges[:_MAX_RANGES])
    return found


def _merge(found: Sequence[Sequence[Range]]) -> tuple[Range, ...]:
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


def _best_passages(found: Sequence[Sequence[Range]]) -> list[Passage]:
    """The windows with most different matches, then most words, then first in the text."""
    ranges = sorted([(start, end, n) for n, own in enumerate(found) for start, end in own])
    scored: list[tuple[int, int, int, int]] = []
    last, count, several = 0, len(ranges), len(found) > 1
    for first, (start, _, _) in enumerate(ranges):
        reach = start + LENGTH
        while last < count and ranges[last][0] <= reach:
            last += 1
        stop = last
        while stop > first + 1 and ranges[stop - 1][1] > reach:
            stop -= 1
        different = len({m[2] for m in ranges[first:stop]}) if several else 1
        scored.append((-different, first - stop, start, ranges[stop - 1][1]))
    chosen: list[Passage] = []
    for _, _, start, end in sorted(scored):
        if all(end + LENGTH < first or stop + LENGTH < start for first, stop in chosen):
            chosen.append((start, end))
            if len(chosen) == _PASSAGES:
                break
    return sorted(chosen)
