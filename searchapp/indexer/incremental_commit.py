"""Commits while pages are still being read, so that a long run can be searched early.

Between the ledger and `sync`: once enough pages wait in the ledger, a thread of its
own, with its own connection, brings them into the engine, while the workers go on.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Self

from searchapp.curation.curation import Curation
from searchapp.engines.base import Engine
from searchapp.indexer import sync
from searchapp.ledger.ledger import Ledger

FEWEST = 500
MOST = 2_000
"""Documents that wait before a commit: a quarter of those in the index, within these bounds.

Few commits keep the segments few and large; bounded ones keep memory bounded, and the
end of a run, which waits for the last, near.
"""


class Committer:
    """Commits now and then; used by the thread that records outcomes, and by no other."""

    def __init__(
        self,
        engine: Engine,
        directory: Path,
        curation: Curation,
        committed: Callable[[int], None],
    ) -> None:
        self._engine, self._directory, self._curation = engine, directory, curation
        self._committed = committed
        self._thread = ThreadPoolExecutor(1, "commit")
        self._running: Future[int] | None = None
        self._outcomes = 0  # outcomes known when the last commit was begun
        self._began = False  # an index that is not of this ledger was replaced by then
        self.documents = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Let the commit that is going on end: it cannot be left half-way."""
        self._thread.shutdown()
        if kind is None:
            self._collect()

    def offer(self, outcomes: int) -> None:
        """Begin a commit if enough is new among so many outcomes, and none is going on.

        Raises what a commit before this one failed of.
        """
        if self._running is not None and self._running.done():
            self._collect()
        enough = min(max(FEWEST, self._outcomes // 4), MOST)
        if self._running is None and outcomes - self._outcomes >= enough:
            self._outcomes = outcomes
            self._running = self._thread.submit(self._commit)

    def _collect(self) -> None:
        if self._running is not None:
            running, self._running = self._running, None
            written = running.result()
            self.documents += written
            self._committed(written)

    def _commit(self) -> int:
        with Ledger(self._directory) as ledger:
            fresh = not self._began and sync.is_foreign(self._engine, ledger)
            written = sync.write(
                self._engine,
                ledger,
                self._curation,
                lambda _done, _total: None,
                fresh=fresh,
                most=MOST,
            )
            self._began = True
            return written
