"""One transaction on the index: documents in, one commit, all of it or nothing.

Documents gather in a segment writer, written when it is full; the commit
merges the segments, and older segments when there are too many, into one new segment, and
names the segments in Whoosh's table of contents. `storages.DurableStorage` syncs all
of it before that becomes visible.
"""

import ctypes
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from typing import Self

import numpy as np

from searchapp.engines.base import BuildStamp, Check
from searchapp.engines.whoosh.admin.integrity import checked
from searchapp.engines.whoosh.directory.builds import Builds
from searchapp.engines.whoosh.directory.commits import (
    checksum,
    forget_stamps,
    generation,
    read_contents,
    read_seals,
    read_stamp,
    write_stamp,
)
from searchapp.engines.whoosh.directory.storages import DurableStorage
from searchapp.engines.whoosh.segment.array_file import ArrayFile
from searchapp.engines.whoosh.segment.schema import schema
from searchapp.engines.whoosh.segment.termdict import read_dictionary
from searchapp.engines.whoosh.segment.types import Array
from searchapp.engines.whoosh.segment.whoosh_codec import INDEX_NAME, ArraySegment
from searchapp.engines.whoosh.versions import VERSIONS
from searchapp.engines.whoosh.writing.merge import merge
from searchapp.engines.whoosh.writing.merge_termdict import mark_replaced
from searchapp.engines.whoosh.writing.segment_writer import SegmentWriter, TermIds
from searchapp.engines.whoosh_compat import TOC, clean_files
from searchapp.model import IndexedDocument

# Writing a segment takes some 75 bytes a word: see docs/decisions/0012-codec.md.
_SEGMENT_WORDS = 1_000_000
_MOST_SEGMENTS = 8
_M_MMAP_THRESHOLD = -3  # malloc.h
_LARGE = 1 << 20


@dataclass
class _Part:
    """A segment as it will be committed: its file, and a mask of its live docs."""

    segment: ArraySegment
    file: ArrayFile
    live_docs: Array

    def committed(self) -> ArraySegment:
        """The segment with its deletions."""
        return self.segment.with_live_docs(self.live_docs)

    def delete(self, wanted: bytes) -> None:
        """Mark a document as deleted; one replaced while it was pending is there twice."""
        ids = read_dictionary(self.file, "ids")
        ord_ = ids.lower_bound(wanted)
        while ord_ < len(ids) and ids[ord_] == wanted:
            self.live_docs[self.file["ids.documents"][ord_]] = False
            ord_ += 1


