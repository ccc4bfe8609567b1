"""A term's postings as arrays: views of the mapped segments, or copies that join them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from searchapp.engines.whoosh.kernels.dispatch import compiled_kernels
from searchapp.engines.whoosh.segment.array_file import ArrayFile
from searchapp.engines.whoosh.segment.types import Ints, Longs, Mask


@dataclass(frozen=True)
class Postings:
    """The docs with a term, how often each has it, and where.

    `docs` ascending int32; `frequencies` uint8 or int32, one a doc; `positions` uint16 or
    uint32, `frequencies[i]` of them for `docs[i]`, ascending, None where the field keeps none.
    """

    docs: Ints
    frequencies: Ints
    positions: Ints | None = None

    @property
    def nbytes(self) -> int:
        """Memory the arrays take."""
        kept = self.positions.nbytes if self.positions is not None else 0
        return self.docs.nbytes + self.frequencies.nbytes + kept

    def within(self, mask: Mask) -> Postings:
        """Only the postings of the docs of a mask by doc."""
        if (kernels := compiled_kernels()) and self.positions is None:
            return Postings(*kernels.filter_postings(self.docs, self.frequencies, mask))
        chosen = mask[self.docs]
        if chosen.all():
            return self
        positions = None
        if self.positions is not None:
            positions = self.positions[np.repeat(chosen, self.frequencies)]
        return Postings(self.docs[chosen], self.frequencies[chosen], positions)

    def position_keys(self, docs: Ints) -> Longs:
        """`doc << 32 | position` of each occurrence in `docs`: ascending int64.

        `docs` are ascending int32, each of them with the term.
        """
        assert self.positions is not None
        if kernels := compiled_kernels():
            found: Longs = kernels.position_keys(self.docs, self.frequencies, self.positions, docs)
            return found
        indices = np.searchsorted(self.docs, docs)
        lengths = self.frequencies[indices].astype(np.int32)
        before = np.cumsum(lengths) - lengths
        starts = self._position_ends[indices] - lengths
        chosen = np.repeat(starts - before, lengths) + np.arange(lengths.sum())
        before = np.repeat(docs.astype(np.int64), lengths) << 32
        keys: Longs = before + self.positions[chosen]
        return keys

    def positions_in(self, doc: int) -> Ints:
        """The positions in a doc that has the term, ascending: a view."""
        assert self.positions is not None
        index = int(np.searchsorted(self.docs, doc))
        stop = int(self._position_ends[index])
        return self.positions[stop - int(self.frequencies[index]) : stop]

    def position_keys_between(self, doc: int, first: int, stop: int) -> Longs:
        """The position keys of a doc that has the term, for positions from `first` to `stop`."""
        positions = self.positions_in(doc)
        most = int(np.iinfo(positions.dtype).max) + 1
        # Of the type of the positions, or all of them would be copied to compare.
        ends = [
            len(positions)
            if n >= most
            else int(np.searchsorted(positions, positions.dtype.type(n)))
            for n in (first, stop)
        ]
        found: Longs = positions[ends[0] : ends[1]].astype(np.int64) + (doc << 32)
        return found

    @cached_property
    def _position_ends(self) -> Longs:
        """Where the positions of each of `docs` end in `positions`."""
        return np.cumsum(self.frequencies, dtype=np.int64)


EMPTY = Postings(np.zeros(0, np.int32), np.zeros(0, np.uint8), np.zeros(0, np.uint16))


def read_postings(
    file: ArrayFile, field: str, ord_: int, base: int, *, positions: bool
) -> Postings:
    """The postings of a term by its ord in the field's dictionary, docs counted from `base`.

    Deleted docs are included. Raises Damaged.
    """
    start, stop = file.part(f"{field}.starts", ord_, ord_ + 2).tolist()
    docs = file.part(f"{field}.documents", start, stop)
    frequencies = file.part(f"{field}.frequencies", start, stop)
    if frequencies.itemsize > 1:
        frequencies = frequencies.astype(np.int32)
    found = None
    if positions:
        first, last = file.part(f"{field}.place_starts", ord_, ord_ + 2).tolist()
        found = file.part(f"{field}.places", first, last)
    return Postings(docs + np.int32(base) if base else docs, frequencies, found)


def concatenate_postings(parts: Sequence[Postings]) -> Postings:
    """The postings of several segments, whose docs ascend from one to the next."""
    if len(parts) == 1:
        return parts[0]
    held = [p.positions for p in parts if p.positions is not None]
    return Postings(
        np.concatenate([p.docs for p in parts]),
        np.concatenate([p.frequencies for p in parts]),
        np.concatenate(held) if len(held) == len(parts) else None,
    )


class PostingsCache:
    """The postings used last, up to a number of bytes."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._size = 0
        self._entries: OrderedDict[tuple[str, str, bool], Postings] = OrderedDict()

    def get(self, key: tuple[str, str, bool]) -> Postings | None:
        """What is held for a key, which becomes the one used last."""
        if found := self._entries.get(key):
            self._entries.move_to_end(key)
        return found

    def put(self, key: tuple[str, str, bool], postings: Postings) -> None:
        """Hold postings, and drop those not used for longest."""
        self._entries[key] = postings
        self._size += postings.nbytes
        while self._size > self._limit and len(self._entries) > 1:
            self._size -= self._entries.popitem(last=False)[1].nbytes
