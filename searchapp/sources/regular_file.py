"""A path -> an opened regular file; everything else is named and refused."""

from pathlib import Path
from typing import BinaryIO

from searchapp import files
from searchapp.errors import PageError, PageFault

_ADVICE = {
    "a folder": "; name the files in it, or index it with searchapp reindex",
    "a named pipe": "; send what it holds to searchapp extract -",
    "a socket": "; name a file",
    "a device": "; name a file",
}


def open_regular(path: str) -> BinaryIO:
    """Open a file for reading. Raises PageError UNREADABLE for what is no regular file; OSError."""
    try:
        return files.open_regular(Path(path))
    except files.NotRegular as error:
        kind = str(files.name_kind(error.mode))
        message = f"cannot be read: {kind}{_ADVICE.get(kind, '')}"
        raise PageError(PageFault.UNREADABLE, message) from error
