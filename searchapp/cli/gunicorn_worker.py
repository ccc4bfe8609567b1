"""The gunicorn worker of `serve`: one loop holds the connections, threads answer whole requests.

A client that sends or takes its bytes slowly costs a socket and a buffer, never a thread: heads
are read and answers are sent in the loop, under limits of size, time and rate. A body is never
read, for no address has a use for one.
"""

import os
import selectors
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from queue import SimpleQueue
from typing import Any

from gunicorn.glogging import Logger
from gunicorn.workers.sync import SyncWorker

from searchapp.cli.connection import Connection, Phase
from searchapp.cli.refusal import CapturedAnswer, path_of, refusal

# All set by hand. Each thread opens a searcher of its own; an export may wait for its reader.
THREADS, EXPORT_THREADS = 4, 2
MOST_CONNECTIONS, MOST_EXPORTS_WAITING = 400, 100
MAX_LINE, MAX_HEAD = 8190, 32 * 1024
HEAD_SECONDS, LINGER_SECONDS = 10.0, 2.0
LONGEST_LOGGED = 1000
_LOOK_SECONDS = 0.25
_YIELD_SECONDS = 0.001
_EXPORTS = (b".csv", b".jsonl")
_READ, _WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE
_Handler = Callable[[], None]


class BoundedLogger(Logger):
    """An access log of which no request makes a long line."""

    def atoms(self, resp: Any, req: Any, environ: Any, request_time: Any) -> Any:
        """What a line can name, each part cut."""
        named: Any = super().atoms(resp, req, environ, request_time)
        return {name: _shorten(value) for name, value in named.items()}


