"""The process that `background` starts: `python -m searchapp.maintenance.background_run`.

It holds `background.lock`, inherited and already taken, until it ends.
"""

from __future__ import annotations

import os
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from searchapp.config import Settings, load
from searchapp.errors import SearchappError
from searchapp.maintenance.background import DONE, FAILED, INDEXING, READING, Progress, progress

_SECONDS_BETWEEN = 0.5


def main() -> None:
    """Leave a child behind that does the work, so that nobody has to wait for it."""
    if os.fork():
        os._exit(0)
    settings = load({}, os.environ, Path.cwd()).settings
    reporter = _Record(settings.index_dir)
    try:
        documents = _reindex(settings, reporter)
    except SearchappError as error:
        reporter.end(FAILED, message=str(error))
    except BaseException as error:
        reporter.end(FAILED, message=f"{type(error).__name__}; the server's log says more")
        raise
    else:
        reporter.end(DONE, documents=documents)


def _reindex(settings: Settings, reporter: _Record) -> int:
    # What reads pages takes long to import: the starter does not wait for it.
    from searchapp.engines import open_engine  # noqa: PLC0415
    from searchapp.indexer.reindex import reindex  # noqa: PLC0415

    return reindex((), settings, open_engine(settings), reporter).documents


class _Record:
    """Hears how a run goes and keeps it in the file, at most twice a second."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        now = datetime.now(UTC).isoformat(timespec="seconds")
        self._progress = progress(directory) or Progress(READING, now)
        self._written = 0.0

    def notice(self, message: str) -> None:
        self._change(message=message)

    def planned(self, plan: object) -> None:
        read: tuple[object, ...] = getattr(plan, "read", ())
        self._change(state=READING, pages_total=len(read))

    def opened(self, path: str) -> None:  # noqa: ARG002 - the protocol's
        self._change(pages_total=None)

    def page(self, path: str, failure: object | None) -> None:  # noqa: ARG002 - the protocol's
        done = self._progress
        failed = done.pages_failed + (failure is not None)
        self._change(pages=done.pages + 1, pages_failed=failed)

    def indexing(self, done: int, total: int) -> None:
        self._change(state=INDEXING, indexed=done, indexed_total=total)

    def end(self, state: str, **result: object) -> None:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        self._change(state=state, finished_at=now, **result)
        self._progress.write(self._directory)

    def _change(self, **fields: object) -> None:
        self._progress = replace(self._progress, **fields)  # type: ignore[arg-type]
        if time.monotonic() - self._written >= _SECONDS_BETWEEN:
            self._written = time.monotonic()
            self._progress.write(self._directory)


if __name__ == "__main__":
    main()
