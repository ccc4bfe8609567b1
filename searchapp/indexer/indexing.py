"""The ledger into an engine: what is pending in one commit, or everything anew.

Last step of a run. After it the engine holds exactly the documents the ledger calls
cleaned; when a count says otherwise, the index is built again from the ledger.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from searchapp.curation.curation import CURATION_KEY, Curation
from searchapp.engines.base import BuildStamp, Engine
from searchapp.errors import IndexUnavailable, SearchappError
from searchapp.indexer.ledger import Ledger

LEDGER_KEY = "ledger"
RECOGNISER_KEY = "recogniser"
_RECOGNISER = f"json_extract(versions, '$.{RECOGNISER_KEY}')"


def bring_up_to_date(
    engine: Engine,
    ledger: Ledger,
    curation: Curation,
    report: Callable[[int, int], None],
    *,
    full: bool,
) -> bool:
    """Make the engine hold what the ledger says, curated; True when it was built anew.

    `report` hears `(done, total)` documents. Raises SearchappError when the engine
    still disagrees with the ledger after a rebuild.
    """
    built = _versions(engine)
    fresh = full or built.get(LEDGER_KEY) != _identity(ledger)
    if fresh or ledger.pending() or built.get(CURATION_KEY) != curation.version:
        _write(engine, ledger, curation, report, fresh=fresh)
    if _agrees(engine, ledger):
        return fresh
    _write(engine, ledger, curation, report, fresh=True)
    if not _agrees(engine, ledger):
        raise SearchappError(
            f"the index holds {engine.searcher().info().documents} documents and the ledger "
            f"{ledger.cleaned()}, even after a rebuild: please report this"
        )
    return True


def _write(
    engine: Engine,
    ledger: Ledger,
    curation: Curation,
    report: Callable[[int, int], None],
    *,
    fresh: bool,
) -> None:
    total = ledger.cleaned() if fresh else ledger.pending()
    with engine.writer(fresh=fresh) as writer:
        for identity in [] if fresh else ledger.pending_removals():
            writer.delete(identity)
        for done, document in enumerate(ledger.documents(pending=not fresh), start=1):
            writer.put(curation.applied(document))
            report(done, total)
        versions = {
            LEDGER_KEY: _identity(ledger),
            CURATION_KEY: curation.version,
            RECOGNISER_KEY: "; ".join(sorted(filter(None, ledger.tally(_RECOGNISER)))),
        }
        writer.commit(BuildStamp(datetime.now(UTC), len(ledger.failures()), versions))
    ledger.settle()


def _versions(engine: Engine) -> Mapping[str, str]:
    """What the live index was built from; empty when it cannot be opened or is damaged."""
    try:
        engine.verify()
        return engine.searcher().stamp().versions
    except IndexUnavailable:
        return {}


def _agrees(engine: Engine, ledger: Ledger) -> bool:
    return engine.searcher().info().documents == ledger.cleaned()


def _identity(ledger: Ledger) -> str:
    identity = ledger.note("identity")
    if identity is None:
        identity = uuid.uuid4().hex
        ledger.set_note("identity", identity)
    return identity
