"""Back to the index before the live one, for a build that turned out worse than the last."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from searchapp.config import Settings
from searchapp.engines.base import Engine, IndexInfo
from searchapp.errors import IndexMissing, SearchappError
from searchapp.indexer.lock import hold_lock
from searchapp.indexer.sync import IDENTITY, new_identity
from searchapp.ledger.ledger import Ledger
from searchapp.ledger.reader import LedgerReader


def roll_back(settings: Settings, engine: Engine) -> IndexInfo:
    """Make the index before the live one live again; what was live waits for the way back.

    The ledger has moved on since that index was built, so it notes that they do not
    belong together: the next reindex builds anew from what was read. Raises
    ReindexLocked, IndexMissing when no index is kept, BuildRejected when it is
    damaged.
    """
    if not settings.index_dir.is_dir():
        raise IndexMissing(f"nothing in {settings.index_dir} yet: run `searchapp reindex PATH`")
    with hold_lock(settings.index_dir), _mark_unrelated(settings.index_dir):
        return engine.rollback()


@contextmanager
def _mark_unrelated(directory: Path) -> Iterator[None]:
    """From here on, and unless the block fails, ledger and index do not belong together.

    In a ledger that cannot be read nothing is marked: the next reindex sets it aside.
    """
    before: str | None = None
    with suppress(SearchappError), LedgerReader(directory) as reader:
        before = reader.note(IDENTITY)
        with Ledger(directory) as ledger:
            new_identity(ledger)
    try:
        yield
    except BaseException:
        if before:
            with Ledger(directory) as ledger:
                ledger.set_note(IDENTITY, before)
        raise
