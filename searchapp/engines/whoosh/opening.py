# mypy: allow-untyped-calls
# (Whoosh is typed in part only)
"""Opens the newest commit of an index as a snapshot, and follows the commits after it.

Each commit gets a reader of its own: Whoosh's `refresh` and `reuse` bring deleted
documents back. Only what never changes, the columns of a segment, is kept.
"""

from __future__ import annotations

import errno
import weakref
from collections.abc import Sequence
from pathlib import Path
from time import monotonic
from typing import Any

import numpy as np

from searchapp.engines.base import IndexInfo
from searchapp.engines.whoosh.builds import (
    Builds,
    ReadStorage,
    damaged,
    generation,
    open_index,
    read_stamp,
)
from searchapp.engines.whoosh.columns import Columns, Mask
from searchapp.engines.whoosh.lexicon import read_lexicon
from searchapp.engines.whoosh.records import read_records
from searchapp.engines.whoosh.snapshot import Kept, Segment, Snapshot
from searchapp.engines.whoosh.versions import VERSIONS
from searchapp.errors import IndexUnavailable

_PATIENCE_SECONDS = 1.0


class Snapshots:
    """The newest snapshot of a directory, opened once per commit."""

    def __init__(self, directory: Path, build: Path | None = None) -> None:
        self._builds = Builds(directory, build)
        self._current: Snapshot | None = None
        self._kept: dict[str, Kept] = {}

    def newest(self) -> Snapshot:
        """The snapshot of the last commit. Raises IndexUnavailable."""
        deadline = monotonic() + _PATIENCE_SECONDS
        while True:
            # A writer may remove a file between our reading its name and opening it.
            try:
                return self._newest()
            except FileNotFoundError as error:
                if monotonic() > deadline:
                    directory = self._builds.directory
                    raise damaged(directory, f"{error.filename} is missing") from error

    def _newest(self) -> Snapshot:
        build = self._builds.live()
        if build is None:
            raise IndexUnavailable(
                f"no index in {self._builds.directory} yet: run `searchapp reindex PATH`"
            )
        number = generation(build)
        if self._current is None or self._current.info.id != _name(build, number):
            self._current = self._open(build, number)
        return self._current

    def _open(self, build: Path, number: int) -> Snapshot:
        stamp = read_stamp(build, number, VERSIONS)
        storage = ReadStorage(build)
        try:
            reader = open_index(storage).reader()
            segments = self._segments(reader)
            if segments and reader.generation() != number:
                number = reader.generation()
                stamp = read_stamp(build, number, VERSIONS)
        except Exception as error:
            storage.close_files()
            raise _reason(build, number, error) from error
        columns = Columns.join([segment.kept.columns for segment in segments])
        live = _live(segments, len(columns.ids))
        documents = int(np.count_nonzero(live))
        info = IndexInfo(_name(build, number), stamp.built_at, documents, stamp.failed)
        snapshot = Snapshot(info, stamp, segments, columns, live)
        weakref.finalize(snapshot, storage.close_files)
        return snapshot

    def _segments(self, reader: Any) -> list[Segment]:
        leaves = [(leaf, base) for leaf, base in reader.leaf_readers() if leaf.segment()]
        kept: dict[str, Kept] = {}
        for leaf, _ in leaves:
            # The file of stored fields is opened now, while it is sure to be there.
            leaf.stored_fields(0)
            id_ = leaf.segment().segment_id()
            kept[id_] = self._kept.get(id_) or _read(leaf)
        self._kept = kept
        return [Segment(*both, kept[both[0].segment().segment_id()]) for both in leaves]


def _reason(build: Path, number: int, error: Exception) -> Exception:
    """What went wrong: a file is gone, maybe with an older commit, or it is damaged."""
    if isinstance(error, IndexUnavailable | FileNotFoundError):
        return error
    if generation(build) != number:
        return FileNotFoundError(errno.ENOENT, "gone with an older commit", str(build))
    return damaged(build.parent, str(error) or type(error).__name__)


def _read(leaf: Any) -> Kept:
    if not leaf.has_column("record"):
        raise FileNotFoundError(errno.ENOENT, "no such column", "record")
    rows = list(leaf.column_reader("record", translate=False))
    lexicon = read_lexicon(leaf.storage(), leaf.segment())
    return Kept(Columns.of(read_records(rows)), lexicon)


def _live(segments: Sequence[Segment], count: int) -> Mask:
    live = np.ones(count, bool)
    for segment in segments:
        deleted = list(segment.reader.segment().deleted_docs())
        live[np.array(deleted, np.int64) + segment.base] = False
    return live


def _name(build: Path, number: int) -> str:
    return f"{build.name.removeprefix('build-')}.{number}"
