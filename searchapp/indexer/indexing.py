"""The ledger into an engine: what is pending in one commit, or everything anew.

Last step of a run. After it the engine holds exactly the documents the ledger calls
cleaned; when a count says otherwise, the index is built again from the ledger.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime

from searchapp.engines.base import BuildStamp, Engine
from searchapp.errors import IndexUnavailable, SearchappError
from searchapp.indexer.ledger import Ledger

LEDGER_KEY = "ledger"


def bring_up_to_date(
    engine: Engine, ledger: Ledger, report: Callable[[int, int], None], *, full: bool
) -> bool:
    """Make the engine hold what the ledger says; True when it was built anew.

    `report` hears `(done, total)` documents. Raises SearchappError when the engine
    still disagrees with the ledger after a rebuild.
    """
    fresh = full or not _belongs(engine, ledger)
    if fresh or ledger.pending():
        _write(engine, ledger, report, fresh=fresh)
    if _agrees(engine, ledger):
        return fresh
    _write(engine, ledger, report, fresh=True)
    if not _agrees(engine, ledger):
        raise SearchappError(
            f"the index holds {engine.searcher().info().documents} documents and the ledger "
            f"{ledger.cleaned()}, even after a rebuild: please report this"
        )
    return True


def _write(
    engine: Engine, ledger: Ledger, report: Callable[[int, int], None], *, fresh: bool
) -> None:
    total = ledger.cleaned() if fresh else ledger.pending()
    with engine.writer(fresh=fresh) as writer:
        for identity in [] if fresh else ledger.pending_removals():
            writer.delete(identity)
        for done, document in enumerate(ledger.documents(pending=not fresh), start=1):
            writer.put(document)
            report(done, total)
        versions = {LEDGER_KEY: _identity(ledger)}
        writer.commit(BuildStamp(datetime.now(UTC), len(ledger.failures()), versions))
    ledger.settle()


def _belongs(engine: Engine, ledger: Ledger) -> bool:
    """Whether the live index can be opened and was built from this ledger."""
    try:
        stamp = engine.searcher().stamp()
    except IndexUnavailable:
        return False
    return stamp.versions.get(LEDGER_KEY) == _identity(ledger)


def _agrees(engine: Engine, ledger: Ledger) -> bool:
    return engine.searcher().info().documents == ledger.cleaned()


def _identity(ledger: Ledger) -> str:
    identity = ledger.note("identity")
    if identity is None:
        identity = uuid.uuid4().hex
        ledger.set_note("identity", identity)
    return identity
