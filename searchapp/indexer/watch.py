"""Follows the folders: what changes in them is read and committed, in small batches.

Around the run: it decides only when to run again, and over which paths. The lock is
held while a batch is read and committed, not in between, so that other commands get
their turn; the workers, with their models, are kept.
"""

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
from searchapp.indexer.options import ReindexOptions
from searchapp.indexer.run import add_roots, run_again
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
    options: ReindexOptions,
    on_summary: Callable[[Summary], None],
    on_watching: Callable[[Sequence[str]], None],
) -> None:
    """Index the paths, or those given before, and every change until asked to stop.

    `on_summary` is told of every run, `on_watching` of the paths once the first has ended.
    Raises SearchappError when they cannot be followed at all.
    """
    options = replace(options, wait=float("inf"))
    roots = add_roots(paths, options)
    find_sources([Path(root) for root in roots])
    with _explain_watch_errors(), options.pool() as pool:
        batches = _batches(roots, options)
        next(batches)  # from here on no change is missed
        on_summary(run_again(None, options, pool))
        on_watching(roots)
        options = replace(options, full=False, retry_failed=False)
        _follow(batches, roots, options, pool, on_summary)


def _follow(
    batches: Iterator[set[FileChange]],
    roots: Sequence[str],
    options: ReindexOptions,
    pool: Pool,
    on_summary: Callable[[Summary], None],
) -> None:
    pending = _PendingChanges(time.monotonic())
    for batch in batches:
        pending.paths |= set(_select_paths(batch, options.settings.index_dir.absolute()))
        if not pending.is_now(time.monotonic()):
            continue
        whole = pending.rescan_at <= time.monotonic() or not all(map(os.path.lexists, roots))
        try:
            on_summary(run_again(None if whole else _without_nested(pending.paths), options, pool))
        except (Cancelled, ModelError):
            raise
        except SearchappError as error:  # of the moment, or for someone to mend meanwhile
            options.reporter.notice(f"{error}; trying again in {_RETRY_SECONDS:.0f} s")
            pending.not_before = time.monotonic() + _RETRY_SECONDS
        else:
            pending = _PendingChanges(time.monotonic() if whole else pending.rescanned)


@dataclass
class _PendingChanges:
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


def _batches(roots: Sequence[str], options: ReindexOptions) -> Iterator[set[FileChange]]:
    """Changes as they come; an empty set now and then when there are none."""
    changes: Iterator[set[FileChange]] = watch(
        *roots,
        watch_filter=None,
        debounce=LONGEST_MS,
        step=QUIET_MS,
        rust_timeout=_LOOK_MS,
        yield_on_timeout=True,
        stop_event=options.cancel_token,
        raise_interrupt=False,
    )
    return changes


def _select_paths(batch: Iterable[FileChange], index: Path) -> Iterator[str]:
    """Paths worth a look: pages, containers, new folders, and whatever is gone."""
    for change, path in batch:
        if is_below(path, [str(index)]):
            continue
        new_folder = change is Change.added and os.path.isdir(path)  # noqa: PTH112 - str paths
        if change is Change.deleted or new_folder or is_page(path) or is_container(path):
            yield path


def _without_nested(paths: set[str]) -> list[str]:
    """The paths without those below others of them."""
    kept: list[str] = []
    for path in sorted(paths):
        if not kept or not is_below(path, kept[-1:]):
            kept.append(path)
    return kept


@contextmanager
def _explain_watch_errors() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.filename:
            raise
        raise SearchappError(
            f"the folders cannot be watched: {error}; allow more watches "
            "(sysctl fs.inotify.max_user_watches), or set WATCHFILES_FORCE_POLLING=1"
        ) from error
