"""The names and titles of one segment, for `completion`: what is typed, and how many have it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from searchapp.engines.analysis.fields import TITLE
from searchapp.engines.whoosh.reader.snapshot import Segment
from searchapp.engines.whoosh.segment.array_file import ArrayFile
from searchapp.engines.whoosh.segment.columns import Columns
from searchapp.engines.whoosh.segment.name_index import NO_MATCH, NameIndex
from searchapp.engines.whoosh.segment.termdict import Dictionary, read_dictionary
from searchapp.engines.whoosh.segment.types import Array, Ints, Longs, Mask
from searchapp.engines.whoosh.segment.vocabulary import slices_to_indices

Masks = Mapping[str, Mask | None]
_RANK_BITS = 31
# So many times more candidates are counted each time; and values that so many docs have are
# counted one by one. Set by hand, not measured.
_GROWTH = 2
_LONG = 500
# Of docs with so many values all are counted at once, and kept for the letters typed next.
_FEW_VALUES = 100_000


class SegmentNames:
    """What completing needs of a segment's file, whatever is deleted of it."""

    def __init__(self, file: ArrayFile) -> None:
        self.segment = Segment(file, 0)
        self.columns = Columns([file])
        self._values: dict[str, tuple[Dictionary, Ints, Ints, Longs]] = {}

    @cached_property
    def index(self) -> NameIndex:
        """Its names by their words. Raises Damaged."""
        return NameIndex.read(self.segment.file)

    def frequency(self, facet: str) -> Longs:
        """How many docs have each value, by ord."""
        return self._column(facet)[3]

    def value(self, facet: str, ord_: int) -> str:
        """A value by its ord."""
        dictionary, dict_ords, _, _ = self._column(facet)
        return dictionary[int(dict_ords[ord_])].decode("utf-8", "surrogatepass")

    def ord_of(self, facet: str, value: str) -> int:
        """A value's ord, -1 for one no doc has."""
        dictionary, _, ords, _ = self._column(facet)
        index = dictionary.find(value.encode("utf-8", "surrogatepass"))
        return int(ords[index]) if index >= 0 else -1

    def ranks(self, facet: str) -> Ints:
        """By ord, the value's rank by code point."""
        return self._column(facet)[1]

    def _column(self, facet: str) -> tuple[Dictionary, Ints, Ints, Longs]:
        """Its values, without their docs: what the whole column reads takes ten times as long."""
        if facet not in self._values:
            file = self.segment.file
            starts = file[f"{facet}.value_starts"].astype(np.int64)
            ords = file[f"{facet}.places"], file[f"{facet}.ordinals"]
            self._values[facet] = read_dictionary(file, facet), *ords, starts[1:] - starts[:-1]
        return self._values[facet]

    def count(self, facet: str, ords: Ints, docs: Mask) -> Longs:
        """How many docs of a mask have each of some values."""
        if not len(ords):
            return np.zeros(0, np.int64)
        column = self.columns.facets[facet]
        lengths = self.frequency(facet)[ords]
        if lengths.sum() > _LONG * len(ords):
            each = (docs.take(column.docs_of(n)) for n in ords.tolist())
            return np.array([np.count_nonzero(having) for having in each], np.int64)
        indices = slices_to_indices(column.value_starts[ords], lengths)
        starts = np.cumsum(lengths) - lengths
        return np.add.reduceat(docs[column.docs[indices]], starts, dtype=np.int64)


