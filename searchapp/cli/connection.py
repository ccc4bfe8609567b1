"""A client's connection: its head as it arrives, its answer as it is taken.

To gunicorn it is the client's socket; what is written is kept here until the loop of
`gunicorn_worker` has sent it, so that no thread waits for a client, but for one that
takes an export.
"""

import errno
import threading
import time
from collections import deque
from collections.abc import Callable
from enum import Enum, auto
from threading import Condition
from typing import Any

# Of an answer in several pieces: more is written when this much has been taken.
MOST_WAITING = 1 << 20
# Below this, on average and after a while, a client is not taking its answer. Set by hand.
SLOWEST_BYTES_A_SECOND, PATIENCE_SECONDS = 4096, 20.0
_PIECE = 1 << 16
_FAR = 20  # times what a request may take in CPU time, for one that waits
_HEAD_END = b"\r\n\r\n"


class Phase(Enum):
    """What a connection is about; gone once it is closed."""

    READING = auto()
    ANSWERING = auto()
    EXPORTING = auto()
    LINGERING = auto()
    GONE = auto()


class Connection:
    """One request and its answer. `on_change` is told, from any thread, when there is work."""

    def __init__(
        self, sock: Any, address: Any, listener: Any, on_change: Callable[["Connection"], None]
    ) -> None:
        sock.settimeout(0)
        self.sock, self.address, self.listener = sock, address, listener
        self.phase, self.since, self.head = Phase.READING, time.monotonic(), bytearray()
        self.head_taken, self.answered = b"", False
        self._on_change = on_change
        self._taken = Condition()
        self._pieces: deque[memoryview] = deque()
        self._waiting = self._sent = 0
        self._sending_since = self._active = 0.0

    # For the loop.

    def receive(self) -> bool:
        """Take what has arrived; False once the client has gone."""
        try:
            arrived = self.sock.recv(_PIECE)
        except BlockingIOError:
            return True
        except OSError:
            return False
        if self.phase is Phase.READING:
            self.head += arrived
        return bool(arrived)

    def is_whole(self) -> bool:
        """Whether the head has ended."""
        return _HEAD_END in self.head

    def measure(self) -> tuple[int, int]:
        """The bytes of the request line and of the head so far."""
        line, end = self.head.find(b"\r\n"), self.head.find(_HEAD_END)
        so_far = len(self.head)
        return (so_far if line < 0 else line, so_far if end < 0 else end)

    def is_answering(self) -> bool:
        """Whether a thread is, or will be, at work on it; exports have threads of their own."""
        return self.phase is Phase.ANSWERING and not self.answered

    def has_waiting(self) -> bool:
        """Whether something is written and not sent."""
        return bool(self._pieces)

    def flush(self) -> None:
        """Send what the client takes without waiting for it."""
        with self._taken:
            self._flush()

    def is_stalled(self, now: float) -> bool:
        """Whether the client takes its answer too slowly."""
        taking = now - self._sending_since
        rate = SLOWEST_BYTES_A_SECOND
        return self.has_waiting() and self._sent < (taking - PATIENCE_SECONDS) * rate

    def is_stuck(self, now: float, seconds: float) -> bool:
        """Whether a thread has worked on it that long, without a piece of an answer.

        In CPU time: on a busy machine it may take longer. Far behind stands the wall clock.
        """
        if not self._active or self.answered or self.has_waiting():
            return False
        age = now - self._active
        return age > _FAR * seconds or (age > seconds and self._worked() > seconds)

    def _worked(self) -> float:
        return time.clock_gettime(self._clock) - self._worked_before

    def abort(self) -> None:
        """Close it; whoever writes on is told by an error."""
        with self._taken:
            self.phase = Phase.GONE
            self._pieces.clear()
            self.sock.close()
            self._taken.notify_all()

    # For gunicorn, in a thread: what it asks of a socket.

    def take(self) -> None:
        """A thread begins to answer."""
        self._clock = time.pthread_getcpuclockid(threading.get_ident())
        self._sending_since = time.monotonic()
        self._note_activity()

    def _note_activity(self) -> None:
        self._worked_before = time.thread_time()
        self._active = time.monotonic()

    def recv(self, _size: int) -> bytes:
        """The head, then the end: bodies are not read."""
        head, self.head = bytes(self.head), bytearray()
        self.head_taken = self.head_taken or head
        return head

    def sendall(self, data: bytes) -> None:
        """Write a piece, when the ones before have been taken. Raises BrokenPipeError."""
        with self._taken:
            self._taken.wait_for(lambda: self._waiting <= MOST_WAITING or self.phase is Phase.GONE)
            if self.phase is Phase.GONE:
                raise BrokenPipeError(errno.EPIPE, "the client has gone")
            self._pieces.append(memoryview(data))
            self._waiting += len(data)
            self._note_activity()
            self._flush()
        if self._pieces:
            self._on_change(self)

    def send(self, data: bytes) -> int:
        """Write all of it."""
        self.sendall(data)
        return len(data)

    def close(self) -> None:
        """The answer is whole; sent it may be later."""
        if not self.answered:
            self.answered = True
            self._on_change(self)

    def shutdown(self, _how: int) -> None:
        """Left to the loop."""

    def setblocking(self, _flag: int) -> None:
        """It is as it is."""

    def settimeout(self, _seconds: float | None) -> None:
        """It is as it is."""

    def gettimeout(self) -> float:
        """As of a socket that does not block."""
        return 0.0

    def _flush(self) -> None:
        try:
            while self._pieces and self.phase is not Phase.GONE:
                sent = self.sock.send(self._pieces[0][: _PIECE * 4])
                self._count(sent)
        except BlockingIOError:
            return
        except OSError:
            self.phase = Phase.GONE
            self._pieces.clear()
        self._taken.notify_all()

    def _count(self, sent: int) -> None:
        self._sent += sent
        self._waiting -= sent
        piece = self._pieces[0][sent:]
        if piece:
            self._pieces[0] = piece
        else:
            self._pieces.popleft()
        self._taken.notify_all()
