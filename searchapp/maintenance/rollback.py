"""Back to the index before the live one, for a build that turned out worse than the last."""

from __future__ import annotations

from contextlib import suppress

from searchapp.config import Settings
from searchapp.engines.base import Engine, IndexInfo
from searchapp.errors import IndexUnavailable, SearchappError
from searchapp.indexer.lock import hold_lock
from searchapp.indexer.sync import IDENTITY, new_identity
from searchapp.ledger.ledger import Ledger
from searchapp.ledger.reader import LedgerReader


def roll_back(settings: Settings, engine: Engine) -> IndexInfo:
    """Make the index before the live one live again; what was live waits for the way back.

    The ledger has moved on since that index was built, so it is told that they do not
    belong together: the next reindex builds anew from what was read. Raises
    ReindexLocked, IndexUnavailable when no index is kept, BuildRejected when it is
    damaged.
    """
    if not settings.index_dir.is_dir():
        raise IndexUnavailable(f"nothing in {settings.index_dir} yet: run `searchapp reindex PATH`")
    with hold_lock(settings.index_dir), _Distrusted(settings):
        return engine.storage().rollback()


class _Distrusted:
    """From here on, and unless the block fails, ledger and index do not belong together.

    A ledger that cannot be read has nothing to be told: the next reindex sets it aside.
    """

    def __init__(self, settings: Settings) -> None:
        self._directory = settings.index_dir
        self._before: str | None = None

    def __enter__(self) -> None:
        with suppress(SearchappError), LedgerReader(self._directory) as ledger:
            self._before = ledger.note(IDENTITY)
            with Ledger(self._directory) as told:
                new_identity(told)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind and self._before:
            with Ledger(self._directory) as told:
                told.set_note(IDENTITY, self._before)
