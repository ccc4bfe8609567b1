"""Ctrl-C and SIGTERM: a run is asked to stop; asked twice, it is left at once.

The limit of CPU time a shell sets (`ulimit -t`) asks too, a second before it kills.
"""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from searchapp.cancellation import CancelToken
from searchapp.process_limits import warn_before_cpu_limit

_NAMES = {signal.SIGINT: "Ctrl-C", signal.SIGTERM: "SIGTERM", signal.SIGXCPU: "ulimit -t"}
EXIT_CODES = {name: 128 + number for number, name in _NAMES.items()}


@contextmanager
def stop_on_signals() -> Iterator[CancelToken]:
    """A token that the signals of the block cancel. A second one raises KeyboardInterrupt."""
    cancel_token = CancelToken()

    def cancel(number: int, _: FrameType | None) -> None:
        if cancel_token.is_set() and number != signal.SIGXCPU:  # which comes every second
            raise KeyboardInterrupt
        cancel_token.cancel(_NAMES[signal.Signals(number)])
        cancel_token.interrupt()

    warn_before_cpu_limit()
    before = {number: signal.signal(number, cancel) for number in _NAMES}
    try:
        yield cancel_token
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
