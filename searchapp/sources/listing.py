"""Files on disk -> `SourceFile` -> `RawPage`.

Listing never opens a file; reading is bounded, compressed or not. Nothing here
looks inside a page: bytes become text in `charset`, containers are opened by `containers`.
"""

import os
import stat
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from searchapp.errors import PageError, PageFault, SearchappError
from searchapp.files import name_kind
from searchapp.model import RawPage
from searchapp.sources.compression import read_bounded, unpack_page
from searchapp.sources.formats import is_container, is_page

_NAMED_LINKS = 100
_OF_THE_KERNEL = ("/proc", "/sys", "/dev")
_SHARED_MEMORY = ("/dev/shm",)  # noqa: S108 - which may hold an archive


@dataclass(frozen=True)
class SourceFile:
    """A file as the listing saw it: `size` in bytes, `mtime_ns` in ns since 1970.

    `path` is absolute, as `os.fsdecode` gives it: bytes that are not valid in the
    file system's encoding are kept as lone surrogates.
    """

    path: str
    size: int
    mtime_ns: int


@dataclass(frozen=True)
class Unlisted:
    """A folder or file that could not be looked at, and what to do about it."""

    path: str
    message: str


@dataclass
class LinksOut:
    """Links that lead out of the archive and are not followed: all counted, the first named."""

    count: int = 0
    paths: list[str] = field(default_factory=list)

    def add(self, path: str) -> None:
        """One more."""
        self.count += 1
        if len(self.paths) < _NAMED_LINKS:
            self.paths.append(printable(path))


@dataclass
class Listing:
    """The sources below some paths. Iterate it once; the counts are complete after that.

    `skipped` counts files of other kinds by lower-case suffix ("" for none);
    `problems` names what the file system would not show. `index` is a folder that is
    passed over where it is below one of the paths: its files are no pages. Links are followed
    to what is below one of the `roots`, which were given by hand, or to anywhere (None).
    """

    paths: Sequence[Path]
    index: Path | None = None
    roots: Sequence[str] | None = None
    links_out: LinksOut = field(default_factory=LinksOut)
    skipped: Counter[str] = field(default_factory=Counter)
    problems: list[Unlisted] = field(default_factory=list)

    def __iter__(self) -> Iterator[SourceFile]:
        """Sources in name order within each path; a file below two of them is given once."""
        roots = [os.path.abspath(os.fspath(path)) for path in self.paths]  # noqa: PTH100 - keeps links
        for number, root in enumerate(roots):
            if self.roots is not None and root not in self.roots and self._leads_out(root):
                self.links_out.add(root)
                continue
            for source in self._below(root):
                if not self._is_duplicate(source.path, roots[:number]):
                    yield source

    def _leads_out(self, path: str) -> bool:
        """Whether the links in a path lead to what is not of the archive, or to its index."""
        if self.roots is None:
            return False
        real = os.path.realpath(path)
        inside, index = self._real_paths
        return is_below(real, index) or not is_below(real, inside)

    @cached_property
    def _real_paths(self) -> tuple[list[str], list[str]]:
        index = [os.path.realpath(self.index)] if self.index else []
        return [os.path.realpath(root) for root in self.roots or ()], index

    def _is_duplicate(self, path: str, roots: Sequence[str]) -> bool:
        return path in roots or (_is_source(path) and is_below(path, roots))

    def _below(self, root: str) -> Iterator[SourceFile]:
        """Walk one path depth first, with an explicit stack: trees may be deep."""
        if not os.path.isdir(root):  # noqa: PTH112 - a Path per file costs more than the listing
            yield from self._source(root)
            return
        index = self.index and os.path.abspath(self.index)  # noqa: PTH100 - keeps links
        folders = [(root, frozenset[tuple[int, int]]())]
        while folders:
            folder, above = folders.pop()
            names, inside, above = self._entries(folder, above)
            for name in names:
                if _is_source(name):
                    yield from self._source(os.path.join(folder, name))  # noqa: PTH118 - as above
                else:
                    self.skipped[os.path.splitext(name)[1].lower()] += 1  # noqa: PTH122 - as above
            folders += [(path, above) for path in reversed(inside) if path != index]

    def _entries(
        self, folder: str, above: frozenset[tuple[int, int]]
    ) -> tuple[list[str], list[str], frozenset[tuple[int, int]]]:
        """A folder's files by name, folders by path; none when it is its own ancestor by a link."""
        try:
            status = os.stat(folder)  # noqa: PTH116 - as above
            identity = (status.st_dev, status.st_ino)
            names: list[str] = []
            inside: list[str] = []
            if identity not in above:
                with os.scandir(folder) as entries:  # names alone: of a folder there may be many
                    for entry in entries:
                        if entry.is_symlink() and self._leads_out(entry.path):
                            self.links_out.add(entry.path)
                        else:
                            (inside if entry.is_dir() else names).append(entry.name)
            names.sort()
            paths = [os.path.join(folder, name) for name in sorted(inside)]  # noqa: PTH118 - as above
        except OSError as error:
            self.problems.append(Unlisted(folder, f"{printable(folder)}: {_advice(error)}"))
            return [], [], above
        return names, paths, above | {identity}

    def _source(self, path: str) -> Iterator[SourceFile]:
        try:
            status = os.stat(path)  # noqa: PTH116 - as above
        except OSError as error:
            self.problems.append(Unlisted(path, f"{printable(path)}: {_advice(error)}"))
            return
        if stat.S_ISREG(status.st_mode):
            yield SourceFile(path, status.st_size, status.st_mtime_ns)
        else:
            self.problems.append(Unlisted(path, f"{printable(path)}: not a regular file; left out"))


