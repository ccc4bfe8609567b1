"""Pages in, articles out, in worker processes that can be killed.

Between the ledger's list of what changed and the ledger's record of what was found.
A page that works for longer than its time limit costs itself and its worker, nothing else; a worker
that dies takes one page along. Such a page is tried once more, alone: in a fresh worker
and with no other page in flight, because what stopped it may have been left by the
pages before it, or taken by those beside it.

Every worker has a pipe of its own, so that killing one cannot damage another's.
"""

import contextlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from multiprocessing.connection import wait
from typing import Self

from searchapp.cancellation import Cancelled, CancelToken
from searchapp.errors import PageError, PageFault
from searchapp.process_limits import cpu_limit, cpu_seconds, name_exit
from searchapp.workers.forkserver import ForkServer, WorkerProcess
from searchapp.workers.messages import Answer, ContainerFile, ContainerPart, Limits, Page, path_of
from searchapp.workers.work_clock import WorkClock

START_SECONDS = 120.0  # of CPU time
_SETTING = "setting page_seconds"
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
        self.clock = WorkClock(process.pid, seconds, _SETTING)
        self.assign(page)

    def assign(self, page: Page) -> None:
        """Hand over a page. Only to a worker that waits for one: a large page fills the pipe."""
        self.page = page
        self.clock.restart()
        with contextlib.suppress(OSError):  # a worker that is dead has closed its end: `receive`
            self.process.connection.send(page)

    def receive(self) -> Answer:
        """What it made of its page; its death is an answer too."""
        try:
            answer: Answer = self.process.connection.recv()
        except (EOFError, OSError):
            answer = _death(self.process)
        return answer

    def is_spent(self) -> bool:
        """Whether the process may not live through another page (`ulimit -t`)."""
        limit = cpu_limit()
        return limit is not None and (
            (cpu_seconds(self.process.pid) or 0.0) + self.clock.seconds > limit
        )


def _death(process: WorkerProcess) -> PageError:
    code = name_exit(process.kill())
    return PageError(PageFault.CRASHED, f"ended the process that read it ({code})")


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
        try:
            yield from self._read(iter(pages), cancel_token)
        except Cancelled:
            return
        finally:
            self._to_retry.clear()
            for worker in self._busy_workers():
                self._stop_worker(worker)

    def walk(self, path: str, cancel_token: CancelToken | None = None) -> Iterator[ContainerPart]:
        """Every entry of a container, and how far it is read, by a process of its own.

        From one entry to the next (or 16 MiB of the file), what holds for a page holds. Raises
        PageError, behind the entries that are good, and Cancelled.
        """
        cancel_token = cancel_token or CancelToken()
        process = self._forkserver.start(cancel_token)
        try:
            yield from self._parts(process, path, cancel_token)
        finally:
            process.kill()

    def _parts(
        self, process: WorkerProcess, path: str, cancel_token: CancelToken
    ) -> Iterator[ContainerPart]:
        clock = WorkClock(process.pid, self.limits.seconds, _SETTING)
        try:
            process.connection.send(ContainerFile(path))
            while True:
                clock.restart()
                cancel_token.check()
                while not process.connection.poll(_POLL_SECONDS):
                    cancel_token.check()
                    if excess := clock.excess():
                        raise PageError(PageFault.TIMEOUT, f"{excess}; the rest is not read")
                part: ContainerPart | PageError | None = process.connection.recv()
                if part is None:
                    return
                if isinstance(part, PageError):
                    raise part
                yield part
        except (EOFError, OSError) as error:
            raise _death(process) from error

    def _read(
        self, waiting: Iterator[Page], cancel_token: CancelToken
    ) -> Iterator[tuple[str, Answer]]:
        upcoming = next(waiting, None)
        while not cancel_token.is_set():
            while upcoming is not None and self._assign(upcoming, cancel_token):
                upcoming = next(waiting, None)
            if self._busy_workers():
                yield from self._collect()
            elif self._to_retry:
                yield from self._retry_isolated(self._to_retry.pop(), cancel_token)
            elif upcoming is None:
                return

    def _busy_workers(self) -> list[_Worker]:
        return [worker for worker in self._workers if worker.page is not None]

    def _assign(self, page: Page, cancel_token: CancelToken) -> bool:
        """Give the page to a worker that is free; not while many wait to be retried."""
        if len(self._to_retry) >= _MOST_WAITING:
            return False
        for worker in [worker for worker in self._workers if worker.page is None]:
            if not worker.is_spent():
                worker.assign(page)
                return True
            self._stop_worker(worker)
        if len(self._workers) < self.jobs:
            self._start_worker(page, cancel_token)
            return True
        return False

    def _start_worker(self, page: Page, cancel_token: CancelToken) -> None:
        process = self._forkserver.start(cancel_token)
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
        self._start_worker(page, cancel_token)
        while not cancel_token.is_set():
            for worker, answer in self._answers():
                worker.page = None
                yield path_of(page), _note_second_failure(answer)
                return

    def _answers(self) -> Iterator[tuple[_Worker, Answer]]:
        """The workers that are done with their page; those that cannot go on are dismissed."""
        busy = self._busy_workers()
        connections = [worker.process.connection for worker in busy]
        answered = wait(connections, timeout=_POLL_SECONDS)
        for worker in busy:
            connection = worker.process.connection
            # asked again: what came before may have waited for the next page to be found
            if connection in answered or connection.poll():
                answer = worker.receive()
            elif excess := worker.clock.excess():
                answer = PageError(PageFault.TIMEOUT, excess)
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
