"""What is wrong with an index on disk, in words that say what to do.

A leaf under the modules beside it.
"""

import errno
from pathlib import Path

from searchapp.errors import IndexDamaged, IndexUnavailable
from searchapp.process_limits import name_limit

# What opening a file says of what stands in its place; all else is of the moment or the disk.
_MISPLACED = frozenset({errno.EISDIR, errno.ENOTDIR, errno.ELOOP, errno.EINVAL, errno.ENXIO})


def damaged(directory: Path, what: str) -> IndexDamaged:
    """The error for an index that cannot be read."""
    return IndexDamaged(
        f"the index in {directory} is damaged ({what}): "
        "run `searchapp reindex --full` to build it again"
    )


def unreadable(directory: Path, error: OSError) -> IndexUnavailable:
    """The error for a file of the index that cannot be opened or read."""
    name = Path(str(error.filename or "a file")).name
    if error.errno in _MISPLACED:
        return damaged(directory, f"{name} is no regular file")
    advice = name_limit(error).removeprefix("; ") or "check the disk and the permissions"
    return IndexUnavailable(
        f"the index in {directory} cannot be read ({name}: {error.strerror}): {advice}"
    )
