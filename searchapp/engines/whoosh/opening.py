# mypy: allow-untyped-calls
# (Whoosh is typed in part only)
"""Opens the newest commit of an index as a snapshot, and follows the commits after it.

Each commit gets a reader of its own: Whoosh's `refresh` and `reuse` bring deleted
documents back. Only what never changes, the columns of a segment, is kept.
"""

from __future__ import annotations

import weakref
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from time import sleep
from typing import Any

import numpy as np
from whoosh.filedb.filestore import FileStorage

from searchapp.engines.base import IndexInfo
from searchapp.engines.whoosh.builds import (
    Builds,
    damaged,
    generation,
    open_index,
    read_stamp,
)
from searchapp.engines.whoosh.columns import Columns, Mask
from searchapp.engines.whoosh.records import read_records
from searchapp.engines.whoosh.snapshot import Segment, Snapshot
from searchapp.engines.whoosh.versions import VERSIONS
from searchapp.errors import IndexUnavailable

_ATTEMPTS = 20
_PAUSE_SECONDS = 0.02


class Snapshots:
    """The newest snapshot of a directory, opened once per commit."""

    def __init__(self, directory: Path) -> None:
        self._builds = Builds(directory)
        self._current: Snapshot | None = None
        self._columns: dict[str, Columns] = {}

    def newest(self) -> Snapshot:
        """The snapshot of the last commit. Raises IndexUnavailable."""
        for _ in range(_ATTEMPTS):
            # A writer may remove a file between our reading its name and opening it.
            with suppress(FileNotFoundError):
                return self._newest()
            sleep(_PAUSE_SECONDS)
        raise damaged(self._builds.directory, "files are missing")

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
        reader = _open_reader(build, number)
        leaves = [(leaf, base) for leaf, base in reader.leaf_readers() if leaf.segment()]
        segments = [Segment(leaf, base) for leaf, base in leaves]
        try:
            columns = self._join_columns(segments)
        except BaseException:
            reader.close()
            raise
        live = _live(segments, len(columns.ids))
        info = IndexInfo(
            _name(build, number), stamp.built_at, int(np.count_nonzero(live)), stamp.failed
        )
        snapshot = Snapshot(info, stamp, segments, columns, live)
        weakref.finalize(snapshot, reader.close)
        return snapshot

    def _join_columns(self, segments: Sequence[Segment]) -> Columns:
        ids = [segment.reader.segment().segment_id() for segment in segments]
        self._columns = {
            id_: self._columns.get(id_) or _read_columns(segment.reader)
            for id_, segment in zip(ids, segments, strict=True)
        }
        return Columns.join(list(self._columns.values()))


def _read_columns(reader: Any) -> Columns:
    rows = list(reader.column_reader("record", translate=False))
    # The file of stored fields is opened now, while it is sure to be there.
    reader.stored_fields(0)
    return Columns.of(read_records(rows))


def _open_reader(build: Path, number: int) -> Any:
    """A reader of one commit. Raises FileNotFoundError when another came in between."""
    index = open_index(FileStorage(str(build)))
    try:
        reader = index.reader()
    except FileNotFoundError:
        raise
    except Exception as error:
        raise damaged(build.parent, str(error) or type(error).__name__) from error
    if generation(build) != number:
        reader.close()
        raise FileNotFoundError(build)
    return reader


def _live(segments: Sequence[Segment], count: int) -> Mask:
    live = np.ones(count, bool)
    for segment in segments:
        deleted = list(segment.reader.segment().deleted_docs())
        live[np.array(deleted, np.int64) + segment.base] = False
    return live


def _name(build: Path, number: int) -> str:
    return f"{build.name.removeprefix('build-')}.{number}"
