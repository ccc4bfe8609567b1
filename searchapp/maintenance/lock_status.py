"""Whether a reindex runs, from the note its holder keeps in the lock; asking disturbs nobody."""

import json
import os
from dataclasses import dataclass
from pathlib import Path

from searchapp.indexer.lock import FILE_NAME


@dataclass(frozen=True)
class LockHolder:
    """The process that holds the reindex lock; `since` is ISO 8601. A dead one left its note."""

    pid: int
    since: str
    alive: bool


def last_holder(directory: Path) -> LockHolder | None:
    """What the lock's note says; None when nobody holds it and nobody died holding it."""
    try:
        note = json.loads((directory / FILE_NAME).read_text(encoding="utf-8"))
        pid, since = int(note["pid"]), str(note["since"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return LockHolder(pid, since, _is_alive(pid))


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
