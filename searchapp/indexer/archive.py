"""Step one of the data's path: files on disk -> `SourceFile` -> `RawPage`.

Listing never opens a file; reading is bounded, compressed or not. Nothing here
looks inside a page: bytes become text in `decoding`, containers are opened by `readers`.
"""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from searchapp.errors import PageError, PageFault, SearchappError
from searchapp.indexer.readers.compression import GZIP_MAGIC, gunzip, too_large
from searchapp.indexer.readers.formats import is_container, is_page
from searchapp.model import RawPage


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
    `problems` names what the file system would not show.
    """

    paths: Sequence[Path]
    skipped: Counter[str] = field(default_factory=Counter)
    problems: list[Unlisted] = field(default_factory=list)

    def __iter__(self) -> Iterator[SourceFile]:
        """Sources in name order within each path; a file met twice is given once."""
        seen: set[str] = set()
        for path in self.paths:
            for source in self._below(os.path.abspath(os.fspath(path))):  # noqa: PTH100 - keeps links
                if source.path not in seen:
                    seen.add(source.path)
                    yield source

    def _below(self, root: str) -> Iterator[SourceFile]:
        """Walk one path depth first, with an explicit stack: trees may be deep."""
        if not os.path.isdir(root):  # noqa: PTH112 - a Path per file costs more than the listing
            yield from self._source(root)
            return
        folders = [(root, frozenset[tuple[int, int]]())]
        while folders:
            folder, above = folders.pop()
            entries, above = self._entries(folder, above)
            for entry in entries:
                if not entry.is_dir() and self._is_source(entry.name):
                    yield from self._source(entry.path)
            folders += [(entry.path, above) for entry in reversed(entries) if entry.is_dir()]

    def _entries(
        self, folder: str, above: frozenset[tuple[int, int]]
    ) -> tuple[list[os.DirEntry[str]], frozenset[tuple[int, int]]]:
        """A folder's entries by name; none when it is its own ancestor through a link."""
        try:
            status = os.stat(folder)  # noqa: PTH116 - as above
            identity = (status.st_dev, status.st_ino)
            if identity in above:
                return [], above
            with os.scandir(folder) as entries:
                return sorted(entries, key=lambda entry: entry.name), above | {identity}
        except OSError as error:
            self.problems.append(Unlisted(folder, f"{printable(folder)}: {_advice(error)}"))
            return [], above

    def _is_source(self, name: str) -> bool:
        if is_page(name) or is_container(name):
            return True
        self.skipped[os.path.splitext(name)[1].lower()] += 1  # noqa: PTH122 - as above
        return False

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


def find_sources(paths: Sequence[Path]) -> Listing:
    """The pages below folders, and every file named explicitly whatever its suffix.

    Raises SearchappError naming the first path that does not exist. What exists
    but cannot be listed ends up in `Listing.problems`.
    """
    for path in paths:
        if not os.path.lexists(path):
            raise SearchappError(f"{printable(str(path))}: no such file or folder; check the path")
    return Listing(tuple(paths))


def read_page(path: str, max_bytes: int) -> RawPage:
    """A file's bytes, decompressed when they are gzip (RFC 1952) whatever its name.

    Never holds more than `max_bytes` of page. Raises PageError: UNREADABLE,
    EMPTY, TOO_LARGE or DAMAGED.
    """
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - paths may hold surrogates
            body = file.read(max_bytes + 1)
    except OSError as error:
        raise PageError(PageFault.UNREADABLE, _advice(error)) from error
    if len(body) > max_bytes:
        raise too_large(max_bytes)
    if body.startswith(GZIP_MAGIC):
        body = gunzip(body, max_bytes)
    if not body:
        raise PageError(PageFault.EMPTY, "the file is empty; save it again")
    return RawPage(path, body)


def printable(path: str) -> str:
    """A path as text that any terminal and any log can hold."""
    return path.encode("utf-8", "backslashreplace").decode("utf-8")


def _advice(error: OSError) -> str:
    advice = {
        PermissionError: "make it readable for this user",
        FileNotFoundError: "it is gone or a broken link; run reindex again",
    }.get(type(error), "check the disk and the path")
    return f"cannot be read ({error.strerror}); {advice}"
