"""A container on disk -> its entries, streamed: the pages, what failed, what is no page.

Runs in a worker process of its own under limits, which hands the pages to the parent: sizes
that containers state are not believed, and memory is bounded whatever they hold. Pages
themselves (HTML, mail, PDF) are left to the other workers.
"""

import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from searchapp.errors import PageError, PageFault
from searchapp.files import NotRegular, open_regular
from searchapp.sources.compression import BLOCK, empty_error
from searchapp.sources.containers import tar_archive, zip_archive
from searchapp.sources.containers.members import read_stream
from searchapp.sources.entries import Container, Entries
from searchapp.sources.formats import kind_and_packing
from searchapp.sources.regular_file import not_regular_error
from searchapp.writable import with_writable_text


def read_entries(
    path: str, max_bytes: int, reach: Callable[[int], None] = lambda _: None
) -> Entries:
    """Every entry of a container that `formats.is_container` knows, in its order, writable.

    `max_bytes` is the most one page may have; `reach` hears, with each block and before each
    entry, at which byte of the file reading is. Raises PageError when the container cannot be
    read, or not to its end; the entries before that are good.
    """
    kind, _ = kind_and_packing(path)
    try:
        with _open(path, reach) as file:
            size = file.size
            if not size:
                raise empty_error()
            container = Container(path, path, file, size, size, max_bytes)
            for entry in _entries(kind, container):
                reach(file.tell())
                yield with_writable_text(entry)
    except NotRegular as error:
        raise not_regular_error(error) from error
    except OSError as error:
        message = f"cannot be read ({error.strerror or error}); check the file and the disk"
        raise PageError(PageFault.UNREADABLE, message) from error


def _entries(kind: str, container: Container) -> Entries:
    if kind == ".tar":
        return tar_archive.read(container)
    if kind in {".zip", ".wacz"}:
        return zip_archive.read(container)
    return read_stream(container)


class _ReportingFile(io.RawIOBase):
    """A file that says after each read where it is."""

    def __init__(self, file: BinaryIO, reach: Callable[[int], None]) -> None:
        self._file, self._reach = file, reach

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        return self._file.seek(offset, whence)

    def readinto(self, target: bytearray | memoryview) -> int:  # type: ignore[override]
        count = self._file.readinto(target)  # type: ignore[attr-defined]
        self._reach(self._file.tell())
        return int(count)

    def close(self) -> None:
        self._file.close()
        super().close()


class _BoundedReader(io.BufferedReader):
    """A file of which nobody can ask for more than it has: no memory is taken for the rest."""

    def __init__(self, raw: io.RawIOBase) -> None:
        super().__init__(raw, BLOCK)
        self.size = self.seek(0, os.SEEK_END)
        self.seek(0)

    def read(self, size: int | None = -1) -> bytes:
        if size is None or not 0 <= size <= BLOCK:
            left = max(0, self.size - self.tell())
            size = left if size is None or size < 0 else min(size, left)
        return super().read(size)


def _open(path: str, reach: Callable[[int], None]) -> _BoundedReader:
    return _BoundedReader(_ReportingFile(open_regular(Path(path)), reach))
