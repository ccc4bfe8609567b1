"""Ctrl-C and SIGTERM: a run is asked to stop; asked twice, it is left at once."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from searchapp.cancellation import Stop

EXIT_CODES = {"Ctrl-C": 128 + signal.SIGINT, "SIGTERM": 128 + signal.SIGTERM}
_NAMES = {signal.SIGINT: "Ctrl-C", signal.SIGTERM: "SIGTERM"}


@contextmanager
def stop_on_signals() -> Iterator[Stop]:
    """A Stop that the signals of the block ask. A second one raises KeyboardInterrupt."""
    stop = Stop()

    def ask(number: int, _: FrameType | None) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.ask(_NAMES[signal.Signals(number)])

    before = {number: signal.signal(number, ask) for number in _NAMES}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
