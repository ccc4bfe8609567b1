"""Outcomes on their way into the ledger, many to a transaction.

Between reading and the ledger. A container is closed only once all its pages are in
the ledger, so a run that dies finds it unread the next time.
"""

from __future__ import annotations

import time
from typing import Protocol

from searchapp.ledger.ledger import Ledger
from searchapp.ledger.rows import Opening, Reading, Sighting

BATCH_PAGES = 64
BATCH_SECONDS = 1.0


class Gone(Protocol):
    """Who counts the pages that are no longer in their containers."""

    gone: int


class Batches:
    """What is not yet in the ledger."""

    def __init__(self, ledger: Ledger, tally: Gone) -> None:
        self._ledger, self._tally = ledger, tally
        self._readings: dict[str, Reading] = {}
        self._sightings: dict[str, Sighting] = {}
        self._openings: list[Opening] = []
        self._flushed = time.monotonic()

    def put(self, reading: Reading) -> None:
        """A page that was read."""
        self._readings[reading.path] = reading
        self._flush_when_due()

    def see(self, sighting: Sighting) -> None:
        """A page that was met again."""
        self._sightings[sighting.path] = sighting
        self._flush_when_due()

    def close(self, opening: Opening) -> None:
        """A container of which every page was put or seen."""
        self._openings.append(opening)
        self._flush_when_due()

    def holds(self, path: str) -> bool:
        """Whether a page's outcome is waiting here."""
        return path in self._readings or path in self._sightings

    def flush(self) -> None:
        """Write everything that waits."""
        self._ledger.put(self._readings.values())
        self._ledger.see(self._sightings.values())
        self._ledger.captures.flush()
        for opening in self._openings:
            self._tally.gone += self._ledger.close_container(opening)
        self._readings.clear()
        self._sightings.clear()
        self._openings.clear()
        self._flushed = time.monotonic()

    def _flush_when_due(self) -> None:
        waiting = len(self._readings) + len(self._sightings) + len(self._openings)
        if waiting >= BATCH_PAGES or time.monotonic() - self._flushed >= BATCH_SECONDS:
            self.flush()
