"""Pages in, articles out, in worker processes that can be killed.

Between the ledger's list of what changed and the ledger's record of what was found.
A page that outlives its time limit costs itself and its worker, nothing else; a worker
that dies takes one page along. Such a page is tried once more, alone: in a fresh worker
and with no other page in flight, because what stopped it may have been left by the
pages before it, or taken by those beside it.

Every worker has a pipe of its own, so that killing one cannot damage another's.
"""

import contextlib
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from multiprocessing.connection import wait
from typing import Self

from searchapp.cancellation import CancelToken
from searchapp.errors import PageError, PageFault
from searchapp.workers.forkserver import ForkServer, WorkerProcess
from searchapp.workers.messages import Answer, Limits, Page, path_of

START_SECONDS = 120.0
_POLL_SECONDS = 0.2  # how soon a request to stop is heard
_MOST_WAITING = 8
_RETRIED = {PageFault.TIMEOUT, PageFault.CRASHED, PageFault.MEMORY}


def read_pages(
    pages: Iterable[Page], jobs: int, models: Mapping[str, str], limits: Limits
) -> Iterator[tuple[str, Answer]]:
    """Read every page with a pool that ends with them; see `Pool.read`."""
    with Pool(jobs, models, limits) as pool:
        yield from pool.read(pages)


class _Worker:
    """One process, and the page it is reading, if any."""

    def __init__(self, process: WorkerProcess, page: Page, seconds: float) -> None:
        self.process = process
        self.page: Page | None = None
        self.assign(page, seconds)

    def assign(self, page: Page, seconds: float) -> None:
        """Hand over a page. Only to a worker that waits for one: a large page fills the pipe."""
        self.page = page
        self.deadline = time.monotonic() + seconds
        with contextlib.suppress(OSError):  # a worker that is dead has closed its end: `receive`
            self.process.connection.send(page)

    def receive(self) -> Answer:
        """What it made of its page; its death is an answer too."""
        try:
            answer: Answer = self.process.connection.recv()
        except (EOFError, OSError):
            code = self.process.kill()
            message = f"ended the process that read it (exit {code})"
            answer = PageError(PageFault.CRASHED, message)
        return answer


@dataclass
class Pool:
    """Workers, started when there is a page for them and kept for the next run of pages.

    Raises ModelError when entities cannot be recognised.
    """

    jobs: int
    models: Mapping[str, str]
    limits: Limits
    _workers: list[_Worker] = field(default_factory=list)
    _to_retry: list[Page] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._forkserver = ForkServer(self.models, self.limits, START_SECONDS)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop_workers()
        self._forkserver.close()

    def read(
        self, pages: Iterable[Page], cancel_token: CancelToken | None = None
    ) -> Iterator[tuple[str, Answer]]:
        """Read every page, at most `jobs` at once; answers come by path as they finish.

        The next page is looked for while the workers are busy, and only that one, so memory
        does not grow with the archive. When asked to stop, drops the pages in flight.
        """
        cancel_token = cancel_token or CancelToken()
        waiting = iter(pages)
        upcoming = next(waiting, None)
        try:
            while not cancel_token.is_set():
                while upcoming is not None and self._assign(upcoming):
                    upcoming = next(waiting, None)
                if self._busy_workers():
                    yield from self._collect()
                elif self._to_retry:
                    yield from self._retry_isolated(self._to_retry.pop(), cancel_token)
                elif upcoming is None:
                    return
        finally:
            self._to_retry.clear()
            for worker in self._busy_workers():
                self._stop_worker(worker)

    def _busy_workers(self) -> list[_Worker]:
        return [worker for worker in self._workers if worker.page is not None]

    def _assign(self, page: Page) -> bool:
        """Give the page to a worker that is free; not while many wait to be retried."""
        if len(self._to_retry) >= _MOST_WAITING:
            return False
        for worker in self._workers:
            if worker.page is None:
                worker.assign(page, self.limits.seconds)
                return True
        if len(self._workers) < self.jobs:
            self._start_worker(page)
            return True
        return False

    def _start_worker(self, page: Page) -> None:
        process = self._forkserver.start()
        self._workers.append(_Worker(process, page, self.limits.seconds))

    def _collect(self) -> Iterator[tuple[str, Answer]]:
        """Wait a moment for answers, deaths and deadlines."""
        for worker, answer in self._answers():
            page = worker.page
            assert page is not None
            worker.page = None
            if isinstance(answer, PageError) and answer.fault in _RETRIED:
                self._to_retry.append(page)
            else:
                yield path_of(page), answer

    def _retry_isolated(
        self, page: Page, cancel_token: CancelToken
    ) -> Iterator[tuple[str, Answer]]:
        """The page's last chance: what comes of it now is its outcome."""
        self._stop_workers()
        self._start_worker(page)
        while not cancel_token.is_set():
            for worker, answer in self._answers():
                worker.page = None
                yield path_of(page), _note_second_failure(answer)
                return

    def _answers(self) -> Iterator[tuple[_Worker, Answer]]:
        """The workers that are done with their page; those that cannot go on are dismissed."""
        busy = self._busy_workers()
        nearest = min(worker.deadline for worker in busy) - time.monotonic()
        connections = [worker.process.connection for worker in busy]
        answered = wait(connections, timeout=min(max(nearest, 0), _POLL_SECONDS))
        for worker in busy:
            connection = worker.process.connection
            # asked again: what came before may have waited for the next page to be found
            if connection in answered or connection.poll():
                answer = worker.receive()
            elif worker.deadline <= time.monotonic():
                limit = f"took longer than {self.limits.seconds:g} s (setting page_seconds)"
                answer = PageError(PageFault.TIMEOUT, limit)
            else:
                continue
            if isinstance(answer, PageError) and answer.fault in _RETRIED:
                self._stop_worker(worker)
            yield worker, answer

    def _stop_worker(self, worker: _Worker) -> None:
        worker.process.kill()
        self._workers.remove(worker)

    def _stop_workers(self) -> None:
        for worker in list(self._workers):
            self._stop_worker(worker)


def _note_second_failure(answer: Answer) -> Answer:
    if isinstance(answer, PageError) and answer.fault in _RETRIED:
        return PageError(answer.fault, f"{answer}; tried twice, the second time alone")
    return answer
