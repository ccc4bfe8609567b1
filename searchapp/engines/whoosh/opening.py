# mypy: allow-untyped-calls
# (Whoosh is typed in part only)
"""Opens the newest commit of an index as a snapshot, and follows the commits after it.

Opening reads Whoosh's table of contents and the directory of each segment's file, and
maps the files; a segment that was in the last snapshot keeps its file.
"""

from __future__ import annotations

from pathlib import Path
from time import monotonic

import numpy as np

from searchapp.engines.base import IndexInfo
from searchapp.engines.whoosh.arrays import ArrayFile
from searchapp.engines.whoosh.builds import (
    Builds,
    Signature,
    damaged,
    generation,
    read_contents,
    read_stamp,
)
from searchapp.engines.whoosh.columns import Columns
from searchapp.engines.whoosh.snapshot import Segment, Snapshot
from searchapp.engines.whoosh.versions import VERSIONS
from searchapp.errors import IndexUnavailable

_PATIENCE_SECONDS = 1.0


class Snapshots:
    """The newest snapshot of a directory, opened once per commit."""

    def __init__(self, directory: Path, build: Path | None = None) -> None:
        self._builds = Builds(directory, build)
        self._current: Snapshot | None = None
        self._seen: Signature | None = None
        self._files: dict[str, ArrayFile] = {}

    def newest(self) -> Snapshot:
        """The snapshot of the last commit. Raises IndexUnavailable."""
        seen = self._builds.signature()
        if self._current is None or seen is None or seen != self._seen:
            self._current, self._seen = self._looked_up(), seen
        return self._current

    def _looked_up(self) -> Snapshot:
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
            return self._open(build, number)
        return self._current

    def _open(self, build: Path, number: int) -> Snapshot:
        stamp = read_stamp(build, number, VERSIONS)
        contents = read_contents(build, number)
        self._files = {s.file_name(): self._file(build, s.file_name()) for s in contents.segments}
        files = list(self._files.values())
        columns = Columns(files)
        segments = [Segment(file, base) for file, base in zip(files, columns.bases, strict=True)]
        live = np.concatenate([np.zeros(0, bool), *(s.live() for s in contents.segments)])
        documents = int(np.count_nonzero(live))
        info = IndexInfo(_name(build, number), stamp.built_at, documents, stamp.failed)
        return Snapshot(info, stamp, segments, columns, live)

    def _file(self, build: Path, name: str) -> ArrayFile:
        """A segment's file, kept from the last snapshot if it was in it."""
        return self._files.get(name) or ArrayFile(build / name)


def _name(build: Path, number: int) -> str:
    return f"{build.name.removeprefix('build-')}.{number}"
