"""Sources into the ledger: hashed, remembered or read by the pool, recorded in batches.

Between planning and indexing. Containers are opened here, and their pages go the way
of any other. What the ledger already knows of the same bytes under the same versions
is taken from it; everything else goes through the pool.
"""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass, field, replace
from typing import Protocol

from searchapp.config import Settings
from searchapp.errors import PageError, PageFault
from searchapp.indexer.archive import SourceFile
from searchapp.indexer.batches import Batches
from searchapp.indexer.entities import READ_BY_MODEL
from searchapp.indexer.ledger import Ledger
from searchapp.indexer.outcomes import Failure, Fingerprint, Opening, Reading, Sighting
from searchapp.indexer.pool import read_pages
from searchapp.indexer.readers.containers import read_entries
from searchapp.indexer.readers.entries import Entry, Revisit, Skipped
from searchapp.indexer.readers.formats import is_container, media_type_of
from searchapp.indexer.worker import MIB, Answer, Found, Limits, Page
from searchapp.model import RawPage

_MOST_KINDS = 200
_OTHER_KINDS = "other kinds"


class Listener(Protocol):
    """Hears what is opened and what became of each page."""

    def opened(self, path: str) -> None:
        """A container is being read."""

    def page(self, path: str, failure: Failure | None) -> None:
        """One page was read, or failed; or a container was read to its end, or failed."""


@dataclass
class Tally:
    """What became of the sources: pages read, pages met again unchanged, pages gone.

    `long` counts pages read of which a language model read only the beginning.
    """

    read: int = 0
    unchanged: int = 0
    gone: int = 0
    long: int = 0


def read_sources(
    sources: Iterable[SourceFile],
    ledger: Ledger,
    settings: Settings,
    versions: str,
    listener: Listener,
) -> Tally:
    """Record an outcome for every page; `listener` hears each path once it is known."""
    limits = Limits(settings.page_seconds, settings.page_memory_mb, settings.page_max_mb)
    reader = _Reader(ledger, versions, listener, settings)
    jobs = settings.jobs or os.cpu_count() or 1
    try:
        for path, answer in read_pages(reader.unread(sources), jobs, settings.models, limits):
            reader.record(path, answer)
    finally:
        reader.batches.flush()
    return reader.tally


@dataclass
class _Container:
    """A container being read: closed when it has ended and no page of it is in flight."""

    source: SourceFile
    skipped: Counter[str] = field(default_factory=Counter)
    copies: Counter[str] = field(default_factory=Counter)
    in_flight: int = 0
    ended: bool = False
    failure: Failure | None = None

    def skip(self, kind: str) -> None:
        known = kind in self.skipped or len(self.skipped) < _MOST_KINDS
        self.skipped[kind if known else _OTHER_KINDS] += 1


