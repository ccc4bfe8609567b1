"""Outcomes on their way into the ledger, many to a transaction.

Between reading and the ledger. A container is closed only once all its pages are in
the ledger, so a run that dies finds it unread the next time.
"""

import time

from searchapp.ledger.ledger import Ledger
from searchapp.ledger.rows import ContainerResult, PageResult, Unchanged

BATCH_PAGES = 64
BATCH_SECONDS = 1.0


class Batches:
    """What is not yet in the ledger; `gone` counts pages found missing in their containers."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self.gone = 0
        self._results: dict[str, PageResult] = {}
        self._unchanged: dict[str, Unchanged] = {}
        self._containers: list[ContainerResult] = []
        self._flushed = time.monotonic()

    def put(self, result: PageResult) -> None:
        """A page that was read."""
        self._results[result.path] = result
        self._flush_when_due()

    def see(self, page: Unchanged) -> None:
        """A page that was met again."""
        self._unchanged[page.path] = page
        self._flush_when_due()

    def close(self, result: ContainerResult) -> None:
        """A container of which every page was put or seen."""
        self._containers.append(result)
        self._flush_when_due()

    def holds(self, path: str) -> bool:
        """Whether a page's outcome is waiting here."""
        return path in self._results or path in self._unchanged

    def flush(self) -> None:
        """Write everything that waits."""
        self._ledger.put(self._results.values())
        self._ledger.mark_unchanged(self._unchanged.values())
        self._ledger.captures.flush()
        for result in self._containers:
            self.gone += self._ledger.close_container(result)
        self._results.clear()
        self._unchanged.clear()
        self._containers.clear()
        self._flushed = time.monotonic()

    def _flush_when_due(self) -> None:
        waiting = len(self._results) + len(self._unchanged) + len(self._containers)
        if waiting >= BATCH_PAGES or time.monotonic() - self._flushed >= BATCH_SECONDS:
            self.flush()
