"""Files that appear whole or not at all, also when the process is killed or the power fails.

A leaf. The index's CURRENT, the decisions, the state of a background run and backups are
written through it; what is read of an index directory is opened here, as long as it is a file.
"""

import errno
import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from searchapp.errors import SearchappError

_KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


def name_kind(mode: int) -> str | None:
    """What is not a regular file, by the mode of `os.stat`; None for one that is."""
    return None if stat.S_ISREG(mode) else _KINDS.get(stat.S_IFMT(mode), "no regular file")


def require_output(path: Path, advice: str = "name a file") -> None:
    """Raises SearchappError where `path` is there and no regular file: writing would replace it."""
    try:
        kind = name_kind(path.stat().st_mode)
    except FileNotFoundError:
        return
    if kind:
        raise SearchappError(f"{path}: {kind}, and not to be written to; {advice}")


class NotRegular(OSError):
    """A folder, pipe, socket or device in the place of a file; `mode` is that of `os.stat`."""

    def __init__(self, path: Path, mode: int) -> None:
        super().__init__(errno.EINVAL, "is no regular file; remove it", str(path))
        self.mode = mode


def open_regular(path: Path) -> BinaryIO:
    """Open a file for reading. Raises NotRegular, OSError.

    Reading a named pipe waits for whoever writes into it, a device may never end.
    """
    # Not blocking, as opening a pipe would wait; on regular files it has no effect.
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | _BINARY)
    mode = os.fstat(descriptor).st_mode
    if stat.S_ISREG(mode):
        return os.fdopen(descriptor, "rb")
    os.close(descriptor)
    raise NotRegular(path, mode)


def read_regular(path: Path) -> bytes:
    """All of a file. Raises NotRegular, OSError."""
    with open_regular(path) as file:
        return file.read()


def remove_misplaced(path: Path) -> None:
    """Remove what is no file from the place of one of ours: nobody can have written to it.

    A link to a file stays. Raises OSError for a folder that is not empty. Whoever else does
    the same waits, so that no file is removed that took the place meanwhile.
    """
    if not _is_misplaced(path):
        return
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        if _is_misplaced(path):
            (path.rmdir if stat.S_ISDIR(path.lstat().st_mode) else path.unlink)()
    finally:
        os.close(folder)


def _is_misplaced(path: Path) -> bool:
    try:
        return not stat.S_ISREG(path.stat().st_mode)
    except OSError:
        return os.path.islink(path)  # noqa: PTH114 - never raises


def denial_advice(error: OSError) -> str:
    """What to do about a file that the present user may not use; "" for another error."""
    if error.errno not in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return ""
    return "; run this as the user who owns it, or allow the present one to use it"


def atomic_write(path: Path, data: bytes) -> None:
    """Make `data` the content of `path`; as `atomic_file`."""
    with atomic_file(path) as file:
        file.write(data)


@contextmanager
def atomic_file(path: Path) -> Iterator[BinaryIO]:
    """A file to write to, which takes the place of `path` when the block ends well.

    It is `path` with `.new` until then. Raises OSError, with what was at `path` unchanged
    unless only the folder could not be synced.
    """
    beside = path.with_name(f"{path.name}.new")
    try:
        if os.path.lexists(beside) and name_kind(beside.lstat().st_mode):
            beside.unlink()  # a link or pipe would lead what is written elsewhere
        with beside.open("wb") as file:
            yield file
        sync(beside)
        with suppress(OSError):
            path.rmdir()  # an empty folder in its place would stay there
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    sync(path.parent)


_BINARY = getattr(os, "O_BINARY", 0)


def sync(path: Path) -> None:
    """Have the kernel put a file's content, or a folder's entries, on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
