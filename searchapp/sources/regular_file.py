"""A path -> an opened regular file; everything else is named and refused."""

import stat
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from searchapp import files
from searchapp.errors import PageError, PageFault

_KINDS: tuple[tuple[Callable[[int], bool], str], ...] = (
    (stat.S_ISDIR, "a folder; name the files in it, or index it with searchapp reindex"),
    (stat.S_ISFIFO, "a named pipe; send what it holds to searchapp extract -"),
    (stat.S_ISSOCK, "a socket; name a file"),
    (stat.S_ISCHR, "a device; name a file"),
    (stat.S_ISBLK, "a device; name a file"),
)


def open_regular(path: str) -> BinaryIO:
    """Open a file for reading. Raises PageError UNREADABLE for what is no regular file; OSError."""
    try:
        return files.open_regular(Path(path))
    except files.NotRegular as error:
        mode = error.mode
        kind = next((message for is_kind, message in _KINDS if is_kind(mode)), "no regular file")
        raise PageError(PageFault.UNREADABLE, f"cannot be read: {kind}") from error
