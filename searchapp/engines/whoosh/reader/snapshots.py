"""Opens the newest commit of an index as a snapshot, and follows the commits after it.

Opening reads Whoosh's table of contents and the directory of each segment's file, and
maps the files; a segment that was in the last snapshot keeps its file. `Verified` reads
them whole, once each.
"""

from collections.abc import Callable
from pathlib import Path
from time import monotonic, time_ns
from typing import TypeVar

import numpy as np

from searchapp.engines.base import IndexInfo
from searchapp.engines.whoosh.directory.builds import SETTLED_NANOSECONDS, Builds, Signature
from searchapp.engines.whoosh.directory.commits import (
    generation,
    read_contents,
    read_seals,
    read_stamp,
)
from searchapp.engines.whoosh.directory.errors import damaged, unreadable
from searchapp.engines.whoosh.reader.snapshot import Segment, Snapshot
from searchapp.engines.whoosh.segment.array_file import ArrayFile
from searchapp.engines.whoosh.segment.columns import Columns
from searchapp.engines.whoosh.versions import VERSIONS
from searchapp.errors import IndexMissing

_PATIENCE_SECONDS = 1.0
_Known = tuple[int, int, int]
_T = TypeVar("_T")


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
            self._current, self._seen = patiently(self._builds, self._newest), seen
        return self._current

    def _newest(self) -> Snapshot:
        build = live(self._builds)
        number = generation(build)
        if self._current is None or self._current.info.id != _name(build, number):
            return self._open(build, number)
        return self._current

    def _open(self, build: Path, number: int) -> Snapshot:
        stamp = read_stamp(build, number, VERSIONS)
        contents = read_contents(build, number)
        seals = read_seals(build, number)
        names = [segment.file_name() for segment in contents.segments]
        self._files = {name: self._file(build / name, seals.get(name)) for name in names}
        files = list(self._files.values())
        columns = Columns(files)
        segments = [Segment(file, base) for file, base in zip(files, columns.bases, strict=True)]
        live_docs = np.concatenate([np.zeros(0, bool), *(s.live_docs() for s in contents.segments)])
        documents = int(np.count_nonzero(live_docs))
        info = IndexInfo(_name(build, number), stamp.built_at, documents, stamp.failed)
        return Snapshot(info, stamp, segments, columns, live_docs)

    def _file(self, path: Path, seal: int | None) -> ArrayFile:
        """A segment's file, kept from the last snapshot if it was in it."""
        return self._files.get(path.name) or ArrayFile(path, seal)


class Verified:
    """Which segment files were found to be as they were written: they never change.

    A file is known by its inode, size and time. One written a moment ago is not kept in
    mind: another could be written over it without leaving another time.
    """

    def __init__(self) -> None:
        self._known: set[_Known] = set()

    def verify(self, builds: Builds) -> None:
        """Compare the last commit with its checksums. Raises IndexUnavailable."""
        self._known = patiently(builds, lambda: self._compared(live(builds)))

    def _compared(self, build: Path) -> set[_Known]:
        number = generation(build)
        read_stamp(build, number, VERSIONS)
        names = [s.file_name() for s in read_contents(build, number).segments]
        seals = read_seals(build, number)
        return {known for name in names for known in self._file(build / name, seals.get(name))}

    def _file(self, path: Path, seal: int | None) -> list[_Known]:
        before = path.stat()
        known = (before.st_ino, before.st_size, before.st_mtime_ns)
        if known in self._known:
            return [known]
        settled = time_ns() - before.st_mtime_ns > SETTLED_NANOSECONDS
        ArrayFile(path, seal).verify()
        return [known] if settled else []


def live(builds: Builds) -> Path:
    """The live build. Raises IndexMissing."""
    build = builds.live()
    if build is None:
        raise IndexMissing(f"no index in {builds.directory} yet: run `searchapp reindex PATH`")
    return build


def patiently(builds: Builds, look: Callable[[], _T]) -> _T:
    """What a look finds; again when a file is gone that a writer may have just replaced."""
    deadline = monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            return look()
        except FileNotFoundError as error:
            if monotonic() > deadline:
                name = Path(error.filename).name
                raise damaged(builds.directory, f"{name} is missing") from error
        except OSError as error:
            raise unreadable(builds.directory, error) from error


def _name(build: Path, number: int) -> str:
    return f"{build.name.removeprefix('build-')}.{number}"
