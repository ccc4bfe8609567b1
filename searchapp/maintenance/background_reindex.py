"""A reindex in a process of its own, started from elsewhere and looked at while it runs.

    INDEX_DIR/background.lock   held by the process for as long as it lives
    INDEX_DIR/background.json   its Progress, written anew as it goes

The starter takes the lock and hands it to the new process already taken, so that two
starters cannot both succeed, and a process that died, however it died, holds it no more.
"""

import json
import os
import subprocess
import sys
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from searchapp import file_lock
from searchapp.config import PREFIX, SECRETS, Settings
from searchapp.errors import ReindexLocked, SearchappError
from searchapp.files import atomic_write, read_regular
from searchapp.indexer.lock import hold_lock
from searchapp.ledger.reader import LedgerReader

LOCK = "background.lock"
FILE = "background.json"
STARTING, READING, INDEXING = "starting", "reading", "indexing"
DONE, FAILED, DIED = "done", "failed", "died"
_UNDER_WAY = {STARTING, READING, INDEXING}
_STATES = _UNDER_WAY | {DONE, FAILED, DIED}
_LOOKER_SECONDS = 0.5


@dataclass(frozen=True)
class Progress:
    """How a background run goes or went; times are ISO 8601, UTC.

    `pages` have been read of `pages_total`, which is None while a container is open;
    `documents` are in the index once the run is done.
    """

    state: str
    started_at: str
    finished_at: str | None = None
    pages: int = 0
    pages_total: int | None = None
    pages_failed: int = 0
    indexed: int = 0
    indexed_total: int | None = None
    documents: int | None = None
    message: str = ""

    @property
    def under_way(self) -> bool:
        """Whether it has not come to its end."""
        return self.state in _UNDER_WAY

    def write(self, directory: Path) -> None:
        """Record it for whoever asks."""
        atomic_write(directory / FILE, json.dumps(asdict(self)).encode())


def progress(directory: Path) -> Progress | None:
    """The run that is under way, or the last one; None before the first."""
    try:
        found = _read(directory)
        if found.under_way and not file_lock.is_held(directory / LOCK):
            # It may have come to its end between the two looks.
            again = _read(directory)
            return replace(again, state=DIED) if again.under_way else again
    except (OSError, ValueError, RecursionError):
        return None
    return found


def _read(directory: Path) -> Progress:
    """Raises OSError, ValueError for what no run wrote."""
    found = msgspec.json.decode(read_regular(directory / FILE), type=Progress)
    for moment in filter(None, (found.started_at, found.finished_at)):
        datetime.fromisoformat(moment)
    if found.state not in _STATES:
        raise ValueError(f"there is no state {found.state!r}")
    return found


def start(settings: Settings) -> Progress:
    """Start a reindex of every path given before, and return while it runs.

    Raises ReindexLocked when one runs already, NothingToIndex when no path was ever given.
    """
    _require_roots(settings.index_dir)
    try:
        # Whoever only looks holds it for an instant.
        with file_lock.hold(settings.index_dir / LOCK, _LOOKER_SECONDS) as lock:
            with hold_lock(settings.index_dir):
                pass  # nobody else is at it
            begun = Progress(STARTING, datetime.now(UTC).isoformat(timespec="seconds"))
            begun.write(settings.index_dir)
            _spawn(settings, lock.fileno())
            return begun
    except file_lock.LockHeld as error:
        raise ReindexLocked("a reindex is under way already: wait for it to end") from error


def _require_roots(directory: Path) -> None:
    try:
        with LedgerReader(directory) as ledger:
            roots = ledger.roots()
    except SearchappError as error:
        raise NothingToIndex(str(error)) from error
    if not roots:
        raise NothingToIndex("nothing to index yet: run `searchapp reindex PATH` once")


def _spawn(settings: Settings, lock: int) -> None:
    """A process that outlives this one: it leaves a child behind and ends at once."""
    environ = {name: text for name, text in os.environ.items() if name not in _SECRET_VARIABLES}
    environ[f"{PREFIX}INDEX_DIR"] = str(settings.index_dir.absolute())
    subprocess.run(
        [sys.executable, "-m", "searchapp.maintenance.background_main"],
        env=environ,
        pass_fds=(lock,),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        check=True,
        start_new_session=True,
    )


_SECRET_VARIABLES = {PREFIX + name.upper() for name in SECRETS}


class NothingToIndex(SearchappError):
    """No path was ever given to reindex, or the ledger that knew them is damaged."""
