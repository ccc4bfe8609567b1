"""One writer at a time: the lock every reindex holds from first look to commit.

The kernel lets go of it when its holder dies, however it dies, so there is never
a stale lock to remove.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from searchapp.errors import ReindexLocked

FILE_NAME = "reindex.lock"


@contextmanager
def hold_lock(directory: Path) -> Iterator[None]:
    """Hold the directory's lock. Raises ReindexLocked, naming the holder, if another does."""
    with (directory / FILE_NAME).open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            raise ReindexLocked(_holder(file.read(), directory)) from error
        file.truncate(0)
        since = datetime.now(UTC).isoformat(timespec="seconds")
        file.write(json.dumps({"pid": os.getpid(), "since": since}))
        file.flush()
        yield
        file.truncate(0)


def _holder(note: str, directory: Path) -> str:
    try:
        holder = json.loads(note)
        who = f"process {holder['pid']} has held its lock since {holder['since']}"
    except (ValueError, KeyError, TypeError):
        who = "another process holds its lock"
    return f"{directory} is being reindexed: {who}; wait for it to end, or stop it"
