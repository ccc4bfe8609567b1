"""What the terms of a snapshot are known by, whichever engine keeps them."""

from collections.abc import Iterable
from typing import Protocol


class TermStatistics(Protocol):
    """Terms of the live documents, in title and text together."""

    def document_count(self) -> int:
        """How many documents there are."""

    def document_frequency(self, term: str, *, stem: bool = False) -> int:
        """How many documents have an exact term, or a stem."""

    def within_edits(self, term: str, distance: int) -> Iterable[str]:
        """The exact terms at most `distance` edits from another, it among them if it is there."""
