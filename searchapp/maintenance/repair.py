"""What can be put right without reading a page: leftovers, the lock, the index.

Beside `doctor`, which says what there is to mend. The ledger is what the index is built
from: a damaged one is set aside, and the next reindex reads the pages again.
"""

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from searchapp.config import Settings
from searchapp.engines.base import Engine
from searchapp.errors import RebuildNeeded
from searchapp.indexer import curation_changes
from searchapp.indexer.lock import hold_lock
from searchapp.indexer.sync import bring_up_to_date
from searchapp.ledger.errors import LedgerDamaged, set_aside
from searchapp.ledger.ledger import Ledger
from searchapp.ledger.reader import LedgerReader
from searchapp.ledger.verification import verify_all
from searchapp.maintenance import state_files
from searchapp.maintenance.doctor import Differences, differences, file_faults, leftovers

Report = Callable[[int, int], None]


def mend(settings: Settings, engine: Engine, report: Report) -> None:
    """Clear what is left over, and make the index hold what the ledger says.

    `report` hears `(done, total)` of the documents that are indexed again. Raises
    ReindexLocked, EngineUnreachable, and SearchappError when the ledger cannot be read.
    """
    with hold_lock(settings.index_dir):
        state_files.remove(settings)
        if files := engine.local_files():
            files.clear()
        for path in leftovers(settings, engine):
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)
        try:
            _drop_damaged_rows(settings.index_dir)
            with LedgerReader(settings.index_dir) as reader:
                _require_whole(reader)
                found = _differences(engine, reader)
        except LedgerDamaged:
            set_aside(settings.index_dir)  # which begins it anew with the next reindex
            return
        _index_again(settings, engine, found, report)


def _require_whole(ledger: LedgerReader) -> None:
    for fault in file_faults(ledger):
        raise LedgerDamaged(fault)


def _drop_damaged_rows(directory: Path) -> None:
    with LedgerReader(directory) as reader:
        faults = reader.row_faults()
    if faults:
        with Ledger(directory) as ledger:
            verify_all(ledger)


def _differences(engine: Engine, ledger: LedgerReader) -> Differences | None:
    """As `doctor.differences`; None also when the index is to be built anew."""
    files = engine.local_files()
    try:
        damaged = files is not None and any(files.faults())
        return None if damaged else differences(engine, ledger)
    except (RebuildNeeded, OSError):
        return None


def _index_again(
    settings: Settings, engine: Engine, found: Differences | None, report: Report
) -> None:
    with Ledger(settings.index_dir) as ledger:
        curation = curation_changes.bring_up_to_date(ledger, settings.index_dir)
        if found and found.extra:
            _take_out(engine, found.extra)
        if found and found.missing:
            now = datetime.now(UTC).isoformat(timespec="seconds")
            ledger.mark_pending(found.missing, "mended", now)
        bring_up_to_date(engine, ledger, curation, report, full=found is None)


def _take_out(engine: Engine, ids: frozenset[str]) -> None:
    stamp = replace(engine.searcher().stamp(), built_at=datetime.now(UTC))
    with engine.update() as writer:
        for identity in ids:
            writer.delete(identity)
        writer.commit(stamp)
