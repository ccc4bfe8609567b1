"""Where builds of the index rest on disk, which one is live, and who may write.

    DIRECTORY/CURRENT            the live build's name, then the one before it
    DIRECTORY/WRITELOCK          held by the one writer
    DIRECTORY/build-.../         a Whoosh index: _MAIN_<generation>.toc and segments
    DIRECTORY/build-.../stamp-<generation>.json

Whoosh syncs nothing, so everything is synced here before it becomes visible: the
segments and the stamp before the table of contents, a build before CURRENT.
"""

import errno
import json
import os
import re
import secrets
import shutil
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from searchapp import file_lock
from searchapp.engines.base import BuildStamp
from searchapp.engines.whoosh.segment.schema import schema
from searchapp.engines.whoosh.segment.whoosh_codec import INDEX_NAME
from searchapp.engines.whoosh_compat import TOC, FileStorage
from searchapp.errors import IndexDamaged, IndexOutdated, IndexUnavailable, ReindexLocked
from searchapp.files import atomic_write, read_regular, sync
from searchapp.process_limits import name_limit

_TOC = re.compile(r"_MAIN_(\d+)\.toc")
SETTLED_NANOSECONDS = 2_000_000_000
"""A file system's clock may stand still so long."""
Signature = tuple[int, int, int, int]
_BUILD = re.compile(r"build-[\w-]+", re.ASCII)
# What opening a file says of what stands in its place; all else is of the moment or the disk.
_MISPLACED = frozenset({errno.EISDIR, errno.ENOTDIR, errno.ELOOP, errno.EINVAL, errno.ENXIO})
_TOC_LEFTOVER = re.compile(r"_MAIN_\d+\.toc\..+")


