"""What stands in the place of a regular file -> why that page cannot be read."""

from searchapp.errors import PageError, PageFault
from searchapp.files import NotRegular, name_kind

_ADVICE = {
    "a folder": "; name the files in it, or index it with searchapp reindex",
    "a named pipe": "; send what it holds to searchapp extract -",
    "a socket": "; name a file",
    "a device": "; name a file",
}


def not_regular_error(error: NotRegular) -> PageError:
    """The failure of a source that `files.open_regular` refuses."""
    kind = str(name_kind(error.mode))
    return PageError(PageFault.UNREADABLE, f"cannot be read: {kind}{_ADVICE.get(kind, '')}")
