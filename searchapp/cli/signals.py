"""Ctrl-C and SIGTERM: a run is asked to stop; asked twice, it is left at once."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from searchapp.cancellation import CancelToken

EXIT_CODES = {"Ctrl-C": 128 + signal.SIGINT, "SIGTERM": 128 + signal.SIGTERM}
_NAMES = {signal.SIGINT: "Ctrl-C", signal.SIGTERM: "SIGTERM"}


@contextmanager
def stop_on_signals() -> Iterator[CancelToken]:
    """A token that the signals of the block cancel. A second one raises KeyboardInterrupt."""
    cancel_token = CancelToken()

    def cancel(number: int, _: FrameType | None) -> None:
        if cancel_token.is_set():
            raise KeyboardInterrupt
        cancel_token.cancel(_NAMES[signal.Signals(number)])

    before = {number: signal.signal(number, cancel) for number in _NAMES}
    try:
        yield cancel_token
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