@dataclass(frozen=True)
class Builds:
    """The builds in one directory."""

    directory: Path
    pinned: Path | None = None

    def live(self) -> Path | None:
        """The live build, None before the first; `pinned` stands in for it. Raises IndexDamaged."""
        names = [self.pinned.name] if self.pinned else self._named()
        return self.directory / names[0] if names else None

    def exists(self) -> bool:
        """Whether a build is live, readable or not."""
        return os.path.lexists(self.directory / "CURRENT")

    def previous(self) -> Path | None:
        """The build that was live before the live one, while it is kept. Raises IndexDamaged."""
        builds = (self.directory / name for name in self._named()[1:2])
        return next((build for build in builds if build.is_dir()), None)

    def signature(self) -> Signature | None:
        """What differs after a commit, for a look that costs microseconds.

        None when a commit could be made without a difference, as when the last one
        is so fresh that another would leave the same time.
        """
        try:
            current = os.stat(self.directory / "CURRENT")  # noqa: PTH116 - asked per search
            name = self._live_name(current.st_ino, current.st_mtime_ns)
            build = os.stat(self.directory / name)  # noqa: PTH116 - as above
        except (OSError, ValueError):  # which `live` puts into words
            return None
        newest = max(current.st_mtime_ns, build.st_mtime_ns)
        if time.time_ns() - newest < SETTLED_NANOSECONDS:
            return None
        return current.st_ino, current.st_mtime_ns, build.st_ino, build.st_mtime_ns

    def create(self) -> Path:
        """A new, empty build that is not live yet."""
        moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
        build = self.directory / f"build-{moment}-{secrets.token_hex(3)}"
        build.mkdir(parents=True)
        return build

    def publish(self, build: Path) -> None:
        """Make a build the live one, atomically, and remove all but the one before it."""
        before: list[str] = []
        with suppress(IndexDamaged, OSError):
            before = [name for name in self._named() if name != build.name]
        sync(build)
        names = "\n".join([build.name, *before[:1]])
        atomic_write(self.directory / "CURRENT", f"{names}\n".encode())
        self.sweep()
        for rejected in self.directory.glob("rejected-*"):
            shutil.rmtree(rejected, ignore_errors=True)

    def reject(self, build: Path) -> Path:
        """Put aside a build that failed its checks, until the next good one; where it went."""
        aside = build.with_name(build.name.replace("build-", "rejected-", 1))
        return build.rename(aside)

    def sweep(self) -> None:
        """Remove what neither is live nor was live last, and what a crash left behind.

        Nothing when it is not known what is live.
        """
        try:
            named = self._named()
        except (IndexDamaged, OSError):
            return
        for build in self.directory.glob("build-*"):
            if build.name not in named:
                shutil.rmtree(build, ignore_errors=True)
        for live in (self.directory / name for name in named[:1]):
            for leftover in live.glob("*"):
                if _TOC_LEFTOVER.fullmatch(leftover.name):
                    leftover.unlink(missing_ok=True)

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Be the one writer. Raises ReindexLocked when another process is."""
        self.directory.mkdir(parents=True, exist_ok=True)
        try:
            with file_lock.hold(self.directory / "WRITELOCK"):
                yield
        except file_lock.LockHeld as error:
            raise ReindexLocked(
                f"another process is writing the index in {self.directory}: "
                "wait for it, or stop it, and run the command again"
            ) from error

    def _live_name(self, inode: int, changed: int) -> str:
        """The first name in CURRENT, read again only when it is another file."""
        known = self._known.get((inode, changed))
        if known is None:
            known = read_regular(self.directory / "CURRENT").decode("ascii").partition("\n")[0]
            self._known.clear()
            self._known[inode, changed] = known
        return known

    @cached_property
    def _known(self) -> dict[tuple[int, int], str]:
        return {}

    def _named(self) -> list[str]:
        """The live build and the one before; none without CURRENT. Raises IndexDamaged."""
        try:
            text = read_regular(self.directory / "CURRENT").decode("ascii")
        except FileNotFoundError:
            return []
        except OSError as error:
            raise unreadable(self.directory, error) from error
        except ValueError as error:
            raise damaged(self.directory, "CURRENT does not name a build") from error
        names = text.split()
        if not names or not all(map(_BUILD.fullmatch, names)):
            raise damaged(self.directory, "CURRENT does not name a build")
        return names


class DurableStorage(FileStorage):
    """Whoosh's files, synced before the table of contents that names them appears."""

    def __init__(self, build: Path) -> None:
        super().__init__(str(build))
        self._created: set[str] = set()
        # Told of the table of contents before it takes its place.
        self.committing: Callable[[Path], None] = lambda _: None

    def create_file(self, name: str, *args: Any, **kwargs: Any) -> Any:
        """A new file, remembered until it is synced or discarded."""
        self._created.add(name)
        return super().create_file(name, *args, **kwargs)

    def place(self, name: str) -> Path:
        """Where a new file is to be written, remembered like one of Whoosh's."""
        self._created.add(name)
        return Path(self.folder, name)

    def withdraw(self, name: str) -> None:
        """Remove a new file that is not part of the commit."""
        self._created.discard(name)
        Path(self.folder, name).unlink(missing_ok=True)

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:  # noqa: FBT001, FBT002 - Whoosh's signature
        """Whoosh renames only its table of contents: the moment of the commit."""
        self.committing(Path(self.folder, oldname))
        for path in self._paths():
            sync(path)
        super().rename_file(oldname, newname, safe=safe)
        self._created.clear()
        sync(Path(self.folder))

    def discard(self) -> None:
        """Remove what was written since the last commit."""
        for path in self._paths():
            path.unlink()
        self._created.clear()

    def _paths(self) -> list[Path]:
        paths = (Path(self.folder, name) for name in sorted(self._created))
        return [path for path in paths if path.exists()]


class ReadStorage(FileStorage):
    """Whoosh's files for reading, closed together: Whoosh forgets some when it fails."""

    def __init__(self, build: Path) -> None:
        super().__init__(str(build), readonly=True)
        self._opened: list[Any] = []

    def open_file(self, name: str, *args: Any, **kwargs: Any) -> Any:
        """An open file, remembered until all are closed."""
        self._opened.append(super().open_file(name, *args, **kwargs))
        return self._opened[-1]

    def close_files(self) -> None:
        """Close what is still open."""
        for file in self._opened:
            if not file.is_closed:
                file.close()


def read_contents(build: Path, number: int) -> TOC:
    """A commit's table of contents. Raises IndexDamaged."""
    storage = ReadStorage(build)
    path = toc_path(build, number)
    try:
        # A pickle: compared with its checksum before it is read as one.
        _check(path, _stamped(build, number).get("contents"))
        contents: TOC = TOC.read(storage, INDEX_NAME, gen=number, schema=schema())
    except (OSError, IndexDamaged):
        raise
    except Exception as error:
        raise damaged(build.parent, str(error) or type(error).__name__) from error
    else:
        return contents
    finally:
        storage.close_files()