@dataclass(frozen=True)
class NamePart:
    """A segment in a snapshot: its live docs as a mask, None for all, and which of them pass.

    They pass by facet, as masks; None where nothing filters.
    `base` is its first doc in the snapshot; here docs are counted from 0.
    """

    names: SegmentNames
    base: int
    live_docs: Mask | None
    passing: Masks

    def frequency(self, facet: str) -> Longs:
        """How many live docs have each value, by ord."""
        if self.live_docs is None:
            return self.names.frequency(facet)
        if facet not in self._frequency:
            deleted = np.flatnonzero(~self.live_docs).astype(np.int32)
            gone = self.names.columns.facets[facet].count_by_ord(deleted)
            self._frequency[facet] = self.names.frequency(facet) - gone
        return self._frequency[facet]

    @cached_property
    def _frequency(self) -> dict[str, Longs]:
        return {}

    def candidates(self, facet: str, typed: Sequence[str], *, slips: bool) -> tuple[Ints, Array]:
        """The ords of the values with every word typed, and their slips (uint8)."""
        index, count = self.names.index, len(self.names.frequency(facet))
        if slips:
            each = [index.slips(facet, word, count) for word in typed]
            far = np.logical_or.reduce([one == NO_MATCH for one in each])
            total = np.add.reduce(each, dtype=np.uint16)
            ords = np.flatnonzero(~far).astype(np.int32)
            return self._live(facet, ords, total[ords])
        masks = [index.begun(facet, word, count) for word in typed]
        ords = np.flatnonzero(np.logical_and.reduce(masks)).astype(np.int32)
        return self._live(facet, ords, np.zeros(len(ords), np.uint16))

    def _live(self, facet: str, ords: Ints, slips: Array) -> tuple[Ints, Array]:
        """Those that a live doc has."""
        if self.live_docs is None:
            return ords, slips
        held = np.flatnonzero(self.frequency(facet)[ords])
        return ords[held], slips[held]

    def first(
        self, facet: str, ords: Ints, slips: Array, most: int
    ) -> tuple[dict[str, tuple[int, int]], tuple[bool, int, int] | None]:
        """The likeliest of some values, ord and slips by each; how the last stands, if more follow.

        A value stands by whether no doc passing has it, its slips, and how many have it.
        """
        ranks, rows = self.names.ranks(facet), []
        for off in np.unique(slips).tolist():
            alike = ords[slips == off]
            counted, counts = self._most_counted(facet, alike, most)
            pairs = zip(counted.tolist(), counts.tolist(), strict=True)
            rows += [(not count, off, -count, int(ranks[n]), n) for n, count in pairs]
        rows = sorted(rows)[:most]
        found = {self.names.value(facet, row[-1]): (row[-1], row[1]) for row in rows}
        return found, rows[-1][:3] if len(ords) > most else None

    def _most_counted(self, facet: str, ords: Ints, most: int) -> tuple[Ints, Longs]:
        """Those of ascending ords that most docs passing have, at least `most`, with their counts.

        An ord's frequency, which no count exceeds, falls: what cannot be among the first is
        not counted.
        """
        frequency = self.names.frequency(facet)
        docs = self.passing[facet]
        at_once = docs is not None and self._counts_of_few(facet, docs) is not None
        done, counts = 0, np.zeros(0, np.int64)
        while done < len(ords):
            if done >= most and np.partition(counts, -most)[-most] > frequency[ords[done]]:
                break
            stop = len(ords) if at_once else _GROWTH * max(most, done)
            counts = np.append(counts, self._count(facet, ords[done:stop]))
            done = min(stop, len(ords))
        keys = -counts << _RANK_BITS | self.names.ranks(facet)[ords[:done]]
        first = _smallest(keys, most)
        return ords[first], counts[first]

    def counts_of(
        self, facet: str, values: Sequence[str], known: Mapping[str, tuple[int, int]]
    ) -> Longs:
        """How many docs passing have each of some values; the ords of some are known."""
        found = (
            known[value][0] if value in known else self.names.ord_of(facet, value)
            for value in values
        )
        ords = np.fromiter(found, np.int32, len(values))
        there = np.flatnonzero(ords >= 0)
        counts = np.zeros(len(values), np.int64)
        counts[there] = self._count(facet, ords[there])
        return counts

    def _count(self, facet: str, ords: Ints) -> Longs:
        docs = self.passing[facet]
        if docs is None:
            return self.frequency(facet)[ords]
        every = self._counts_of_few(facet, docs)
        return self.names.count(facet, ords, docs) if every is None else every[ords]

    def _counts_of_few(self, facet: str, docs: Mask) -> Longs | None:
        """How many docs passing have each value, where they are few."""
        if facet not in self._few:
            column = self.names.columns.facets[facet]
            values = np.count_nonzero(docs) * len(column.doc_values)
            few = values <= _FEW_VALUES * column.doc_count
            passing = np.flatnonzero(docs if few else docs[:0]).astype(np.int32)
            self._few[facet] = column.count_by_ord(passing) if few else None
        return self._few[facet]

    @cached_property
    def _few(self) -> dict[str, Longs | None]:
        return {}

    def titled(self, whole: Sequence[str], begun: str, most: int) -> Ints:
        """The newest docs passing with all words in their title, the last one begun."""
        segment = self.names.segment
        docs = segment.docs_with_prefix([TITLE], begun.encode("utf-8", "surrogatepass"))
        for word in dict.fromkeys(whole):
            with_word = segment.docs_with_any([TITLE], [word.encode("utf-8", "surrogatepass")])
            docs = np.intersect1d(docs, with_word, assume_unique=True)
        mask = self.live_docs if self.passing[TITLE] is None else self.passing[TITLE]
        # A segment's docs stand by falling day.
        return (docs if mask is None else docs[mask[docs]])[:most]


def _smallest(keys: Longs, count: int) -> Longs:
    """The indices of the smallest keys, in no order."""
    if len(keys) <= count:
        return np.arange(len(keys))
    first: Longs = np.argpartition(keys, count - 1)[:count]
    return first
