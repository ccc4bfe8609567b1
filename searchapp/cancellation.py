"""A request to stop, and where it came from: heard between pages, never in the midst of a write.

In the midst of a read it is heard at once, where that was asked for.

Beside the data's path: the command cancels, every step that takes long looks.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from searchapp.errors import SearchappError


class Cancelled(SearchappError):
    """The run was asked to stop, and did so before it had done what it was asked for."""


class CancelToken:
    """Whether a run is to stop; safe to cancel in a signal handler and in any thread."""

    def __init__(self) -> None:
        self.reason: str | None = None
        self._interrupts = False

    def cancel(self, reason: str) -> None:
        """Ask to stop; the first reason stays."""
        self.reason = self.reason or reason

    def interrupt(self) -> None:
        """For a signal's handler: raise Cancelled in the midst of what may be interrupted."""
        if self._interrupts:
            self.check()

    @contextmanager
    def interrupting(self) -> Iterator[None]:
        """Let a signal break off what this thread does in the block: reading, no writing."""
        self._interrupts = True
        try:
            self.check()
            yield
        finally:
            self._interrupts = False

    def is_set(self) -> bool:
        """Whether it was cancelled; named as in `threading.Event`."""
        return self.reason is not None

    def check(self) -> None:
        """Raise Cancelled when it was."""
        if self.reason:
            raise Cancelled(f"stopped by {self.reason}")