def _check(path: Path, expected: object) -> None:
    if checksum(path) != expected:
        raise damaged(path.parent.parent, f"{path.name} does not match its checksum")


def checksum(path: Path) -> int:
    """The CRC-32 of a file."""
    return zlib.crc32(read_regular(path))


def damaged(directory: Path, what: str) -> IndexDamaged:
    """The error for an index that cannot be read."""
    return IndexDamaged(
        f"the index in {directory} is damaged ({what}): "
        "run `searchapp reindex --full` to build it again"
    )


def unreadable(directory: Path, error: OSError) -> IndexUnavailable:
    """The error for a file of the index that cannot be opened or read."""
    name = Path(str(error.filename or "a file")).name
    if error.errno in _MISPLACED:
        return damaged(directory, f"{name} is no regular file")
    advice = name_limit(error).removeprefix("; ") or "check the disk and the permissions"
    return IndexUnavailable(
        f"the index in {directory} cannot be read ({name}: {error.strerror}): {advice}"
    )


def generation(build: Path) -> int:
    """The newest commit of a build, -1 when there is none."""
    found = (_TOC.fullmatch(name) for name in os.listdir(build))  # noqa: PTH208 - asked per search
    return max((int(match[1]) for match in found if match), default=-1)


def write_stamp(
    build: Path, number: int, stamp: BuildStamp, engine: Mapping[str, str], sums: Mapping[str, Any]
) -> None:
    """Record a commit's stamp and its files' checksums, before the commit is visible.

    `sums` has that of the `contents` and, as `segments`, those of the segments by file name.
    """
    path = stamp_path(build, number)
    content = {
        "engine": dict(engine),
        "built_at": stamp.built_at.isoformat(),
        "failed": stamp.failed,
        "versions": dict(stamp.versions),
        **sums,
    }
    summed = {**content, "checksum": _checksum(content)}
    path.write_text(json.dumps(summed, indent=1), encoding="utf-8")
    sync(path)


def forget_stamps(build: Path, number: int) -> None:
    """Remove the stamps of commits before `number`, but for the last one."""
    kept = {stamp_path(build, number).name, stamp_path(build, number - 1).name}
    for path in build.glob("stamp-*.json"):
        if path.name not in kept:
            path.unlink(missing_ok=True)


def read_stamp(build: Path, number: int, engine: Mapping[str, str]) -> BuildStamp:
    """A commit's stamp. Raises IndexOutdated for one of another version, IndexDamaged."""
    content = _stamped(build, number)
    try:
        built_at = datetime.fromisoformat(content["built_at"])
        found, failed, versions = content["engine"], content["failed"], content["versions"]
    except (ValueError, KeyError, TypeError) as error:
        raise damaged(build.parent, f"{stamp_path(build, number).name}: {error}") from error
    if found != dict(engine):
        raise IndexOutdated(
            f"the index in {build.parent} was built by another version of searchapp "
            f"({_listed(found)}; this one needs {_listed(engine)}): "
            "run `searchapp reindex --full` to build it again"
        )
    return BuildStamp(built_at, failed, versions)


def read_seals(build: Path, number: int) -> Mapping[str, int]:
    """Which `ArrayFile.seal` each segment's file has. Raises IndexDamaged.

    Empty for a commit of a searchapp that did not write them down.
    """
    return dict(_stamped(build, number).get("segments", {}))


def _stamped(build: Path, number: int) -> dict[str, Any]:
    path = stamp_path(build, number)
    try:
        content: dict[str, Any] = dict(json.loads(read_regular(path)))
    except (ValueError, TypeError, RecursionError) as error:
        raise damaged(build.parent, f"{path.name}: {error}") from error
    if content.pop("checksum", None) != _checksum(content):
        raise damaged(build.parent, f"{path.name} does not match its checksum")
    return content


def _checksum(content: Mapping[str, Any]) -> int:
    """The CRC-32 of a stamp's content."""
    return zlib.crc32(json.dumps(content).encode())


def toc_path(build: Path, number: int) -> Path:
    """Where a commit's table of contents is."""
    return build / f"_{INDEX_NAME}_{number}.toc"


def stamp_path(build: Path, number: int) -> Path:
    """Where a commit's stamp is."""
    return build / f"stamp-{number}.json"


def _listed(versions: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {value}" for name, value in sorted(versions.items()))
