"""A lock on a file, of which the kernel lets go when its holder dies, however it dies.

A near-leaf: a reindex, a background run and the writer of an index hold one each. There is
never a stale lock to remove.
"""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from searchapp.cancellation import CancelToken
from searchapp.files import open_regular, remove_misplaced

_LOOK_SECONDS = 0.1


class LockHeld(Exception):
    """Another process holds the lock; `note` is what it wrote into the file."""

    def __init__(self, note: str) -> None:
        super().__init__(note)
        self.note = note


@contextmanager
def hold(
    path: Path, wait: float = 0.0, cancel_token: CancelToken | None = None
) -> Iterator[IO[str]]:
    """Hold the lock for the block, after waiting up to `wait` seconds for whoever does.

    Gives the open file, which a child process may inherit and the lock with it. Raises
    LockHeld, Cancelled when asked to stop waiting, and OSError.
    """
    with _open(path) as file:
        deadline = time.monotonic() + wait
        while not _acquire(file, fcntl.LOCK_EX):
            if time.monotonic() >= deadline:
                file.seek(0)
                raise LockHeld(file.read())
            (cancel_token or CancelToken()).check()
            time.sleep(_LOOK_SECONDS)
        yield file


def is_held(path: Path) -> bool:
    """Whether anybody holds the lock; needs no right to write. False where it cannot be asked."""
    try:
        with open_regular(path) as file:
            return not _acquire(file, fcntl.LOCK_SH)
    except OSError:
        return False


def _open(path: Path) -> IO[str]:
    """Open or make it, in the place of what is no file."""
    with suppress(OSError):
        remove_misplaced(path)
    with suppress(FileNotFoundError):
        open_regular(path).close()
    return path.open("a+", encoding="utf-8", errors="replace")


def _acquire(file: IO[Any], kind: int) -> bool:
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
