"""The documents themselves, as JSON, each compressed by itself with what its neighbours share.

    stored.documents      compressed documents, one after the other, in the order they came
    stored.offsets        where each begins, and where the last ends
    stored.slot           the place in that order of each document, by number
    stored.samples        the texts that compression began with, a run for each shelf

A shelf is what was compressed with one sample (the first slot, and where its sample
begins and ends, stand in the file's facts). Samples make a document alone as small as
it would be in a block, and a hit is read by itself. Merging copies shelves as they are.
"""

from __future__ import annotations

import zlib
from bisect import bisect_right
from collections.abc import Sequence

import numpy as np

from searchapp.engines.whoosh.segment.array_file import ArrayFile, Damaged
from searchapp.engines.whoosh.segment.types import Array

_LEVEL = 4
_RAW = -15  # the sample goes without a checksum: the file has its own
_SAMPLED = 64
_SAMPLE_BYTES = 1 << 14
# A sample takes at most such a part of what it makes smaller.
_SAMPLE_SHARE = 8
Shelves = list[list[int]]


class Shelf:
    """Takes documents, gives them compressed."""

    def __init__(self) -> None:
        self.data: list[bytes] = []
        self.sample: bytes | None = None
        self._waiting: list[bytes] = []

    def add(self, document: bytes) -> None:
        """Keep a document."""
        if self.sample is not None:
            self.data.append(self._compressed(document))
            return
        self._waiting.append(document)
        if len(self._waiting) == _SAMPLED:
            self.close()

    def close(self) -> None:
        """Compress what waits for a sample."""
        if self.sample is None:
            text = b"".join(self._waiting)
            size = min(_SAMPLE_BYTES, len(text) // _SAMPLE_SHARE)
            self.sample = text[len(text) - size :]
            self.data += map(self._compressed, self._waiting)
            self._waiting.clear()

    def offsets(self) -> Array:
        """Where each document begins, and where the last ends."""
        sizes = np.fromiter(map(len, self.data), np.int64, len(self.data))
        return np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)])

    def _compressed(self, document: bytes) -> bytes:
        settings = (_LEVEL, zlib.DEFLATED, _RAW, zlib.DEF_MEM_LEVEL, zlib.Z_DEFAULT_STRATEGY)
        sample = self.sample
        deflate = zlib.compressobj(*settings, sample) if sample else zlib.compressobj(*settings)
        return deflate.compress(document) + deflate.flush()


def read_document(file: ArrayFile, number: int) -> bytes:
    """A document as it was stored. Raises Damaged."""
    return read_slot(file, int(file.part("stored.slot", number, number + 1)[0]))


def read_slot(file: ArrayFile, slot: int) -> bytes:
    """The document at a place in the order they came. Raises Damaged."""
    start, stop = file.part("stored.offsets", slot, slot + 2).tolist()
    sample = _sample(file, file.facts["shelves"], slot)
    inflate = zlib.decompressobj(_RAW, zdict=sample) if sample else zlib.decompressobj(_RAW)
    try:
        return inflate.decompress(file.part("stored.documents", start, stop).data)
    except zlib.error as error:
        raise Damaged(file.path, f"has stored.documents that cannot be read: {error}") from error


def _sample(file: ArrayFile, shelves: Sequence[Sequence[int]], slot: int) -> memoryview:
    place = bisect_right(shelves, slot, key=lambda s: s[0]) - 1 if len(shelves) > 1 else 0
    return file.part("stored.samples", shelves[place][1], shelves[place][2]).data
