"""A term's postings as arrays: views of the mapped segments, or copies that join them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from searchapp.engines.whoosh.kernels.dispatch import compiled
from searchapp.engines.whoosh.segment.array_file import ArrayFile
from searchapp.engines.whoosh.segment.types import Ints, Longs, Mask


@dataclass(frozen=True)
class Postings:
    """The documents with a term, ascending, how often each has it, and where.

    `positions` is None where the field keeps none; else the positions of all
    documents one after the other, `frequencies[i]` of them for document `i`.
    """

    documents: Ints
    frequencies: Ints
    positions: Ints | None = None

    @property
    def nbytes(self) -> int:
        """Memory the arrays take."""
        kept = self.positions.nbytes if self.positions is not None else 0
        return self.documents.nbytes + self.frequencies.nbytes + kept

    def within(self, mask: Mask) -> Postings:
        """Only the postings of some documents."""
        if (loops := compiled()) and self.positions is None:
            return Postings(*loops.postings_within(self.documents, self.frequencies, mask))
        chosen = mask[self.documents]
        if chosen.all():
            return self
        positions = None
        if self.positions is not None:
            positions = self.positions[np.repeat(chosen, self.frequencies)]
        return Postings(self.documents[chosen], self.frequencies[chosen], positions)

    def occurrences(self, documents: Ints) -> Longs:
        """Document and position, in one ascending number, of each occurrence in some documents.

        They are among the documents with the term.
        """
        assert self.positions is not None
        if loops := compiled():
            found: Longs = loops.occurrences(
                self.documents, self.frequencies, self.positions, documents
            )
            return found
        places = np.searchsorted(self.documents, documents)
        lengths = self.frequencies[places].astype(np.int32)
        before = np.cumsum(lengths) - lengths
        starts = self._ends[places] - lengths
        chosen = np.repeat(starts - before, lengths) + np.arange(lengths.sum())
        before = np.repeat(documents.astype(np.int64), lengths) << 32
        placed: Longs = before + self.positions[chosen]
        return placed

    @cached_property
    def _ends(self) -> Longs:
        """Where each document's positions end."""
        return np.cumsum(self.frequencies, dtype=np.int64)


NOTHING = Postings(np.zeros(0, np.int32), np.zeros(0, np.uint8), np.zeros(0, np.uint16))


def read_postings(
    file: ArrayFile, field: str, place: int, base: int, *, positions: bool
) -> Postings:
    """The postings of the term at a place of the field's dictionary, from ordinal `base`.

    Deleted documents are included. Raises Damaged.
    """
    start, stop = file.part(f"{field}.starts", place, place + 2).tolist()
    documents = file.part(f"{field}.documents", start, stop)
    frequencies = file.part(f"{field}.frequencies", start, stop)
    if frequencies.itemsize > 1:
        frequencies = frequencies.astype(np.int32)
    found = None
    if positions:
        first, last = file.part(f"{field}.place_starts", place, place + 2).tolist()
        found = file.part(f"{field}.places", first, last)
    return Postings(documents + np.int32(base) if base else documents, frequencies, found)


def join_postings(parts: Sequence[Postings]) -> Postings:
    """The postings of several segments, in document order."""
    if len(parts) == 1:
        return parts[0]
    held = [p.positions for p in parts if p.positions is not None]
    return Postings(
        np.concatenate([p.documents for p in parts]),
        np.concatenate([p.frequencies for p in parts]),
        np.concatenate(held) if len(held) == len(parts) else None,
    )


class PostingsCache:
    """The postings used last, up to a number of bytes."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._size = 0
        self._held: OrderedDict[tuple[str, str, bool], Postings] = OrderedDict()

    def get(self, key: tuple[str, str, bool]) -> Postings | None:
        """What is held for a key, which becomes the one used last."""
        if found := self._held.get(key):
            self._held.move_to_end(key)
        return found

    def put(self, key: tuple[str, str, bool], postings: Postings) -> None:
        """Hold postings, and drop those not used for longest."""
        self._held[key] = postings
        self._size += postings.nbytes
        while self._size > self._limit and len(self._held) > 1:
            self._size -= self._held.popitem(last=False)[1].nbytes
