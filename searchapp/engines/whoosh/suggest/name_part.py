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
_COUNT_BITS = 28


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

    def count(self, facet: str, ords: Ints, docs: Mask | None) -> Longs:
        """How many of some docs (a mask; None is all) have each of some values."""
        if docs is None or not len(ords):
            return self.frequency(facet)[ords]
        column = self.columns.facets[facet]
        lengths = self.frequency(facet)[ords]
        if (few := int(np.count_nonzero(docs))) * len(column.doc_values) < (
            int(lengths.sum()) * max(1, column.doc_count)
        ) and few < column.doc_count:
            counts: Longs = column.count_by_ord(np.flatnonzero(docs).astype(np.int32))[ords]
            return counts
        indices = slices_to_indices(column.value_starts[ords], lengths)
        starts = np.cumsum(lengths) - lengths
        return np.add.reduceat(docs[column.docs[indices]], starts, dtype=np.int64)


@dataclass(frozen=True)
class NamePart:
    """A segment in a snapshot: its live docs as a mask, None for all, and which pass, by facet.

    `base` is its first doc in the snapshot; here docs are counted from 0.
    """

    names: SegmentNames
    base: int
    live_docs: Mask | None
    passing: Masks

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
        held = np.flatnonzero(self.names.count(facet, ords, self.live_docs))
        return ords[held], slips[held]

    def first(
        self, facet: str, ords: Ints, slips: Array, most: int
    ) -> tuple[dict[str, int], tuple[bool, int, int] | None]:
        """The likeliest of some values with their slips; and how the last stands, if others follow.

        A value stands by whether no doc passing has it, its slips, and how many have it.
        """
        counts = self.names.count(facet, ords, self.passing[facet])
        keys = (counts == 0).astype(np.int64) << 10 | slips
        keys = keys << _COUNT_BITS | ((1 << _COUNT_BITS) - 1 - counts)
        keys = keys << _COUNT_BITS - 4 | self.names.ranks(facet)[ords]
        order = np.argsort(keys) if len(keys) <= most else _smallest(keys, most)
        found = {self.names.value(facet, int(ords[n])): int(slips[n]) for n in order}
        if len(keys) <= most:
            return found, None
        last = order[-1]
        return found, (not counts[last], int(slips[last]), -int(counts[last]))

    def counts_of(self, facet: str, values: Sequence[str]) -> Longs:
        """How many docs passing have each of some values."""
        ords = np.array([self.names.ord_of(facet, value) for value in values], np.int32)
        known = np.flatnonzero(ords >= 0)
        counts = np.zeros(len(values), np.int64)
        counts[known] = self.names.count(facet, ords[known], self.passing[facet])
        return counts

    def titled(self, whole: Sequence[str], begun: str, most: int) -> Ints:
        """The newest docs passing with all words in their title, the last one begun."""
        segment = self.names.segment
        docs = segment.docs_with_prefix([TITLE], begun.encode("utf-8", "surrogatepass"))
        for word in dict.fromkeys(whole):
            with_word = segment.docs_with_any([TITLE], [word.encode("utf-8", "surrogatepass")])
            docs = np.intersect1d(docs, with_word, assume_unique=True)
        mask = self.passing[TITLE]
        # A segment's docs stand by falling day.
        return (docs if mask is None else docs[mask[docs]])[:most]


def _smallest(keys: Longs, count: int) -> Longs:
    """The indices of the smallest keys, in order."""
    first = np.argpartition(keys, count - 1)[:count]
    ordered: Longs = first[np.argsort(keys[first])]
    return ordered
