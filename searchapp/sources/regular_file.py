"""A path -> an opened regular file; everything else is named and refused.

Reading a named pipe waits for whoever writes into it, a device may never end.
"""

import os
import stat
from collections.abc import Callable
from typing import BinaryIO

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
    # Not blocking, as opening a pipe would wait; on regular files it has no effect.
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | _BINARY)
    mode = os.fstat(descriptor).st_mode
    if stat.S_ISREG(mode):
        return os.fdopen(descriptor, "rb")
    os.close(descriptor)
    kind = next((message for is_kind, message in _KINDS if is_kind(mode)), "no regular file")
    raise PageError(PageFault.UNREADABLE, f"cannot be read: {kind}")


_BINARY = getattr(os, "O_BINARY", 0)
