"""A process that has loaded everything, from which workers are forked.

Under `pool`. The server loads the models once, reads a first page so that no later one
pays for what libraries load on first use, and forks a worker whenever it is asked for
one: that takes milliseconds, and the workers share the models' memory. It has one thread
and no files open, which is what makes forking safe. Why it is not the standard library's:
docs/decisions/0002-workers.md.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from multiprocessing.connection import Connection
from multiprocessing.reduction import recv_handle, send_handle

from searchapp.cancellation import CancelToken
from searchapp.errors import ModelError, SearchappError
from searchapp.process_limits import name_exit, name_memory_limit, warn_before_cpu_limit
from searchapp.workers.messages import Limits
from searchapp.workers.work_clock import WorkClock

_POLL_SECONDS = 0.2  # how soon a request to stop is heard

_ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
_PR_SET_PDEATHSIG = 1  # linux/prctl.h


class WorkerProcess:
    """A worker process, and our end of its pipe."""

    def __init__(self, forkserver: ForkServer, pid: int, connection: Connection) -> None:
        self.connection, self.pid = connection, pid
        self._forkserver = forkserver
        self._code: int | None = None

    def kill(self) -> int | None:
        """Kill it if it lives; the code it ended with, negative for a signal, None if unknown."""
        if not self.connection.closed:
            self.connection.close()
            self._code = self._forkserver.kill(self.pid)
        return self._code


class ForkServer:
    """Starts workers; itself started with the first of them."""

    def __init__(self, models: Mapping[str, str], limits: Limits, seconds: float) -> None:
        self._models, self._limits, self._seconds = dict(models), limits, seconds
        self._control: Connection | None = None

    def start(self, cancel_token: CancelToken) -> WorkerProcess:
        """A new worker. Raises ModelError, Cancelled, and SearchappError when none can be had."""
        for control in (self._control or self._launch(cancel_token), None):
            try:
                return self._fork(control or self._launch(cancel_token))
            except (EOFError, OSError):  # killed since the last time
                self.close()
        raise SearchappError("no worker can be started; look for a lack of memory or processes")

    def kill(self, pid: int) -> int | None:
        """Kill a worker; its exit code, if the server is still there to tell."""
        if self._control is None:
            return None
        try:
            self._control.send(pid)
            code: int = self._control.recv()
        except (EOFError, OSError):
            return None
        return code

    def close(self) -> None:
        """End the server, and with it all workers."""
        if self._control is not None:
            self._process.kill()
            self._process.join()
            self._control.close()
            self._control = None

    def _launch(self, cancel_token: CancelToken) -> Connection:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        self._process = context.Process(
            target=_run_server, args=(theirs, self._models, self._limits), daemon=True
        )
        with _limit_threads():
            self._process.start()
        theirs.close()
        self._control = ours
        self._await_ready(ours, cancel_token)
        return ours

    def _await_ready(self, control: Connection, cancel_token: CancelToken) -> None:
        try:
            self._poll(control, cancel_token)
            error: SearchappError | None = control.recv()
        except EOFError:
            self._process.join()
            code = name_exit(self._process.exitcode)
            error = SearchappError(f"a worker died at its start ({code})")
        except SearchappError as cancelled:
            error = cancelled
        if error is not None:
            self.close()
            raise error

    def _poll(self, control: Connection, cancel_token: CancelToken) -> None:
        assert self._process.pid is not None
        clock = WorkClock(self._process.pid, self._seconds, "at its start")
        while not control.poll(_POLL_SECONDS):
            cancel_token.check()
            if excess := clock.excess():
                raise SearchappError(f"no worker was ready: it {excess}")

    def _fork(self, control: Connection) -> WorkerProcess:
        ours, theirs = multiprocessing.Pipe()
        with theirs:
            control.send(None)
            send_handle(control, theirs.fileno(), self._process.pid)
        return WorkerProcess(self, control.recv(), ours)


@contextlib.contextmanager
def _limit_threads() -> Iterator[None]:
    """A process started here has no threads of numerical libraries."""
    before = {name: os.environ.get(name) for name in _ONE_THREAD}
    os.environ.update(dict.fromkeys(_ONE_THREAD, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _run_server(control: Connection, models: Mapping[str, str], limits: Limits) -> None:
    """The server's process: says that it is ready, then forks and reaps as it is told.

    It first sends None, or the SearchappError that keeps workers from working. Then it gets
    None and a pipe's handle (answer: the worker's process id), or the id of a worker to
    kill (answer: its exit code).
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides when to stop
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGXCPU, signal.SIG_DFL)
    warn_before_cpu_limit()
    _die_with_parent()
    with contextlib.suppress(EOFError, OSError):  # the parent is gone
        try:
            # Imported here, so that it comes after the limit on threads.
            from searchapp.workers import worker  # noqa: PLC0415

            recogniser = worker.prepare(models, limits)
        except ModelError as error:
            control.send(error)
            return
        except MemoryError:
            limit = name_memory_limit("there is no more")
            control.send(SearchappError(f"a worker needs more memory to start ({limit})"))
            return
        gc.collect()
        gc.freeze()  # so that collecting does not touch, and thereby copy, what is shared
        control.send(None)
        _serve_requests(control, lambda pipe: worker.serve(pipe, recogniser, limits))


def _serve_requests(control: Connection, work: Callable[[Connection], None]) -> None:
    while True:
        request = control.recv()
        if request is not None:
            control.send(_reap(request))
            continue
        handle = recv_handle(control)
        pid = os.fork()
        if pid == 0:
            try:
                control.close()
                _die_with_parent()
                work(Connection(handle))
            finally:
                os._exit(0)
        os.close(handle)
        control.send(pid)


def _reap(pid: int) -> int | None:
    with contextlib.suppress(ChildProcessError, ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return None


def _die_with_parent() -> None:
    """A worker in the midst of a page notices nothing: have the kernel end it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
