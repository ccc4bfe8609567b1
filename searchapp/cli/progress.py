"""How a run shows itself: a bar on a terminal, plain lines in a pipe."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from searchapp.indexer.archive import printable
from searchapp.indexer.outcomes import Failure
from searchapp.indexer.planning import Plan
from searchapp.indexer.reindex import Reporter

PLAIN_SECONDS = 10.0


@contextmanager
def reporter_for(stream: TextIO) -> Iterator[Reporter]:
    """A reporter that fits the stream, closed when the block ends."""
    if not stream.isatty():
        yield _Plain(stream)
        return
    with _bar(Console(file=stream)) as progress:
        yield _Bar(progress)


class _Bar:
    """Pages done of pages planned, pages/s, time left, failures, and the current file."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._pages = progress.add_task("reading", total=None, failed=0, file="")
        self._indexed: TaskID | None = None

    def notice(self, message: str) -> None:
        self._progress.console.print(message, markup=False, highlight=False)

    def planned(self, plan: Plan) -> None:
        self._progress.update(self._pages, total=len(plan.read))

    def opened(self, path: str) -> None:
        self._progress.update(self._pages, total=None, file=printable(path.rpartition("/")[2]))

    def page(self, path: str, failure: Failure | None) -> None:
        task = self._progress.tasks[self._pages]
        failed = task.fields["failed"] + (failure is not None)
        name = printable(path.rpartition("/")[2])
        self._progress.update(self._pages, advance=1, failed=failed, file=name)

    def indexing(self, done: int, total: int) -> None:
        if self._indexed is None:
            self._progress.update(self._pages, visible=False)
            self._indexed = self._progress.add_task("indexing", total=total, failed=0, file="")
        self._progress.update(self._indexed, completed=done)


class _Plain:
    """A line now and then, and one for each failure."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._started = self._said = time.monotonic()
        self._done = self._failed = 0
        self._total: int | None = 0

    def notice(self, message: str) -> None:
        self._say(message)

    def planned(self, plan: Plan) -> None:
        self._total = len(plan.read)
        self._say(
            f"{self._total} files to read, {plan.unchanged} pages unchanged, "
            f"{len(plan.gone)} files removed"
        )

    def opened(self, path: str) -> None:
        self._total = None
        self._say(f"reading {path}")

    def page(self, path: str, failure: Failure | None) -> None:
        self._done += 1
        if failure:
            self._failed += 1
            self._say(f"failed: {path}: {failure.message}")
        if time.monotonic() - self._said >= PLAIN_SECONDS:
            rate = self._done / (time.monotonic() - self._started)
            of = left = ""
            if self._total is not None:
                of = f" of {self._total}"
                left = f"{(self._total - self._done) / rate:.0f} s left, "
            self._say(f"{self._done}{of} pages, {rate:.1f} pages/s, {left}{self._failed} failed")

    def indexing(self, done: int, total: int) -> None:
        if done == total or time.monotonic() - self._said >= PLAIN_SECONDS:
            self._say(f"{done} of {total} documents indexed")

    def _say(self, line: str) -> None:
        self._said = time.monotonic()
        print(printable(line), file=self._stream, flush=True)


class _Rate(ProgressColumn):
    """Items per second since the start."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.finished_speed or task.speed or 0:.1f}/s")


def _bar(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        _Rate(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[failed]} failed"),
        TextColumn("{task.fields[file]}"),
        console=console,
        transient=True,
    )
