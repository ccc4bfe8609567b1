"""One writer at a time: the lock every reindex holds from first look to commit.

The kernel lets go of it when its holder dies, however it dies, so there is never
a stale lock to remove.
"""

from __future__ import annotations

import fcntl
import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from searchapp.cancellation import CancelToken
from searchapp.errors import ReindexLocked, SearchappError

FILE_NAME = "reindex.lock"
_LOOK_SECONDS = 0.1


@contextmanager
def hold_lock(
    directory: Path, wait: float = 0.0, cancel_token: CancelToken | None = None
) -> Iterator[None]:
    """Hold the directory's lock, after waiting up to `wait` seconds for whoever does.

    Raises ReindexLocked, naming the holder, and Cancelled when asked to stop waiting.
    """
    with _opened(directory / FILE_NAME) as file:
        _take(file, directory, time.monotonic() + wait, cancel_token or CancelToken())
        file.truncate(0)
        since = datetime.now(UTC).isoformat(timespec="seconds")
        file.write(json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "since": since}))
        file.flush()
        yield
        file.truncate(0)


def _opened(path: Path) -> TextIO:
    try:
        return path.open("a+", encoding="utf-8")
    except PermissionError as error:
        raise SearchappError(
            f"{path}: {error.strerror}; run this as the user who owns {path.parent}, or allow "
            "the present one to write there"
        ) from error


def _take(file: TextIO, directory: Path, deadline: float, cancel_token: CancelToken) -> None:
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() >= deadline:
                file.seek(0)
                raise ReindexLocked(_holder(file.read(), directory)) from error
        else:
            return
        cancel_token.check()
        time.sleep(_LOOK_SECONDS)


def _holder(note: str, directory: Path) -> str:
    try:
        holder = json.loads(note)
        who = (
            f"process {holder['pid']} on {holder['host']} has held its lock since {holder['since']}"
        )
    except (ValueError, KeyError, TypeError):
        who = "another process holds its lock"
    return f"{directory} is being reindexed: {who}; wait for it to end (reindex --wait), or stop it"
