"""A request to stop, and where it came from: heard between pages, never in the midst of a write.

Beside the data's path: the command asks, every step that takes long looks.
"""

from __future__ import annotations

from searchapp.errors import SearchappError


class Stopped(SearchappError):
    """The run was asked to stop, and did so before it had done what it was asked for."""


class Stop:
    """Whether a run was asked to stop; safe to ask in a signal handler and in any thread."""

    def __init__(self) -> None:
        self.reason: str | None = None

    def ask(self, reason: str) -> None:
        """Ask once: the first reason stays."""
        self.reason = self.reason or reason

    def is_set(self) -> bool:
        """Whether anyone asked."""
        return self.reason is not None

    def check(self) -> None:
        """Raise Stopped when anyone asked."""
        if self.reason:
            raise Stopped(f"stopped by {self.reason}")
