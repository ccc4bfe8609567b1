"""A run that reads one page for ever: started as a process of its own, to be killed."""

from __future__ import annotations

from searchapp.workers.messages import Limits
from searchapp.workers.pool import read_pages


def read(path: str) -> None:
    """Hand a page to a worker and wait, for longer than any test."""
    list(read_pages([path], 1, {}, Limits(seconds=3600, memory_mb=1500, page_mb=64)))
