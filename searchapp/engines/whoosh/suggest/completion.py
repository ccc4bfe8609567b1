"""What the beginning of a name or of a title may become, while it is typed.

Segment by segment, so that what was prepared of one serves every snapshot that has it: see
`base.Searcher.complete` for what comes in which order.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from searchapp.engines.analysis.name_words import LONGEST_TYPED, typed_words
from searchapp.engines.analysis.terms import query_terms
from searchapp.engines.base import Completion
from searchapp.engines.suggest.completions import (
    MAX_TITLES,
    MIN_BEGUN,
    Name,
    forgives,
    name_completions,
    title_completion,
)
from searchapp.engines.whoosh.query.docset import intersect_masks
from searchapp.engines.whoosh.reader.snapshot import Snapshot
from searchapp.engines.whoosh.segment.columns import Columns
from searchapp.engines.whoosh.segment.name_index import NAMES
from searchapp.engines.whoosh.suggest.name_part import Masks, NamePart, SegmentNames

# So many times more names are looked at than shown, and so many more when a segment has others
# that may come before; no more than that many. Set by hand, not measured.
_AHEAD, _MORE, _MOST_NAMES = 2, 8, 4_096


class Narrowing(NamedTuple):
    """Which docs of a segment pass, by facet and for titles; equal ones have one key."""

    key: Hashable
    masks: Callable[[Columns], Masks]


@dataclass
class Completer:
    """Completes on one snapshot; prepared when first asked."""

    snapshot: Snapshot
    segments: Sequence[SegmentNames]
    _parts: tuple[Hashable, list[NamePart]] | None = field(default=None, init=False)

    @classmethod
    def follow(cls, before: Completer | None, snapshot: Snapshot) -> Completer:
        """On a snapshot, with what another has of the same files."""
        known = {id(names.segment.file): names for names in before.segments} if before else {}
        files = [segment.file for segment in snapshot.segments]
        return cls(snapshot, [known.get(id(file)) or SegmentNames(file) for file in files])

    def complete(self, text: str, size: int, narrowing: Narrowing) -> tuple[Completion, ...]:
        """At most `size` names and titles the text may become, titles last. Raises Damaged."""
        if not size:
            return ()
        parts = self._narrowed(narrowing)
        typed = typed_words(text)
        names = self._names(parts, typed, size, slips=False) if typed else []
        if forgives(typed, sum(name.count > 0 for name in names)):
            names = self._names(parts, typed, size, slips=True)
        titles = self._titles(parts, text[:LONGEST_TYPED], min(MAX_TITLES, size))
        return (*name_completions(names, typed, size - len(titles)), *titles)

    def _narrowed(self, narrowing: Narrowing) -> list[NamePart]:
        """The segments with what passes; kept for the letters typed next."""
        if self._parts is None or self._parts[0] != narrowing.key:
            bases = [segment.base for segment in self.snapshot.segments]
            ends = pairwise([*bases, len(self.snapshot.live_docs)])
            parts = [
                self._part(names, *end, narrowing)
                for names, end in zip(self.segments, ends, strict=True)
            ]
            self._parts = narrowing.key, parts
        return self._parts[1]

    def _part(self, names: SegmentNames, base: int, stop: int, narrowing: Narrowing) -> NamePart:
        docs = self.snapshot.live_docs[base:stop]
        live = None if docs.all() else docs
        masks = narrowing.masks(names.columns)
        return NamePart(
            names,
            base,
            live,
            {f: m if m is None else intersect_masks(m, live) for f, m in masks.items()},
        )

    def _names(
        self, parts: Sequence[NamePart], typed: Sequence[str], size: int, *, slips: bool
    ) -> list[Name]:
        return [
            name for facet in NAMES for name in _likeliest(parts, facet, typed, size, slips=slips)
        ]

    def _titles(self, parts: Sequence[NamePart], text: str, count: int) -> list[Completion]:
        """The newest documents with all words in their title, the last one begun."""
        terms = [term.term for word in text.split() for term in query_terms(word)[0]]
        if not terms or len(terms[-1]) < MIN_BEGUN:
            return []
        found = [
            (part, doc)
            for part in parts
            for doc in part.titled(terms[:-1], terms[-1], count).tolist()
        ]

        def order(place: tuple[NamePart, int]) -> tuple[bool, int, str]:
            part, doc = place
            day = int(part.names.columns.days(uncertain=False)[doc])
            return not day, -day, part.names.columns.id(doc)

        newest = sorted(found, key=order)[:count]
        documents = (self.snapshot.document(part.base + doc) for part, doc in newest)
        return [title_completion(document, terms) for document in documents]


def _likeliest(
    parts: Sequence[NamePart], facet: str, typed: Sequence[str], size: int, *, slips: bool
) -> list[Name]:
    """The first names of a facet, of all segments together."""
    found = [part.candidates(facet, typed, slips=slips) for part in parts]
    most = _AHEAD * size
    while True:
        first = [part.first(facet, *each, most) for part, each in zip(parts, found, strict=True)]
        near = {value: off for values, _ in first for value, (_, off) in values.items()}
        values = list(near)
        counts = np.zeros(len(values), np.int64)
        for part, (known, _) in zip(parts, first, strict=True):
            counts += part.counts_of(facet, values, known)
        rows = zip(values, counts.tolist(), strict=True)
        listed = (Name(facet, value, count, near[value]) for value, count in rows)
        names = sorted(listed, key=lambda name: name.place)[:size]
        lasts = [last for _, last in first if last]
        if len(parts) == 1 or not lasts or most >= _MOST_NAMES or _is_settled(names, lasts, size):
            return names
        most *= _MORE


def _is_settled(names: Sequence[Name], lasts: Sequence[tuple[bool, int, int]], size: int) -> bool:
    """Whether no name that comes behind the last ones of all segments can be among the first."""
    best = min(zero for zero, _, _ in lasts), min(off for _, off, _ in lasts)
    return len(names) >= size and names[-1].place < (*best, sum(n for _, _, n in lasts))
