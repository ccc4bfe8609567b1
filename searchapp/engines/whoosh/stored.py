"""The documents themselves, as lines of JSON in compressed blocks of a few KiB.

    stored.blocks     the blocks, one after the other
    stored.offsets    where each begins, and where the last ends
    stored.block, stored.line     the block of each document, and the line in it

Blocks stand in the order documents came in, whatever their numbers, so that merging
copies them as they are. Small blocks cost a hit little to read: a page shows ten.
"""

from __future__ import annotations

import zlib

import numpy as np

from searchapp.engines.whoosh.arrays import Array, ArrayFile, Damaged

_BLOCK_BYTES = 4096
_LEVEL = 4


class Blocks:
    """Takes documents, gives blocks."""

    def __init__(self) -> None:
        self.data: list[bytes] = []
        self._pending: list[bytes] = []
        self._size = 0

    def add(self, document: bytes) -> tuple[int, int]:
        """Keep a document; its block and its line."""
        if self._size >= _BLOCK_BYTES:
            self.close()
        place = len(self.data), len(self._pending)
        self._pending.append(document)
        self._size += len(document)
        return place

    def close(self) -> None:
        """Compress what is pending."""
        if self._pending:
            self.data.append(zlib.compress(b"\n".join(self._pending), _LEVEL))
        self._pending, self._size = [], 0

    def offsets(self) -> Array:
        """Where each block begins, and where the last ends."""
        sizes = np.fromiter(map(len, self.data), np.int64, len(self.data))
        return np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)])


def read_document(file: ArrayFile, number: int) -> bytes:
    """A document as it was stored. Raises Damaged."""
    block = int(file.part("stored.block", number, number + 1)[0])
    line = int(file.part("stored.line", number, number + 1)[0])
    return read_block(file, block)[line]


def read_block(file: ArrayFile, block: int) -> list[bytes]:
    """The documents of a block. Raises Damaged."""
    start, stop = file.part("stored.offsets", block, block + 2).tolist()
    try:
        return zlib.decompress(file.part("stored.blocks", start, stop)).split(b"\n")
    except zlib.error as error:
        raise Damaged(file.path, f"has stored.blocks that cannot be read: {error}") from error
