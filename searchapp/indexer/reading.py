"""Sources into the ledger: hashed, remembered or read by the pool, recorded in batches.

Between planning and indexing. What the ledger already knows of the same bytes under
the same versions is taken from it; everything else goes through the pool.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterable, Iterator

from searchapp.config import Settings
from searchapp.errors import PageError, PageFault
from searchapp.indexer.archive import SourceFile
from searchapp.indexer.ledger import Failure, Fingerprint, Ledger, Reading
from searchapp.indexer.pool import read_pages
from searchapp.indexer.worker import Answer, Found, Limits

BATCH_PAGES = 64
BATCH_SECONDS = 1.0


def read_sources(
    sources: Iterable[SourceFile],
    ledger: Ledger,
    settings: Settings,
    versions: str,
    report: Callable[[str, Failure | None], None],
) -> None:
    """Record an outcome for every source; `report` hears each path once it is known."""
    reader = _Reader(ledger, versions, report)
    limits = Limits(settings.page_seconds, settings.page_memory_mb, settings.page_max_mb)
    jobs = settings.jobs or os.cpu_count() or 1
    try:
        for path, answer in read_pages(reader.unread(sources), jobs, settings.models, limits):
            reader.record(path, answer)
    finally:
        reader.flush()


class _Reader:
    """The readings not yet in the ledger, and the fingerprints of pages in flight."""

    def __init__(
        self, ledger: Ledger, versions: str, report: Callable[[str, Failure | None], None]
    ) -> None:
        self._ledger, self._versions, self._report = ledger, versions, report
        self._batch: list[Reading] = []
        self._flushed = time.monotonic()
        self._in_flight: dict[str, Fingerprint] = {}

    def unread(self, sources: Iterable[SourceFile]) -> Iterator[str]:
        """The paths the pool has to read; the others are recorded on the way."""
        for source in sources:
            self._in_flight[source.path] = Fingerprint(source.size, source.mtime_ns, "")
            answer = self._remembered(source)
            if answer is None:
                yield source.path
            else:
                self.record(source.path, answer)

    def record(self, path: str, answer: Answer) -> None:
        """Keep the outcome of one path; it reaches the ledger with its batch."""
        fingerprint, failure = self._in_flight.pop(path), None
        if isinstance(answer, PageError):
            failure = Failure(path, answer.fault, str(answer))
            reading = Reading(path, fingerprint, self._versions, failure=failure)
        else:
            reading = Reading(path, fingerprint, self._versions, answer.article, answer.entities)
        self._batch.append(reading)
        self._report(path, failure)
        if self._due():
            self.flush()

    def flush(self) -> None:
        self._ledger.put(self._batch)
        self._batch.clear()
        self._flushed = time.monotonic()

    def _due(self) -> bool:
        late = time.monotonic() - self._flushed >= BATCH_SECONDS
        return late or len(self._batch) >= BATCH_PAGES

    def _remembered(self, source: SourceFile) -> Answer | None:
        try:
            digest = _hash(source.path)
        except OSError as error:
            return PageError(PageFault.UNREADABLE, f"cannot be read: {error.strerror}")
        fingerprint = Fingerprint(source.size, source.mtime_ns, digest)
        self._in_flight[source.path] = fingerprint
        remembered = self._ledger.reading_of(digest, self._versions)
        return remembered and Found(*remembered)


def _hash(path: str) -> str:
    with open(path, "rb") as file:  # noqa: PTH123 - a str path keeps undecodable names intact
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()