class _Reader:
    """The pages in flight, with their fingerprints and the containers they are in."""

    def __init__(
        self, ledger: Ledger, versions: str, listener: Listener, settings: Settings
    ) -> None:
        self._ledger, self._versions, self._listener = ledger, versions, listener
        self._max_bytes, self._models = settings.page_max_mb * MIB, settings.models
        self._run = ledger.begin_run()
        self._in_flight: dict[str, tuple[Fingerprint, _Container | None]] = {}
        self.tally = Tally()
        self.batches = Batches(ledger, self.tally)

    def unread(self, sources: Iterable[SourceFile]) -> Iterator[Page]:
        """What the pool has to read; all else is recorded on the way."""
        for source in sources:
            if is_container(source.path):
                yield from self._opened(source)
            else:
                yield from self._of_file(source)

    def record(self, path: str, answer: Answer) -> None:
        """Keep the outcome of one page; it reaches the ledger with its batch."""
        fingerprint, container = self._in_flight.pop(path)
        reading = Reading(
            path,
            fingerprint,
            self._versions,
            container=container.source.path if container else None,
            run=self._run,
        )
        if isinstance(answer, PageError):
            reading = replace(reading, failure=Failure(path, answer.fault, str(answer)))
        else:
            reading = replace(reading, article=answer.article, entities=answer.entities)
            modelled = bool(self._models.get(answer.article.language or ""))
            self.tally.long += modelled and len(answer.article.text) > READ_BY_MODEL
        self.tally.read += 1
        self.batches.put(reading)
        self._listener.page(path, reading.failure)
        if container:
            container.in_flight -= 1
            self._close(container)

    def _of_file(self, source: SourceFile) -> Iterator[str]:
        fingerprint = Fingerprint(source.size, source.mtime_ns, "")
        self._in_flight[source.path] = fingerprint, None
        try:
            fingerprint = replace(fingerprint, hash=_hash_file(source.path))
        except OSError as error:
            message = f"cannot be read: {error.strerror}"
            self.record(source.path, PageError(PageFault.UNREADABLE, message))
            return
        if not self._remembered(source.path, fingerprint, None):
            yield source.path

    def _opened(self, source: SourceFile) -> Iterator[RawPage]:
        container = _Container(source)
        self._listener.opened(source.path)
        self._ledger.open_container(source.path, self._run)
        try:
            for entry in read_entries(source.path, self._max_bytes):
                yield from self._of_entry(entry, container)
        except PageError as error:
            container.failure = Failure(source.path, error.fault, str(error))
        container.ended = True
        self._listener.page(source.path, container.failure)
        self._close(container)

    def _of_entry(self, entry: Entry, container: _Container) -> Iterator[RawPage]:
        if isinstance(entry, Skipped | Revisit):
            container.skip(entry.kind)
            if isinstance(entry, Revisit):
                self._ledger.captures.revisit(entry, container.source.path, self._run)
            return
        path = self._own_path(entry.path, container)
        if isinstance(entry, RawPage):
            page = replace(entry, path=path)
            self._ledger.captures.store(page)
            fingerprint = Fingerprint(len(page.body), 0, _hash_page(page))
            if not self._remembered(path, fingerprint, container):
                yield page
        else:
            self._fly(path, Fingerprint(0, 0, ""), container)
            self.record(path, entry.error)

    def _own_path(self, path: str, container: _Container) -> str:
        """The path, numbered when the container has that name more than once."""
        if path in self._in_flight or self.batches.holds(path) or self._ledger.met(path, self._run):
            container.copies[path] += 1
            return f"{path}~{container.copies[path] + 1}"
        return path

    def _remembered(
        self, path: str, fingerprint: Fingerprint, container: _Container | None
    ) -> bool:
        """Whether nothing has to be read: the same bytes were, here or elsewhere."""
        if self._ledger.same(path, fingerprint.hash, self._versions):
            self._in_flight.pop(path, None)
            self.tally.unchanged += 1
            self.batches.see(Sighting(path, fingerprint, self._run))
            self._listener.page(path, None)
            return True
        self._fly(path, fingerprint, container)
        remembered = self._ledger.reading_of(fingerprint.hash, self._versions)
        if remembered:
            self.record(path, Found(*remembered))
        return remembered is not None

    def _fly(self, path: str, fingerprint: Fingerprint, container: _Container | None) -> None:
        self._in_flight[path] = fingerprint, container
        if container:
            container.in_flight += 1

    def _close(self, container: _Container) -> None:
        if not container.ended or container.in_flight:
            return
        source = container.source
        fingerprint = Fingerprint(source.size, source.mtime_ns, "")
        self.batches.close(
            Opening(
                source.path,
                fingerprint,
                self._versions,
                self._run,
                container.skipped,
                container.failure,
            )
        )


def _hash_file(path: str) -> str:
    """Of the bytes, and of the name's ending where that decides how they are read."""
    with open(path, "rb") as file:  # noqa: PTH123 - a str path keeps undecodable names intact
        digest = hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16))
    digest.update((media_type_of(path) or "").encode())
    return digest.hexdigest()


def _hash_page(page: RawPage) -> str:
    """Of the bytes, and of all that the container says about them."""
    digest = hashlib.blake2b(page.body, digest_size=16)
    hints = astuple(replace(page, path="", body=b""))
    digest.update((media_type_of(page.path) or "").encode())
    if hints != astuple(RawPage("", b"")):
        digest.update(repr(hints).encode())
    return digest.hexdigest()
