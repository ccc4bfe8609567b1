"""One writer at a time: the lock every reindex holds from first look to commit."""

import json
import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from searchapp import file_lock
from searchapp.cancellation import CancelToken
from searchapp.errors import ReindexLocked, SearchappError

FILE_NAME = "reindex.lock"


@contextmanager
def hold_lock(
    directory: Path, wait: float = 0.0, cancel_token: CancelToken | None = None
) -> Iterator[None]:
    """Hold the directory's lock, after waiting up to `wait` seconds for whoever does.

    Raises ReindexLocked, naming the holder, and Cancelled when asked to stop waiting.
    """
    path = directory / FILE_NAME
    with ExitStack() as held:
        try:
            file = held.enter_context(file_lock.hold(path, wait, cancel_token))
        except file_lock.LockHeld as error:
            raise ReindexLocked(_holder(error.note, directory)) from error
        except PermissionError as error:
            raise SearchappError(
                f"{path}: {error.strerror}; run this as the user who owns {directory}, or allow "
                "the present one to write there"
            ) from error
        file.truncate(0)
        since = datetime.now(UTC).isoformat(timespec="seconds")
        file.write(json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "since": since}))
        file.flush()
        try:
            yield
        finally:
            file.truncate(0)


def _holder(note: str, directory: Path) -> str:
    try:
        holder = json.loads(note)
        who = (
            f"process {holder['pid']} on {holder['host']} has held its lock since {holder['since']}"
        )
    except (ValueError, KeyError, TypeError, RecursionError):
        who = "another process holds its lock"
    return f"{directory} is being reindexed: {who}; wait for it to end (reindex --wait), or stop it"
