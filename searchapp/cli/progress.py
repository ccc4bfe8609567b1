"""How a run shows itself: a bar on a terminal, events for programs, nothing in a pipe."""

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from searchapp.cli.run_report import plan_facts
from searchapp.indexer.events import Reporter
from searchapp.indexer.plan import Plan
from searchapp.ledger.rows import Failure
from searchapp.sources.listing import printable

EVENT_SECONDS = 1.0


@contextmanager
def reporter_for(stream: TextIO, *, events: bool = False) -> Iterator[Reporter]:
    """A reporter that fits, closed when the block ends.

    With `events`, writes them to standard output; else to the stream what fits it.
    """
    if events:
        yield _Events(sys.stdout)
    elif not stream.isatty():
        yield _Quiet(stream)
    else:
        with _bar(Console(file=stream)) as progress:
            yield _Bar(progress)


class _Quiet(Reporter):
    """Says only what was not to be expected; the account comes at the end."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def notice(self, message: str) -> None:
        print(printable(message), file=self._stream, flush=True)


class _Bar(Reporter):
    """Bytes done of bytes planned, and in pages: done, per second, failed, the current one.

    How many pages are in a container is not known, how many bytes it has is.
    """

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task = self._begin("listing", None)
        self._names: TaskID | None = None
        self._engine: TaskID | None = None
        self._vectors: TaskID | None = None

    def notice(self, message: str) -> None:
        self._progress.console.print(printable(message), markup=False, highlight=False)

    def planned(self, plan: Plan) -> None:
        self._progress.remove_task(self._task)
        self._task = self._begin("reading", plan.bytes)
        self._recognise = plan.recognise
        self._names = self._engine = self._vectors = None

    def opened(self, path: str) -> None:
        self._progress.update(self._task, file=_name(path))

    def page(self, path: str, failure: Failure | None) -> None:
        self._count(self._task, path, failure)

    def recognised(self, path: str, failure: Failure | None) -> None:
        if self._names is None:
            self._names = self._begin("names", self._recognise)
        self._progress.advance(self._names)
        self._count(self._names, path, failure)

    def advanced(self, size: int) -> None:
        self._progress.advance(self._task, size)

    def indexing(self, done: int, total: int) -> None:
        if self._engine is None:
            self._progress.update(self._task, visible=False)
            self._engine = self._begin("indexing", total)
        self._progress.update(self._engine, completed=done, pages=done)

    def comparing(self, done: int, total: int) -> None:
        if self._vectors is None:
            self._vectors = self._begin("vectors", total)
        self._progress.update(self._vectors, completed=done, pages=done)

    def _begin(self, what: str, total: int | None) -> TaskID:
        return self._progress.add_task(what, total=total, pages=0, failed=0, file="")

    def _count(self, task: TaskID, path: str, failure: Failure | None) -> None:
        fields = next(t for t in self._progress.tasks if t.id == task).fields
        self._progress.update(
            task,
            pages=fields["pages"] + 1,
            failed=fields["failed"] + (failure is not None),
            file=_name(path),
        )


class _Events(Reporter):
    """One JSON object per line; docs/commands.md has the schema."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._started = self._emitted = time.monotonic()
        self._pages = self._failed = self._bytes = self._total = 0

    def notice(self, message: str) -> None:
        self._emit("notice", message=printable(message))

    def planned(self, plan: Plan) -> None:
        self._started = time.monotonic()
        self._pages = self._failed = self._bytes = 0
        self._total = plan.bytes
        self._emit("planned", **plan_facts(plan))

    def opened(self, path: str) -> None:
        self._emit("opened", path=printable(path))

    def page(self, path: str, failure: Failure | None) -> None:
        self._pages += 1
        if failure:
            self._failed += 1
            self._emit("failed", path=printable(path), fault=failure.fault, message=failure.message)
        if self._is_due():
            self._emit(
                "progress",
                pages=self._pages,
                failed=self._failed,
                bytes=self._bytes,
                bytes_total=self._total,
                pages_per_second=round(self._pages / (time.monotonic() - self._started), 1),
                path=printable(path),
            )

    def recognised(self, path: str, failure: Failure | None) -> None:
        self.page(path, failure)

    def advanced(self, size: int) -> None:
        self._bytes += size

    def committed(self, documents: int) -> None:
        self._emit("committed", documents=documents)

    def indexing(self, done: int, total: int) -> None:
        if done == total or self._is_due():
            self._emit("indexing", documents=done, total=total)

    def comparing(self, done: int, total: int) -> None:
        if done == total or self._is_due():
            self._emit("vectors", documents=done, total=total)

    def _is_due(self) -> bool:
        return time.monotonic() - self._emitted >= EVENT_SECONDS

    def _emit(self, event: str, **values: Any) -> None:
        self._emitted = time.monotonic()
        line = json.dumps({"event": event, **values}, ensure_ascii=False)
        print(line, file=self._stream, flush=True)


def _name(path: str) -> str:
    return printable(path.rpartition("/")[2])


class _Rate(ProgressColumn):
    """Pages per second since the start."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.fields['pages'] / (task.elapsed or 1):.1f}/s")


def _bar(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[pages]} pages"),
        _Rate(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[failed]} failed"),
        TextColumn("{task.fields[file]}"),
        console=console,
        transient=True,
        refresh_per_second=4,
    )