class WhooshWriter:
    """Writes one commit; see `base.Writer`."""

    def __init__(self, directory: Path, *, rebuild: bool, check: Check | None = None) -> None:
        self._builds = Builds(directory)
        self._fresh = rebuild
        self._check = check
        self._exit = ExitStack()
        self._committed = False

    def __enter__(self) -> Self:
        """Take the lock. Raises ReindexLocked; IndexOutdated for another version's index."""
        with ExitStack() as opening:
            opening.enter_context(self._builds.lock())
            self._builds.sweep()
            _give_memory_back()
            live = None if self._fresh else self._builds.live()
            self._fresh = live is None
            self._build = live or self._builds.create()
            self._open()
            self._exit = opening.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        """Cancel what was not committed, and release the lock."""
        with self._exit:
            if not self._committed:
                self._cancel()

    def put(self, document: IndexedDocument) -> None:
        """Add the document, replacing one with the same id."""
        self._pending.add(document)
        self._delete(document.id)
        self._pending_index[document.id] = len(self._pending) - 1
        if self._pending.word_count > _SEGMENT_WORDS:
            self._flush()

    def delete(self, document_id: str) -> None:
        """Remove the document; one that is not there is no error."""
        self._delete(document_id)
        for part in self._written:
            part.delete(document_id.encode("utf-8", "surrogatepass"))

    def commit(self, stamp: BuildStamp) -> None:
        """Make everything visible at once, and durable before it returns."""
        number = max(generation(self._build), 0) + 1
        segments = self._segments()
        seals = {
            name: ArrayFile(self._build / name).seal
            for name in (segment.file_name() for segment in segments)
        }

        def committing(contents: Path) -> None:
            sums = {"contents": checksum(contents), "segments": seals}
            write_stamp(self._build, number, stamp, VERSIONS, sums)

        self._storage.committing = committing
        TOC(schema(), segments, number).write(self._storage, INDEX_NAME)
        clean_files(self._storage, INDEX_NAME, number, segments)
        if self._fresh:
            checked(self._builds, self._build, self._check)
            self._builds.publish(self._build)
        self._committed = True
        forget_stamps(self._build, number)

    def _open(self) -> None:
        self._storage = DurableStorage(self._build)
        self._term_ids = TermIds()
        self._pending = SegmentWriter(self._term_ids)
        # Not yet written: where a document is, and which were put and then replaced or removed.
        self._pending_index: dict[str, int] = {}
        self._replaced: list[int] = []
        self._written: list[_Part] = []
        self._kept: list[_Part] = []
        if not self._fresh:
            number = generation(self._build)
            read_stamp(self._build, number, VERSIONS)
            contents = read_contents(self._build, number)
            # What a writer that was killed left behind.
            clean_files(self._storage, INDEX_NAME, number, contents.segments)
            seals = read_seals(self._build, number)
            self._kept = [
                self._part(s, s.live_docs(), seals.get(s.file_name())) for s in contents.segments
            ]

    def _part(self, segment: ArraySegment, live: Array, seal: int | None = None) -> _Part:
        return _Part(segment, ArrayFile(self._build / segment.file_name(), seal), live)

    def _delete(self, document_id: str) -> None:
        """Remove a pending document, or one of commits before; `mark_replaced` does the rest."""
        index = self._pending_index.pop(document_id, None)
        if index is not None:
            self._replaced.append(index)
            return
        for part in self._kept:
            part.delete(document_id.encode("utf-8", "surrogatepass"))

    def _flush(self) -> None:
        """Write what is pending as a segment."""
        segment = ArraySegment(len(self._pending))
        docs = self._pending.write(self._storage.place(segment.file_name()))
        live = np.ones(len(docs), bool)
        live[docs[self._replaced]] = False
        self._written.append(self._part(segment, live))
        self._pending_index.clear()
        self._replaced.clear()
        self._term_ids.forget()
        self._pending = SegmentWriter(self._term_ids)
        _give_memory_back()

    def _segments(self) -> list[ArraySegment]:
        """The segments of the commit, files written."""
        if len(self._pending):
            self._flush()
        mark_replaced([(part.file, part.live_docs) for part in self._written])
        merged = [part for part in self._written if part.live_docs.any()]
        kept = sorted(
            (part for part in self._kept if part.live_docs.any()),
            key=lambda p: -int(p.live_docs.sum()),
        )
        if len(kept) >= _MOST_SEGMENTS:
            # Halving keeps the segments few and the work of merging a document logarithmic.
            merged += kept[_MOST_SEGMENTS // 2 :]
            del kept[_MOST_SEGMENTS // 2 :]
        segments = [part.committed() for part in kept]
        # The ids of a segment are distinct only without the documents replaced meanwhile.
        if len(merged) == 1 and merged[0].live_docs.all():
            return [*segments, merged[0].committed()]
        return [*segments, self._merged(merged)] if merged else segments

    def _merged(self, parts: list[_Part]) -> ArraySegment:
        segment = ArraySegment()
        files = [(part.file, part.live_docs) for part in parts]
        segment.documents = merge(files, self._storage.place(segment.file_name()))
        for part in self._written:
            self._storage.withdraw(part.segment.file_name())
        return segment

    def _cancel(self) -> None:
        self._storage.discard()
        if self._fresh:
            rmtree(self._build, ignore_errors=True)


def _give_memory_back() -> None:
    """Have what was freed go back to the system, now and, in large blocks, at once.

    Else glibc keeps what a segment or a merge took, in pieces that the next does not fit into.
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, _LARGE)
        ctypes.CDLL(None).malloc_trim(0)
