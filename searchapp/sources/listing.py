"""Files on disk -> `SourceFile` -> `RawPage`.

Listing never opens a file; reading is bounded, compressed or not. Nothing here
looks inside a page: bytes become text in `charset`, containers are opened by `containers`.
"""

import os
import stat
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from searchapp.errors import PageError, PageFault, SearchappError
from searchapp.model import RawPage
from searchapp.sources.compression import read_bounded, unpack_page
from searchapp.sources.formats import is_container, is_page


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
class Listing:
    """The sources below some paths. Iterate it once; the counts are complete after that.

    `skipped` counts files of other kinds by lower-case suffix ("" for none);
    `problems` names what the file system would not show. `index` is a folder that is
    passed over where it is below one of the paths: its files are no pages.
    """

    paths: Sequence[Path]
    index: Path | None = None
    skipped: Counter[str] = field(default_factory=Counter)
    problems: list[Unlisted] = field(default_factory=list)

    def __iter__(self) -> Iterator[SourceFile]:
        """Sources in name order within each path; a file below two of them is given once."""
        roots = [os.path.abspath(os.fspath(path)) for path in self.paths]  # noqa: PTH100 - keeps links
        for number, root in enumerate(roots):
            for source in self._below(root):
                if not self._is_duplicate(source.path, roots[:number]):
                    yield source

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


def find_sources(paths: Sequence[Path], index: Path | None = None) -> Listing:
    """The pages below folders, and every file named explicitly whatever its suffix.

    The folder `index`, which holds ledger, index and watch-list, is passed over.
    Raises SearchappError naming the first path that does not exist. What exists
    but cannot be listed ends up in `Listing.problems`.
    """
    for path in paths:
        if not os.path.lexists(path):
            raise SearchappError(f"{printable(str(path))}: no such file or folder; check the path")
    return Listing(tuple(paths), index)


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
