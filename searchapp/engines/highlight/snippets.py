"""Passages of a text around what matched, as plain text and code point ranges."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from searchapp.engines.analysis.fields import TEXT, TITLE
from searchapp.engines.base import Snippet
from searchapp.engines.highlight.effort import Effort
from searchapp.engines.highlight.matches import QueryMatch
from searchapp.engines.highlight.passages import (
    LENGTH,
    Passage,
    passage_stop,
    single_spaced,
    widen,
)
from searchapp.engines.highlight.source_text import SourceText, windows
from searchapp.engines.highlight.term_offsets import Range
from searchapp.model import Article

_PASSAGES = 2
# Passages are chosen among so many ranges of each match; set by hand, not measured.
_MAX_RANGES = 500
_MAX_ALL_RANGES = 5_000
# So many ranges of a passage tell how many matches are in it; as above.
_MAX_COUNTED = 200


class SnippetSource:
    """A document's title and text, and what showing them again need not find out again."""

    def __init__(self, article: Article) -> None:
        self.article = article

    def pieces(self, field: str) -> Iterator[tuple[int, SourceText]]:
        """A field in which words are sought, with where each piece of it starts.

        Of a short text it is one and is kept; a long one is never held a second time.
        """
        text = self.article.title if field == TITLE else self.article.text
        for start, stop in windows(text):
            piece = self._kept.get(field) or SourceText(text[start:stop])
            if stop - start == len(text):
                self._kept[field] = piece
            yield start, piece

    @cached_property
    def _kept(self) -> dict[str, SourceText]:
        return {}


def title_snippet(
    source: SnippetSource, matches: Iterable[QueryMatch], effort: Effort | None = None
) -> Snippet:
    """The whole title, with what matched in it."""
    found = _ranges_in(TITLE, source, matches, effort or Effort())
    return Snippet(TITLE, source.article.title, _merge(found))


def text_snippets(
    source: SnippetSource, matches: Iterable[QueryMatch], effort: Effort | None = None
) -> tuple[Snippet, ...]:
    """The best passages of the text, in its order; the lead when nothing matched in it."""
    found = _ranges_in(TEXT, source, matches, effort or Effort())
    text = source.article.text
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
    field: str, source: SnippetSource, matches: Iterable[QueryMatch], effort: Effort
) -> list[list[Range]]:
    """The first ranges of each match that has any in a field, each ascending."""
    sought = [(match, set[Range]()) for match in matches if field in match.fields]
    most = min(_MAX_RANGES, max(1, _MAX_ALL_RANGES // max(1, len(sought))))
    for start, text in source.pieces(field) if sought else ():
        effort.spend(text.size)
        open_ = [one for one in sought if len(one[1]) < most]
        for match, ranges in open_:
            if effort.is_spent():
                break
            before = text.cost
            found = match.ranges(text, source.article.language)
            ranges.update(found if not start else [(start + a, start + b) for a, b in found])
            effort.spend(text.cost - before)
        if not open_ or effort.is_spent():
            break
    return [sorted(ranges)[:most] for _, ranges in sought if ranges]


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
        counted = ranges[first : min(stop, first + _MAX_COUNTED)]
        different = len({m[2] for m in counted}) if several else 1
        scored.append((-different, first - stop, start, ranges[stop - 1][1]))
    chosen: list[Passage] = []
    for _, _, start, end in sorted(scored):
        if all(end + LENGTH < first or stop + LENGTH < start for first, stop in chosen):
            chosen.append((start, end))
            if len(chosen) == _PASSAGES:
                break
    return sorted(chosen)
