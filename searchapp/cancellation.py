"""A request to stop, and where it came from: heard between pages, never in the midst of a write.

Beside the data's path: the command cancels, every step that takes long looks.
"""

from searchapp.errors import SearchappError


class Cancelled(SearchappError):
    """The run was asked to stop, and did so before it had done what it was asked for."""


class CancelToken:
    """Whether a run is to stop; safe to cancel in a signal handler and in any thread."""

    def __init__(self) -> None:
        self.reason: str | None = None

    def cancel(self, reason: str) -> None:
        """Ask to stop; the first reason stays."""
        self.reason = self.reason or reason

    def is_set(self) -> bool:
        """Whether it was cancelled; named as in `threading.Event`."""
        return self.reason is not None

    def check(self) -> None:
        """Raise Cancelled when it was."""
        if self.reason:
            raise Cancelled(f"stopped by {self.reason}")
