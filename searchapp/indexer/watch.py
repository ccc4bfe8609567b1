"""Follows the folders: what changes in them is read and committed, in small batches.

Around the run: it decides only when to run again, and over which paths. The lock is
held while a batch is read and committed, not in between, so that other commands get
their turn; the workers, with their models, are kept.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from watchfiles import Change, watch
from watchfiles.main import FileChange

from searchapp.cancellation import Cancelled
from searchapp.errors import ModelError, SearchappError
from searchapp.indexer.events import Summary
from searchapp.indexer.run import Job, add_roots, run_again
from searchapp.sources.formats import is_container, is_page
from searchapp.sources.listing import find_sources, is_below
from searchapp.workers.pool import Pool

QUIET_MS = 100
"""A batch is closed when nothing has changed for so long ..."""
LONGEST_MS = 1_000
"""... or so long after its first change."""
RESCAN_SECONDS = 3_600.0
"""The kernel drops changes that come too fast: now and then everything is compared."""
_LOOK_MS = 200
_RETRY_SECONDS = 10.0


def follow(
    paths: Sequence[Path],
    job: Job,
    heard: Callable[[Summary], None],
    watching: Callable[[Sequence[str]], None],
) -> None:
    """Index the paths, or those given before, and every change until asked to stop.

    `heard` is told of every run, `watching` of the paths once the first has ended.
    Raises SearchappError when they cannot be followed at all.
    """
    job = replace(job, wait=float("inf"))
    roots = add_roots(paths, job)
    find_sources([Path(root) for root in roots])
    with _explained(), job.pool() as pool:
        batches = _batches(roots, job)
        next(batches)  # from here on no change is missed
        heard(run_again(None, job, pool))
        watching(roots)
        job = replace(job, full=False, retry_failed=False)
        _follow(batches, roots, job, pool, heard)


def _follow(
    batches: Iterator[set[FileChange]],
    roots: Sequence[str],
    job: Job,
    pool: Pool,
    heard: Callable[[Summary], None],
) -> None:
    due = _Due(time.monotonic())
    for batch in batches:
        due.paths |= set(_concerned(batch, job.settings.index_dir.absolute()))
        if not due.is_now(time.monotonic()):
            continue
        whole = due.rescan_at <= time.monotonic() or not all(map(os.path.lexists, roots))
        try:
            heard(run_again(None if whole else _topmost(due.paths), job, pool))
        except (Cancelled, ModelError):
            raise
        except SearchappError as error:  # of the moment, or for someone to mend meanwhile
            job.reporter.notice(f"{error}; trying again in {_RETRY_SECONDS:.0f} s")
            due.not_before = time.monotonic() + _RETRY_SECONDS
        else:
            due = _Due(time.monotonic() if whole else due.rescanned)


@dataclass
class _Due:
    """What has changed and was not looked at yet."""

    rescanned: float
    not_before: float = 0.0

    def __post_init__(self) -> None:
        self.paths: set[str] = set()

    @property
    def rescan_at(self) -> float:
        return self.rescanned + RESCAN_SECONDS

    def is_now(self, now: float) -> bool:
        return now >= self.not_before and (bool(self.paths) or now >= self.rescan_at)


def _batches(roots: Sequence[str], job: Job) -> Iterator[set[FileChange]]:
    """Changes as they come; an empty set now and then when there are none."""
    changes: Iterator[set[FileChange]] = watch(
        *roots,
        watch_filter=None,
        debounce=LONGEST_MS,
        step=QUIET_MS,
        rust_timeout=_LOOK_MS,
        yield_on_timeout=True,
        stop_event=job.cancel_token,
        raise_interrupt=False,
    )
    return changes


def _concerned(batch: Iterable[FileChange], index: Path) -> Iterator[str]:
    """Paths worth a look: pages, containers, new folders, and whatever is gone."""
    for change, path in batch:
        if is_below(path, [str(index)]):
            continue
        new_folder = change is Change.added and os.path.isdir(path)  # noqa: PTH112 - str paths
        if change is Change.deleted or new_folder or is_page(path) or is_container(path):
            yield path


def _topmost(paths: set[str]) -> list[str]:
    """The paths without those below others of them."""
    kept: list[str] = []
    for path in sorted(paths):
        if not kept or not is_below(path, kept[-1:]):
            kept.append(path)
    return kept


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.filename:
            raise
        raise SearchappError(
            f"the folders cannot be watched: {error}; allow more watches "
            "(sysctl fs.inotify.max_user_watches), or set WATCHFILES_FORCE_POLLING=1"
        ) from error
