# mypy: allow-untyped-calls
# (Whoosh is typed in part only)
"""A term's postings as arrays: the one place that reaches into Whoosh's codec.

Whoosh gives postings one Python call at a time. Its W3 codec stores them in blocks
(document deltas, weights, values), and a block becomes an array in a few calls.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.whoosh3 import W3LeafMatcher
from whoosh.matching.wrappers import FilterMatcher
from whoosh.reading import TermNotFound

from searchapp.engines.whoosh.columns import Ints, Longs, Mask

Floats = NDArray[np.float32]


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
        chosen = mask[self.documents]
        if chosen.all():
            return self
        positions = None
        if self.positions is not None:
            positions = self.positions[np.repeat(chosen, self.frequencies)]
        return Postings(self.documents[chosen], self.frequencies[chosen], positions)

    def occurrences(self) -> Longs:
        """Document and position of each occurrence in one ascending number."""
        assert self.positions is not None
        documents = np.repeat(self.documents.astype(np.int64), self.frequencies)
        return (documents << 32) + self.positions


NOTHING = Postings(np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0, np.int32))


def read_postings(leaf: Any, field: str, term: str, base: int, *, positions: bool) -> Postings:
    """A term's postings in one segment, deleted documents included, from ordinal `base`."""
    try:
        matcher = leaf.postings(field, term.encode("utf-8", "surrogatepass"))
    except TermNotFound:
        return NOTHING
    if isinstance(matcher, FilterMatcher):
        # It has already stepped over deleted documents, to the end of the list if need be.
        matcher = matcher.child
        matcher.reset()
    assert isinstance(matcher, W3LeafMatcher), f"{field}:{term} is not in the W3 codec"
    documents, frequencies, values = [], [], []
    while matcher.is_active():
        matcher._read_data()  # noqa: SLF001 - see the module docstring
        block: Any = matcher._data  # noqa: SLF001 - as above
        deltas, weights, block_values = block
        found = np.cumsum(np.array(deltas, np.int32), dtype=np.int32)
        documents.append(found + np.int32(base))
        frequencies.append(_frequencies(weights, len(found)))
        values.append(b"".join(block_values) if positions else b"")
        matcher._next_block()  # noqa: SLF001 - as above
    return Postings(
        np.concatenate(documents),
        np.concatenate(frequencies),
        np.frombuffer(b"".join(values), np.uint32).astype(np.int32) if positions else None,
    )


def _frequencies(weights: Any, count: int) -> Ints:
    """Weights are None when all are 1, a number when all are equal."""
    if weights is None or isinstance(weights, float):
        return np.full(count, weights or 1, np.int32)
    return np.array(weights, np.int32)


def join_postings(parts: list[Postings]) -> Postings:
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
