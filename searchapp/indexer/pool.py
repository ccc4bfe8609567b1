"""Pages in, articles out, in worker processes that can be killed.

Between the ledger's list of what changed and the ledger's record of what was found.
A page that outlives its time limit costs itself and its worker, nothing else; a
worker that dies takes one page along, which is tried once more in a fresh worker,
because the memory it died of may have been left by the pages before.

Every worker has a pipe of its own, so that killing one cannot damage another's.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from multiprocessing.connection import wait

from searchapp.errors import PageError, PageFault, SearchappError
from searchapp.indexer.worker import Answer, Limits, Page, serve
from searchapp.model import RawPage

START_SECONDS = 120.0
_RETRIED = {PageFault.CRASHED, PageFault.MEMORY}


def read_pages(
    pages: Iterable[Page], jobs: int, models: Mapping[str, str], limits: Limits
) -> Iterator[tuple[str, Answer]]:
    """Read every page, at most `jobs` at once; answers come by path as they finish.

    Takes the next page only when a worker is free for it, so memory does not grow
    with the archive. Raises ModelError when entities cannot be recognised.
    """
    pool = _Pool(iter(pages), models, limits)
    try:
        pool.start(jobs)
        while pool.workers:
            yield from pool.settle()
    finally:
        pool.stop()


class _Worker:
    """One process and the page it is reading; it always has one."""

    def __init__(self, page: Page, models: Mapping[str, str], limits: Limits) -> None:
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self.process = context.Process(
            target=serve, args=(theirs, dict(models), limits), daemon=True
        )
        self.process.start()
        theirs.close()
        self.page = page
        self.ready = False
        self.answers = 0
        self.deadline = time.monotonic() + START_SECONDS

    def assign(self, page: Page, seconds: float) -> None:
        """Hand over a page. Only to a worker that waits for one: a large page fills the pipe."""
        self.page = page
        self.deadline = time.monotonic() + seconds
        with contextlib.suppress(OSError):  # a worker that is dead has closed its end: `settle`
            self.connection.send(page)

    def kill(self) -> None:
        self.process.kill()
        self.process.join()
        self.connection.close()


@dataclass
class _Pool:
    """The pages still to read and the workers, each busy with one."""

    pages: Iterator[Page]
    models: Mapping[str, str]
    limits: Limits

    def __post_init__(self) -> None:
        self.workers: list[_Worker] = []

    def start(self, jobs: int) -> None:
        for _ in range(jobs):
            if (page := next(self.pages, None)) is not None:
                self._hire(page)

    def stop(self) -> None:
        for worker in self.workers:
            worker.kill()
        self.workers.clear()

    def settle(self) -> Iterator[tuple[str, Answer]]:
        """Wait for the next answer, death or deadline; keep every worker busy."""
        nearest = min(worker.deadline for worker in self.workers) - time.monotonic()
        connections = [worker.connection for worker in self.workers]
        answered = wait(connections, timeout=max(nearest, 0))
        for worker in list(self.workers):
            # asked again: what came before may have waited for the next page to be found
            if worker.connection in answered or worker.connection.poll():
                yield from self._receive(worker)
            elif worker.deadline <= time.monotonic():
                yield self._overdue(worker)

    def _receive(self, worker: _Worker) -> Iterator[tuple[str, Answer]]:
        try:
            message = worker.connection.recv()
        except (EOFError, OSError):
            message = self._death(worker)
        if not worker.ready and not isinstance(message, PageError):
            self._begin(worker, message)
            return
        page, alone = worker.page, worker.answers == 0
        if isinstance(message, PageError) and message.fault in _RETRIED:
            self._replace(worker, None if alone else page)
            if not alone:
                return
        else:
            self._continue(worker)
        yield _path(page), message

    def _begin(self, worker: _Worker, complaint: SearchappError | None) -> None:
        if complaint is not None:
            raise complaint
        worker.ready = True
        worker.assign(worker.page, self.limits.seconds)

    def _continue(self, worker: _Worker) -> None:
        worker.answers += 1
        if (page := next(self.pages, None)) is not None:
            worker.assign(page, self.limits.seconds)
        else:
            self._dismiss(worker)

    def _overdue(self, worker: _Worker) -> tuple[str, Answer]:
        if not worker.ready:
            raise SearchappError(f"a worker did not start within {START_SECONDS:.0f} seconds")
        self._replace(worker, None)
        limit = f"took longer than {self.limits.seconds:g} s (setting page_seconds)"
        return _path(worker.page), PageError(PageFault.TIMEOUT, limit)

    def _death(self, worker: _Worker) -> PageError:
        worker.process.join()
        if not worker.ready:
            raise SearchappError(f"a worker died at its start (exit {worker.process.exitcode})")
        code = worker.process.exitcode
        return PageError(PageFault.CRASHED, f"ended the process that read it (exit {code})")

    def _replace(self, worker: _Worker, page: Page | None) -> None:
        self._dismiss(worker)
        page = page if page is not None else next(self.pages, None)
        if page is not None:
            self._hire(page)

    def _hire(self, page: Page) -> None:
        self.workers.append(_Worker(page, self.models, self.limits))

    def _dismiss(self, worker: _Worker) -> None:
        worker.kill()
        self.workers.remove(worker)


def _path(page: Page) -> str:
    return page.path if isinstance(page, RawPage) else page