class BufferingWorker(SyncWorker):
    """Accepts, reads heads and sends answers in one loop; the application runs in threads."""

    def run(self) -> None:
        """Serve until told to stop, then until every answer at hand is sent."""
        self._selector = selectors.DefaultSelector()
        self._connections: set[Connection] = set()
        self._changed: SimpleQueue[Connection] = SimpleQueue()
        self._lanes = self._start_threads(THREADS), self._start_threads(EXPORT_THREADS)
        self._accepting = False
        self._selector.register(self.PIPE[0], _READ, self._on_wake)
        for listener in self.sockets:
            listener.settimeout(0)
        while (self.alive or self._connections) and self.is_parent_alive():
            self._accept_while_free()
            for key, _ in self._selector.select(_LOOK_SECONDS):
                key.data()
            self._enforce_limits(time.monotonic())

    def _start_threads(self, number: int) -> SimpleQueue[Connection]:
        lane: SimpleQueue[Connection] = SimpleQueue()
        for _ in range(number):
            threading.Thread(target=self._answer_all, args=(lane,), daemon=True).start()
        return lane

    def _answer_all(self, lane: SimpleQueue[Connection]) -> None:
        while True:
            connection = lane.get()
            connection.take()
            handle: Callable[..., None] = self.handle  # a connection is as good as a socket
            handle(connection.listener, connection, connection.address)

    def _accept_while_free(self) -> None:
        """While all threads are taken, another worker may be the one to accept."""
        self._busy = sum(one.is_answering() for one in self._connections)
        room = self._busy < THREADS and len(self._connections) < MOST_CONNECTIONS
        wanted = self.alive and room
        if wanted is self._accepting:
            return
        self._accepting = wanted
        for listener in self.sockets:
            if wanted:
                self._selector.register(listener, _READ, self._accept_from(listener))
            else:
                self._selector.unregister(listener)

    def _accept_from(self, listener: Any) -> _Handler:
        def accept() -> None:
            if self._busy:  # an idle worker goes first
                time.sleep(_YIELD_SECONDS)
            with suppress(BlockingIOError, ConnectionAbortedError):
                sock, address = listener.accept()
                connection = Connection(sock, address, listener, self._wake)
                self._connections.add(connection)
                self._watch(connection, _READ, self._on_head)

        return accept

    def _watch(
        self, connection: Connection, events: int, handler: Callable[[Connection], None]
    ) -> None:
        with suppress(KeyError, ValueError):  # not watched, or closed
            self._selector.unregister(connection.sock)
        if events:
            self._selector.register(connection.sock, events, lambda: handler(connection))

    def _on_head(self, connection: Connection) -> None:
        """More of a head: a whole one goes to a thread, too long a one is refused."""
        if not connection.receive():
            self._drop(connection)
            return
        line, head = connection.measure()
        if line > MAX_LINE:
            status, limit = HTTPStatus.REQUEST_URI_TOO_LONG, MAX_LINE
            self._refuse(connection, status, f"the request line has more than {limit:,} bytes")
        elif head > MAX_HEAD:
            status, limit = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, MAX_HEAD
            self._refuse(connection, status, f"the headers have more than {limit:,} bytes")
        elif connection.is_whole():
            self._queue(connection)

    def _queue(self, connection: Connection) -> None:
        """Hand a whole head to the threads of its kind."""
        exports = _is_export(connection.head)
        if exports and self._lanes[exports].qsize() >= MOST_EXPORTS_WAITING:
            why = "too many exports are asked for at the moment; try again later"
            self._refuse(connection, HTTPStatus.SERVICE_UNAVAILABLE, why)
            return
        self._watch(connection, 0, self._on_head)
        connection.phase = Phase.EXPORTING if exports else Phase.ANSWERING
        self._lanes[exports].put(connection)

    def _refuse(self, connection: Connection, status: HTTPStatus, why: str) -> None:
        self.log.debug("%s for %s: %s", status.value, connection.address, why)
        self._watch(connection, 0, self._on_head)
        connection.phase = Phase.ANSWERING
        connection.take()
        with suppress(BrokenPipeError):
            connection.sendall(refusal(status, why, path_of(connection.head)))
        connection.close()

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        """Log what gunicorn logs of a head that is malformed, and say what is wrong with it."""
        page: Any = CapturedAnswer(client)
        super().handle_error(req, page, addr, exc)
        status = page.status()
        failed = status == HTTPStatus.INTERNAL_SERVER_ERROR
        why = "the server failed; its log says why" if failed else str(exc)
        with suppress(BrokenPipeError):
            client.sendall(refusal(status, why, path_of(client.head_taken)))

    def _wake(self, connection: Connection) -> None:
        self._changed.put(connection)
        with suppress(BlockingIOError):  # full: the loop will wake
            os.write(self.PIPE[1], b".")

    def _on_wake(self) -> None:
        with suppress(BlockingIOError):
            os.read(self.PIPE[0], 4096)
        while not self._changed.empty():
            self._advance(self._changed.get())

    def _advance(self, connection: Connection) -> None:
        """See to an answer, or a piece of one, that is written."""
        if connection not in self._connections or connection.phase is Phase.LINGERING:
            return
        answered = connection.answered  # looked at first: what is written after it is another piece
        connection.flush()
        if connection.phase is Phase.GONE:
            self._drop(connection)
        elif connection.has_waiting():
            self._watch(connection, _WRITE, self._advance)
        elif answered:
            self._linger(connection)
        else:
            self._watch(connection, 0, self._advance)

    def _linger(self, connection: Connection) -> None:
        """Wait for the client's end: closed before it, what is on its way would be lost."""
        connection.phase, connection.since = Phase.LINGERING, time.monotonic()
        with suppress(OSError):
            connection.sock.shutdown(socket.SHUT_WR)
        self._watch(connection, _READ, self._on_leftover)

    def _on_leftover(self, connection: Connection) -> None:
        if not connection.receive():
            self._drop(connection)

    def _drop(self, connection: Connection) -> None:
        self._watch(connection, 0, self._drop)
        self._connections.discard(connection)
        connection.abort()

    def _enforce_limits(self, now: float) -> None:
        """Part with clients that are too slow; tell the arbiter that all is well if it is."""
        stuck = False
        for connection in tuple(self._connections):
            age = now - connection.since
            stuck = stuck or connection.is_stuck(now, self.cfg.timeout)
            if connection.phase is Phase.READING and age > self._patience(connection):
                self._end_head(connection)
            elif connection.is_stalled(now) or (
                connection.phase is Phase.LINGERING and age > LINGER_SECONDS
            ):
                self._drop(connection)
        if not stuck:
            self.notify()

    def _patience(self, connection: Connection) -> float:
        """A stopping worker waits for a head that has begun, and a little for one under way."""
        return HEAD_SECONDS if self.alive or connection.head else LINGER_SECONDS

    def _end_head(self, connection: Connection) -> None:
        if connection.head:
            why = f"the headers took more than {HEAD_SECONDS:g} seconds"
            self._refuse(connection, HTTPStatus.REQUEST_TIMEOUT, why)
        else:
            self._drop(connection)


def _is_export(head: bytearray) -> bool:
    """Whether an answer may be longer than what is kept of one."""
    return path_of(head).endswith(_EXPORTS)


def _shorten(value: Any) -> Any:
    if isinstance(value, str) and len(value) > LONGEST_LOGGED:
        return f"{value[:LONGEST_LOGGED]}..."
    return value
