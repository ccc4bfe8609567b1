"""When a request is taken to be stuck: by its work, not by how long a busy machine lets it wait."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from searchapp.cli.connection import Connection


@contextmanager
def answering(work: Callable[[threading.Event], None]) -> Iterator[Connection]:
    """A connection that a thread has taken and is at work on."""
    ours, theirs = socket.socketpair()
    connection = Connection(ours, "", None, lambda _: None)
    over, taken = threading.Event(), threading.Event()

    def answer() -> None:
        connection.take()
        taken.set()
        work(over)

    thread = threading.Thread(target=answer)
    with ours, theirs:
        thread.start()
        taken.wait()
        yield connection
        over.set()
        thread.join()


def keep_busy(over: threading.Event) -> None:
    while not over.is_set():
        pass


def wait(over: threading.Event) -> None:
    over.wait()


def test_a_request_that_works_for_too_long_is_stuck() -> None:
    with answering(keep_busy) as connection:
        while not connection.is_stuck(time.monotonic(), 0.05):
            time.sleep(0.01)
        assert not connection.is_stuck(time.monotonic(), 3600)


def test_a_request_that_waits_is_stuck_much_later() -> None:
    with answering(wait) as connection:
        begun = time.monotonic()
        assert not connection.is_stuck(begun + 19 * 60, 60)
        assert connection.is_stuck(begun + 21 * 60, 60)


def test_a_piece_of_an_answer_is_a_sign_of_life() -> None:
    with answering(wait) as connection:
        connection.sendall(b"x")
        assert not connection.is_stuck(time.monotonic() + 19 * 60, 60)
        connection.close()
        assert not connection.is_stuck(time.monotonic() + 21 * 60, 60)
