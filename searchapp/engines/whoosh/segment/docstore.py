"""The documents themselves, as JSON, each compressed by itself with what its neighbours share.

    stored.documents      compressed documents, one after the other, in the order they came
    stored.offsets        where each begins, and where the last ends
    stored.slot           int32: the index in that order of each document, by doc
    stored.samples        the preset dictionaries, one after the other, one of each block

A block is what was compressed with one preset dictionary (zlib's `zdict`); its first slot,
and where its dictionary begins and ends, stand in the file's facts as `shelves`. So a document
alone is as small as in a block compressed whole, and is read by itself. Merging copies blocks.
"""

import zlib
from bisect import bisect_right

from searchapp.engines.whoosh.segment.array_file import ArrayFile, Damaged
from searchapp.engines.whoosh.segment.termdict import offsets_of
from searchapp.engines.whoosh.segment.types import Array

_LEVEL = 4  # zlib's; set by hand, not measured
_RAW = -15  # a dictionary goes without a checksum: the file has its own
# 16 KiB: measured, see docs/decisions/0012-codec.md.
_PRESET_DOCUMENTS = 64
_PRESET_BYTES = 1 << 14
# A preset dictionary takes at most such a part of what it makes smaller.
_PRESET_SHARE = 8
BlockTable = list[list[int]]  # first slot, where the preset dictionary begins and ends


class Block:
    """Takes documents, gives them compressed with one preset dictionary."""

    def __init__(self) -> None:
        self.data: list[bytes] = []
        self.preset: bytes | None = None
        self._waiting: list[bytes] = []

    def add(self, document: bytes) -> None:
        """Keep a document."""
        if self.preset is not None:
            self.data.append(self._compress(document))
            return
        self._waiting.append(document)
        if len(self._waiting) == _PRESET_DOCUMENTS:
            self.close()

    def close(self) -> None:
        """Make the preset dictionary, of what waits for it, and compress that."""
        if self.preset is None:
            text = b"".join(self._waiting)
            size = min(_PRESET_BYTES, len(text) // _PRESET_SHARE)
            self.preset = text[len(text) - size :]
            self.data += map(self._compress, self._waiting)
            self._waiting.clear()

    def offsets(self) -> Array:
        """Where each of `data` begins, and where the last ends."""
        return offsets_of(list(map(len, self.data)))

    def _compress(self, document: bytes) -> bytes:
        settings = (_LEVEL, zlib.DEFLATED, _RAW, zlib.DEF_MEM_LEVEL, zlib.Z_DEFAULT_STRATEGY)
        preset = self.preset
        deflate = zlib.compressobj(*settings, preset) if preset else zlib.compressobj(*settings)
        return deflate.compress(document) + deflate.flush()


def read_document(file: ArrayFile, doc: int) -> bytes:
    """A document as it was stored. Raises Damaged."""
    return read_slot(file, int(file.part("stored.slot", doc, doc + 1)[0]))


def read_slot(file: ArrayFile, slot: int) -> bytes:
    """The document at an index in the order they came. Raises Damaged."""
    start, stop = file.part("stored.offsets", slot, slot + 2).tolist()
    blocks: BlockTable = file.facts["shelves"]
    index = bisect_right(blocks, slot, key=lambda block: block[0]) - 1
    preset = file.part("stored.samples", *blocks[index][1:]).data
    inflate = zlib.decompressobj(_RAW, zdict=preset) if preset else zlib.decompressobj(_RAW)
    try:
        return inflate.decompress(file.part("stored.documents", start, stop).data)
    except zlib.error as error:
        raise Damaged(file.path, f"has stored.documents that cannot be read: {error}") from error
