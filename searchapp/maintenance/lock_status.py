"""Whether a reindex runs, from the note its holder keeps in the lock; asking disturbs nobody."""

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated

import msgspec

from searchapp import file_lock
from searchapp.files import read_regular
from searchapp.indexer.lock import FILE_NAME

_LARGEST_PID = 2**22  # Linux's; see proc(5)


@dataclass(frozen=True)
class LockHolder:
    """The process that holds the reindex lock; `since` is ISO 8601. A dead one left its note."""

    pid: int
    since: str
    alive: bool


class _Note(msgspec.Struct):
    pid: Annotated[int, msgspec.Meta(ge=1, le=_LARGEST_PID + 1)]
    since: str


def last_holder(directory: Path) -> LockHolder | None:
    """What the lock's note says; None when nobody holds it and nobody died holding it."""
    try:
        note = msgspec.json.decode(read_regular(directory / FILE_NAME), type=_Note)
        datetime.fromisoformat(note.since)
    except (OSError, ValueError, RecursionError):
        return None
    alive = _is_alive(note.pid) and file_lock.is_held(directory / FILE_NAME)
    return LockHolder(note.pid, note.since, alive)


def live_holder(directory: Path) -> LockHolder | None:
    """The reindex at work, None when there is none."""
    found = last_holder(directory)
    return found if found and found.alive else None


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
