"""Where builds of the index rest on disk, which one is live, and who may write.

DIRECTORY/CURRENT            which build is live; see `pointer`
DIRECTORY/WRITELOCK          held by the one writer
DIRECTORY/build-.../         a Whoosh index, with its `commits`
"""

import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from searchapp import file_lock
from searchapp.engines.whoosh.directory import pointer
from searchapp.engines.whoosh.directory.errors import unreadable
from searchapp.errors import IndexDamaged, IndexUnavailable, ReindexLocked
from searchapp.files import read_regular, sync

SETTLED_NANOSECONDS = 2_000_000_000
"""A file system's clock may stand still so long."""
Signature = tuple[int, int, int, int]
_TOC_LEFTOVER = re.compile(r"_MAIN_\d+\.toc\..+")


@dataclass(frozen=True)
class Builds:
    """The builds in one directory."""

    directory: Path
    pinned: Path | None = None

    def live(self) -> Path | None:
        """The live build, None before the first; `pinned` stands in for it. Raises IndexDamaged."""
        names = (self.pinned.name,) if self.pinned else self._named()
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
        pointer.write(self.directory, (build.name, *before[:1]))
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
            pointer.mark_again(self.directory)
        except (IndexUnavailable, OSError):
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

    def _named(self) -> tuple[str, ...]:
        """The live build and the one before; none without CURRENT. Raises IndexDamaged."""
        try:
            found = pointer.read(self.directory)
        except OSError as error:
            raise unreadable(self.directory, error) from error
        return found.names if found else ()
