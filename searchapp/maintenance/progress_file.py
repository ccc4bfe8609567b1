"""What a background run tells of itself, kept in a file for whoever asks.

From `indexer.events.Reporter` to `background_reindex.Progress`.
"""

import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from searchapp.indexer.events import Reporter
from searchapp.indexer.plan import Plan
from searchapp.ledger.rows import Failure
from searchapp.maintenance.background_reindex import INDEXING, READING, Progress, progress

_SECONDS_BETWEEN = 0.5


class ProgressFile(Reporter):
    """Hears how a run goes and writes it down, at most twice a second."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        now = datetime.now(UTC).isoformat(timespec="seconds")
        self._progress = progress(directory) or Progress(READING, now)
        self._written = 0.0

    def notice(self, message: str) -> None:
        """Something that was dealt with."""
        self._change(message=message)

    def planned(self, plan: Plan) -> None:
        """Listing is over."""
        self._change(state=READING, pages_total=plan.files)

    def opened(self, path: str) -> None:  # noqa: ARG002 - which one is not shown
        """How many pages there are is no longer known."""
        self._change(pages_total=None)

    def page(self, path: str, failure: Failure | None) -> None:  # noqa: ARG002 - as above
        """One page was read, or failed."""
        failed = self._progress.pages_failed + (failure is not None)
        self._change(pages=self._progress.pages + 1, pages_failed=failed)

    def indexing(self, done: int, total: int) -> None:
        """The engine has so many of the documents."""
        self._change(state=INDEXING, indexed=done, indexed_total=total)

    def end(self, state: str, **result: object) -> None:
        """It came to its end, one way or the other."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        self._change(state=state, finished_at=now, **result)
        self._progress.write(self._directory)

    def _change(self, **fields: object) -> None:
        self._progress = replace(self._progress, **fields)  # type: ignore[arg-type]
        if time.monotonic() - self._written >= _SECONDS_BETWEEN:
            self._written = time.monotonic()
            self._progress.write(self._directory)
