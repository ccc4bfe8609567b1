"""The files of the index, for those who look after it: rollback, damage, leftovers, backup.

Beside `writer` and `searcher`: nothing here is on the path of a document or a search.
"""

import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from searchapp.engines.base import IndexInfo
from searchapp.engines.whoosh.admin.integrity import faults_of
from searchapp.engines.whoosh.directory import pointer
from searchapp.engines.whoosh.directory.builds import Builds
from searchapp.engines.whoosh.directory.commit_files import damaged_files, names_of
from searchapp.engines.whoosh.directory.commits import generation
from searchapp.engines.whoosh.reader.snapshots import Verified
from searchapp.engines.whoosh.searcher import WhooshSearcher
from searchapp.errors import (
    BuildRejected,
    IndexDamaged,
    IndexMissing,
    IndexUnavailable,
    ReindexLocked,
)
from searchapp.files import open_regular

_TRIES = 20
# Whoosh's sorting runs, and what was being written when a process was killed.
_PASSING = re.compile(r".*\.tmp|.*\.new|_MAIN_\d+\.toc\..+")
_MEMBER = re.compile(r"build-[\w-]+/[\w.-]+", re.ASCII)
_LASTING = re.compile(rf"{pointer.MARK}|_MAIN_\d+\.toc|stamp-\d+\.json|.*LOCK")


@dataclass(frozen=True)
class WhooshFiles:
    """One directory's builds; see `base.LocalFiles`. `verified` is the engine's memory."""

    directory: Path
    verified: Verified = field(default_factory=Verified, repr=False, compare=False)

    def verify(self) -> None:
        """Compare all files of the last commit with their checksums. Raises IndexUnavailable.

        A file that this engine has compared before, and that has not changed since, is not
        read again.
        """
        self.verified.verify(self._builds)

    def faults(self) -> Iterator[str]:
        """What is damaged in the live index, a sentence each; reads every file of it."""
        try:
            yield from self._faults()
        except (IndexUnavailable, OSError) as error:
            yield str(error)

    def _faults(self) -> list[str]:
        while moment := self._moment():
            found = [*damaged_files(moment[0]), *pointer.faults(self.directory)]
            if not found or moment == self._moment():  # else a commit came between
                return found
        return []

    def _moment(self) -> tuple[Path, int] | None:
        """The live build and its last commit."""
        build = self._builds.live()
        return (build, generation(build)) if build else None

    def tidy(self) -> None:
        """Remove what a writer that died left behind; nothing while another writes."""
        with suppress(ReindexLocked), self._builds.lock():
            self._builds.sweep()

    def leftovers(self) -> list[Path]:
        """What no index needs. While a writer is at work, what it is writing is among it."""
        builds, stray, named = self._builds, list[Path](), set[Path]()
        with suppress(IndexUnavailable):  # then it is not known which builds nobody needs
            named = {build for build in (builds.live(), builds.previous()) if build}
            stray = [path for path in self.directory.glob("build-*") if path not in named]
        stray += [*self.directory.glob("rejected-*"), *self.directory.glob("CURRENT.new")]
        return sorted(stray + [path for build in named for path in _unneeded(build)])

    def clear(self) -> None:
        """Remove the leftovers. Raises ReindexLocked while a writer is at work."""
        with self._builds.lock():
            with suppress(IndexUnavailable, OSError):
                pointer.mark_again(self.directory)
            for path in self.leftovers():
                if path.is_dir():
                    shutil.rmtree(path, ignore_errors=True)
                else:
                    path.unlink(missing_ok=True)

    def rollback(self) -> IndexInfo:
        """Make the build before the live one live again, and keep the other for the way back.

        Raises IndexMissing when there is none, BuildRejected when it is damaged.
        """
        with self._builds.lock():
            previous = self._builds.previous()
            if previous is None:
                raise IndexMissing(
                    f"no build before the live one is kept in {self.directory}: there is "
                    "nothing to go back to"
                )
            self._publish(previous)
        return WhooshSearcher(self.directory).info()

    @contextmanager
    def files(self) -> Iterator[Mapping[str, BinaryIO]]:
        """The files of the last commit by relative path, open, whatever is committed meanwhile.

        Raises IndexUnavailable.
        """
        with ExitStack() as opened:
            yield self._open(opened)

    def takes(self, name: str) -> bool:
        """Whether a relative path is one that `files` may give."""
        return bool(_MEMBER.fullmatch(name))

    def adopt(self, directory: Path) -> IndexInfo:
        """Make files that `files` gave, now below `directory`, the live index.

        Raises BuildRejected when they are damaged.
        """
        (given,) = directory.glob("build-*")
        with self._builds.lock():
            build = self._builds.create()
            build.rmdir()
            given.rename(build)
            self._publish(build)
        return WhooshSearcher(self.directory).info()

    @property
    def _builds(self) -> Builds:
        return Builds(self.directory)

    def _publish(self, build: Path) -> None:
        if faults := list(faults_of(self._builds, build)):
            raise BuildRejected(f"{build} cannot go live: {'; '.join(faults[:3])}")
        self._builds.publish(build)

    def _open(self, opened: ExitStack) -> Mapping[str, BinaryIO]:
        for _ in range(_TRIES):
            build = self._builds.live()
            if build is None:
                break
            try:
                names = names_of(build, generation(build))
                return {
                    f"{build.name}/{name}": opened.enter_context(open_regular(build / name))
                    for name in names
                }
            except FileNotFoundError:
                opened.close()  # a commit came between: the next look finds its files
        raise IndexMissing(f"no index in {self.directory} yet: run `searchapp reindex PATH`")


def _unneeded(build: Path) -> Iterator[Path]:
    """Of a build's files, those that its last commit does not have."""
    needed: list[str] = []
    with suppress(IndexDamaged, OSError):
        needed = names_of(build, generation(build))
    for path in build.glob("*"):
        unneeded = needed and path.name not in needed and not _LASTING.fullmatch(path.name)
        if unneeded or _PASSING.fullmatch(path.name):
            yield path
