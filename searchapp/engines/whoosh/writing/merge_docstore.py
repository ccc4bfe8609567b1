"""The stored documents of several segments in the blocks of one: part of `merge`."""

from array import array
from collections.abc import Sequence

import numpy as np

from searchapp.engines.whoosh.segment.array_file import ArrayWriter, Stream
from searchapp.engines.whoosh.segment.docstore import Block, BlockTable, read_slot
from searchapp.engines.whoosh.segment.format import inverse_permutation, write_starts
from searchapp.engines.whoosh.segment.termdict import offsets_of
from searchapp.engines.whoosh.segment.types import Array
from searchapp.engines.whoosh.writing.merge_source import MergeSource

_COPIED = 1 << 20
# With a smaller share of documents live, or with fewer in each, blocks are made anew. Set by
# hand, not measured.
_LIVE_SHARE = 0.6
_BLOCK_DOCUMENTS = 2_000
_CHUNK_DOCUMENTS = 1_000


def merge_docstore(file: ArrayWriter, sources: Sequence[MergeSource], order: Array) -> None:
    """Copy the blocks, or make new ones where most is gone or they are too small.

    `order` has the indices of all live docs in a row, in the new order. Raises Damaged.
    """
    merger = _DocstoreMerger(file.grow("stored.documents", np.uint8))
    for source in sources:
        if _worth_keeping(source):
            merger.copy(source)
        else:
            merger.recompress(source)
    file.add("stored.samples", np.frombuffer(merger.presets, np.uint8))
    write_starts(file, "stored.offsets", offsets_of(merger.sizes))
    file.add("stored.slot", np.concatenate(merger.slots)[order])
    file.facts["shelves"] = merger.blocks


def _worth_keeping(source: MergeSource) -> bool:
    """Whether most documents of the blocks are live, and they are many."""
    live, kept = int(source.live_docs.sum()), source.file.count("stored.offsets") - 1
    blocks = len(source.file.facts["shelves"])
    return live >= _LIVE_SHARE * kept and (blocks == 1 or live >= _BLOCK_DOCUMENTS * blocks)


class _DocstoreMerger:
    """Blocks on their way into a file, one source after the other."""

    def __init__(self, documents: Stream) -> None:
        self._documents = documents
        self.sizes = array("I")
        self.slots: list[Array] = []
        self.blocks: BlockTable = []
        self.presets = bytearray()

    def copy(self, source: MergeSource) -> None:
        """A source's blocks as they are, deleted documents among them."""
        file, first, start = source.file, len(self.sizes), len(self.presets)
        self.blocks += [[first + a, start + b, start + c] for a, b, c in file.facts["shelves"]]
        self.presets += file["stored.samples"].tobytes()
        self.slots.append(np.int32(first) + file["stored.slot"][source.live_docs])
        self.sizes.frombytes(np.diff(file["stored.offsets"]).astype(np.uintc).tobytes())
        size = file.count("stored.documents")
        for start in range(0, size, _COPIED):
            self._documents.append(file.part("stored.documents", start, min(start + _COPIED, size)))
            file.release()

    def recompress(self, source: MergeSource) -> None:
        """A source's live documents in a block of their own."""
        slots = source.file["stored.slot"][source.live_docs]
        self.slots.append(np.int32(len(self.sizes)) + inverse_permutation(np.argsort(slots)))
        self.blocks.append([len(self.sizes), len(self.presets), 0])
        block = Block()
        for some in np.split(np.sort(slots), range(_CHUNK_DOCUMENTS, len(slots), _CHUNK_DOCUMENTS)):
            for slot in some.tolist():
                block.add(read_slot(source.file, slot))
            self._append(block)
            source.file.release()
        block.close()
        self._append(block)
        self.presets += block.preset or b""
        self.blocks[-1][2] = len(self.presets)

    def _append(self, block: Block) -> None:
        """Write what the block has compressed by now."""
        self._documents.append(b"".join(block.data))
        self.sizes.extend(map(len, block.data))
        block.data.clear()
