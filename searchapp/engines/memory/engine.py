"""Commits to memory, and keeps the commit before the last rebuild."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Self

from searchapp.engines.analysis import stemming
from searchapp.engines.base import BuildStamp, Check, IndexInfo
from searchapp.engines.budget import QUERY_SECONDS
from searchapp.engines.memory.entries import Entry, Snapshot
from searchapp.engines.memory.searcher import MemorySearcher
from searchapp.errors import BuildRejected, IndexMissing, ReindexLocked
from searchapp.meaning.nearness import Nearness
from searchapp.model import IndexedDocument


@cache
def shared_engine(directory: Path) -> MemoryEngine:  # noqa: ARG001 - told apart by it
    """The engine of an index directory, the same for all of this process."""
    return MemoryEngine()


class MemoryEngine:
    """Keeps an index for as long as the process lives; see `base.Engine`."""

    def __init__(self, nearness: Nearness | None = None) -> None:
        self.nearness = nearness
        self.query_seconds = QUERY_SECONDS
        self.lock = threading.Lock()
        self.commits = 0
        self.live: Snapshot | None = None
        self.previous: Snapshot | None = None

    def searcher(self) -> MemorySearcher:
        """A searcher that follows commits. Never fails: searching may."""
        nearness = self.nearness and self.nearness.copy()
        return MemorySearcher(self._newest, nearness, self.query_seconds)

    def update(self) -> MemoryWriter:
        """A writer on the live index, or on a first one where there is none."""
        return MemoryWriter(self, rebuild=self.live is None)

    def rebuild(self, check: Check | None = None) -> MemoryWriter:
        """A writer on a new index, which `check` looks at before it goes live."""
        return MemoryWriter(self, rebuild=True, check=check)

    def rollback(self) -> IndexInfo:
        """Make the index before the live one live again. Raises IndexMissing."""
        if self.live is None or self.previous is None:
            raise IndexMissing("no index was replaced in memory: there is nothing to go back to")
        self.live, self.previous = self.previous, self.live
        return self.live.info

    def exists(self) -> bool:
        """Whether there was a commit."""
        return self.live is not None

    def location(self) -> str:
        """Nowhere else."""
        return "memory"

    def versions(self) -> Mapping[str, str]:
        """What a change of which makes the index need a rebuild."""
        return {"engine": "memory", "analysis": stemming.VERSION}

    def local_files(self) -> None:
        """There are none."""

    def prepare(self) -> None:
        """All is loaded."""

    def close(self) -> None:
        """The index stays with the process."""

    def _newest(self) -> Snapshot:
        if self.live is None:
            raise IndexMissing("no index in memory yet: run `searchapp reindex PATH`")
        return self.live


class MemoryWriter:
    """Writes one commit; see `base.Writer`."""

    def __init__(self, engine: MemoryEngine, *, rebuild: bool, check: Check | None = None) -> None:
        self._engine = engine
        self._rebuild = rebuild
        self._check = check
        self._entries: dict[str, Entry] = {}

    def __enter__(self) -> Self:
        """Take the lock. Raises ReindexLocked."""
        if not self._engine.lock.acquire(blocking=False):
            raise ReindexLocked("another writer is at work on the index in memory: wait for it")
        if self._engine.live and not self._rebuild:
            self._entries.update(self._engine.live.entries)
        return self

    def __exit__(self, *_: object) -> None:
        """Release the lock."""
        self._engine.lock.release()

    def put(self, document: IndexedDocument) -> None:
        """Add the document, replacing one with the same id."""
        self._entries[document.id] = Entry(document)

    def delete(self, document_id: str) -> None:
        """Remove the document; one that is not there is no error."""
        self._entries.pop(document_id, None)

    def commit(self, stamp: BuildStamp) -> None:
        """Make everything visible at once. Raises BuildRejected."""
        engine, entries = self._engine, self._entries
        info = IndexInfo(f"memory.{engine.commits}", stamp.built_at, len(entries), stamp.failed)
        new = Snapshot(entries, info, stamp)
        faults = list(self._check(MemorySearcher(lambda: new))) if self._check else []
        if faults:
            raise BuildRejected(f"the new index failed its checks: {'; '.join(faults)}")
        if self._rebuild:
            engine.previous = engine.live
        engine.live = new
        engine.commits += 1
