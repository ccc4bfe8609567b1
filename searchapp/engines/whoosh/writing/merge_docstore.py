"""The stored documents of several segments on the shelves of one: part of `merging`."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

import numpy as np

from searchapp.engines.whoosh.segment.array_file import ArrayWriter, Stream
from searchapp.engines.whoosh.segment.docstore import Shelf, Shelves, read_slot
from searchapp.engines.whoosh.segment.format import inverse, write_starts
from searchapp.engines.whoosh.segment.termdict import ends_of
from searchapp.engines.whoosh.segment.types import Array
from searchapp.engines.whoosh.writing.merge_source import Source

_COPIED = 1 << 20
# With a smaller share of documents alive, or with fewer on each, shelves are made anew.
_ALIVE_SHARE = 0.6
_SHELF = 2_000
_SHELVED = 1_000


def merge_stored(file: ArrayWriter, sources: Sequence[Source], order: Array) -> None:
    """Copy the shelves, or make new ones where most is gone or they are too small."""
    shelving = _Shelving(file.grow("stored.documents", np.uint8))
    for source in sources:
        if _worth_keeping(source):
            shelving.copy(source)
        else:
            shelving.renew(source)
    file.add("stored.samples", np.frombuffer(shelving.samples, np.uint8))
    write_starts(file, "stored.offsets", ends_of(shelving.sizes))
    file.add("stored.slot", np.concatenate(shelving.slots)[order])
    file.facts["shelves"] = shelving.shelves


def _worth_keeping(source: Source) -> bool:
    """Whether most documents of the shelves are alive, and they are many."""
    alive, kept = int(source.live.sum()), source.file.count("stored.offsets") - 1
    shelves = len(source.file.facts["shelves"])
    return alive >= _ALIVE_SHARE * kept and (shelves == 1 or alive >= _SHELF * shelves)


class _Shelving:
    """Shelves on their way into a file, one source after the other."""

    def __init__(self, documents: Stream) -> None:
        self._documents = documents
        self.sizes = array("I")
        self.slots: list[Array] = []
        self.shelves: Shelves = []
        self.samples = bytearray()

    def copy(self, source: Source) -> None:
        """A source's shelves as they are, dead documents among them."""
        file, first, begun = source.file, len(self.sizes), len(self.samples)
        self.shelves += [[first + a, begun + b, begun + c] for a, b, c in file.facts["shelves"]]
        self.samples += file["stored.samples"].tobytes()
        self.slots.append(np.int32(first) + file["stored.slot"][source.live])
        self.sizes.frombytes(np.diff(file["stored.offsets"]).astype(np.uintc).tobytes())
        size = file.count("stored.documents")
        for start in range(0, size, _COPIED):
            self._documents.append(file.part("stored.documents", start, min(start + _COPIED, size)))
            file.release()

    def renew(self, source: Source) -> None:
        """A source's live documents on a shelf of their own."""
        slots = source.file["stored.slot"][source.live]
        self.slots.append(np.int32(len(self.sizes)) + inverse(np.argsort(slots)))
        self.shelves.append([len(self.sizes), len(self.samples), 0])
        shelf = Shelf()
        for some in np.split(np.sort(slots), range(_SHELVED, len(slots), _SHELVED)):
            for slot in some.tolist():
                shelf.add(read_slot(source.file, slot))
            self._take(shelf)
            source.file.release()
        shelf.close()
        self._take(shelf)
        self.samples += shelf.sample or b""
        self.shelves[-1][2] = len(self.samples)

    def _take(self, shelf: Shelf) -> None:
        """What the shelf has compressed by now."""
        self._documents.append(b"".join(shelf.data))
        self.sizes.extend(map(len, shelf.data))
        shelf.data.clear()