def find_sources(
    paths: Sequence[Path],
    index: Path | None = None,
    *,
    roots: Sequence[str] | None = None,
    follow_links: str = "inside",
) -> Listing:
    """The pages below folders, and every file named explicitly whatever its suffix.

    The folder `index`, which holds ledger, index and watch-list, is passed over. `roots` are
    the paths given by hand, absolute, if they are not `paths`; `follow_links` is the setting.
    Raises SearchappError naming the first path that does not exist, or that no archive can be.
    What exists but cannot be listed ends up in `Listing.problems`.
    """
    given = [os.path.abspath(path) for path in paths]  # noqa: PTH100 - keeps links
    for path in given:
        if not os.path.lexists(path):
            raise SearchappError(f"{printable(path)}: no such file or folder; check the path")
        if roots is None or path in roots:
            check_root(path)
    inside = (given if roots is None else roots) if follow_links == "inside" else None
    return Listing(tuple(paths), index, inside)


def check_root(path: str) -> None:
    """Raises SearchappError for what can be no archive: all of the machine, devices, pipes."""
    real = os.path.realpath(path)
    if real == os.sep or (is_below(real, _OF_THE_KERNEL) and not is_below(real, _SHARED_MEMORY)):
        what = "all of the machine" if real == os.sep else "of the kernel, and no archive"
        raise SearchappError(f"{printable(path)}: {what}; name the folder with the pages")
    with suppress(OSError):  # listing says what is wrong
        mode = os.stat(path).st_mode  # noqa: PTH116 - as above
        if not stat.S_ISDIR(mode) and (kind := name_kind(mode)):
            raise SearchappError(f"{printable(path)}: {kind}; name files and folders")


def read_page(path: str, max_bytes: int) -> RawPage:
    """A file's bytes, decompressed when they are gzip (RFC 1952) whatever its name.

    Never holds more than `max_bytes` of page. Raises PageError: UNREADABLE,
    EMPTY, TOO_LARGE or DAMAGED.
    """
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - paths may hold surrogates
            body = read_bounded(file, max_bytes)
    except OSError as error:
        raise PageError(PageFault.UNREADABLE, _advice(error)) from error
    return RawPage(path, unpack_page(body, max_bytes))


def is_below(path: str, folders: Iterable[str]) -> bool:
    """Whether a path is one of some others or below one."""
    return any(path == f or path.startswith(f.rstrip(os.sep) + os.sep) for f in folders)


def _is_source(name: str) -> bool:
    return is_page(name) or is_container(name)


def printable(path: str) -> str:
    """A path as text that any terminal and any log can hold."""
    return path.encode("utf-8", "backslashreplace").decode("utf-8")


def _advice(error: OSError) -> str:
    advice = {
        PermissionError: "make it readable for this user",
        FileNotFoundError: "it is gone or a broken link; run reindex again",
    }.get(type(error), "check the disk and the path")
    return f"cannot be read ({error.strerror}); {advice}"
