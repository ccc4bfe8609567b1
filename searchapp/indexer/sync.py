"""The ledger into an engine: what is pending in one commit, or everything anew.

Last step of a run, and now and then one between (`incremental_commit`). After the last the
engine holds exactly the documents the ledger calls cleaned; when a count says
otherwise, the index is built again from the ledger.
"""

import uuid
from collections.abc import Callable, Mapping
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime

from searchapp.cancellation import CancelToken
from searchapp.curation.curation import CURATION_KEY, Curation
from searchapp.engines.base import BuildStamp, Engine
from searchapp.errors import RebuildNeeded, SearchappError
from searchapp.indexer.build_checks import Expectations
from searchapp.ledger.ledger import Ledger

LEDGER_KEY = "ledger"
IDENTITY = "identity"
"""Under which a ledger notes what an index that was built from it has as `LEDGER_KEY`."""
RECOGNISER_KEY = "recogniser"


@dataclass(frozen=True)
class Indexed:
    """What came of it: documents written, and whether the index was built anew."""

    documents: int
    rebuilt: bool


def bring_up_to_date(
    engine: Engine,
    ledger: Ledger,
    curation: Curation,
    report: Callable[[int, int], None],
    *,
    full: bool,
    cancel_token: CancelToken | None = None,
) -> Indexed:
    """Make the engine hold what the ledger says, curated.

    `report` hears `(done, total)` documents. Raises SearchappError when the engine
    still disagrees with the ledger after a rebuild, BuildRejected when the rebuild
    fails its checks, EngineUnreachable, Cancelled when that was asked for; the live index
    is then as it was.
    """
    cancel_token = cancel_token or CancelToken()
    versions = {} if full else _versions(engine)
    fresh = full or versions.get(LEDGER_KEY) != _identity(ledger)
    written = 0
    if fresh or ledger.pending() or versions.get(CURATION_KEY) != curation.version:
        written = write(engine, ledger, curation, _cancellable(report, cancel_token), fresh=fresh)
    ledger.forget_gone()
    if _agrees(engine, ledger):
        return Indexed(written, fresh)
    written = write(engine, ledger, curation, _cancellable(report, cancel_token), fresh=True)
    if not _agrees(engine, ledger):
        raise SearchappError(
            f"the index holds {engine.searcher().info().documents} documents and the ledger "
            f"{ledger.cleaned()}, even after a rebuild: please report this"
        )
    return Indexed(written, rebuilt=True)


def is_foreign(engine: Engine, ledger: Ledger) -> bool:
    """Whether the live index is missing, unreadable, or was not built from this ledger."""
    return _versions(engine).get(LEDGER_KEY) != _identity(ledger)


def write(
    engine: Engine,
    ledger: Ledger,
    curation: Curation,
    report: Callable[[int, int], None],
    *,
    fresh: bool,
    most: int | None = None,
) -> int:
    """One commit: what the ledger has pending (`most` rows of it), or all of it anew.

    What is recorded in the ledger meanwhile waits for the next. Returns how many documents
    were written.
    """
    done = 0
    identity = _identity(ledger)
    ledger.claim_pending(None if fresh else most)
    # A new index is checked against counts, which must be of one moment.
    moment = ledger.snapshot() if fresh else nullcontext()
    with moment, ExitStack() as writing:
        total = ledger.cleaned() if fresh else ledger.claimed()
        expected = Expectations(total)
        writer = writing.enter_context(
            engine.rebuild(expected.faults) if fresh else engine.update()
        )
        for removed in [] if fresh else ledger.pending_removals():
            writer.delete(removed)
        for done, document in enumerate(ledger.documents(pending=not fresh), start=1):
            curated = curation.apply(document)
            writer.put(curated)
            if fresh:
                expected.see(curated)
            report(done, total)
        versions = {
            LEDGER_KEY: identity,
            CURATION_KEY: curation.version,
            RECOGNISER_KEY: "; ".join(ledger.recognisers()),
        }
        stamp = BuildStamp(datetime.now(UTC), len(ledger.failures()), versions)
        writer.commit(stamp)
    ledger.mark_indexed()
    return done


def _cancellable(
    report: Callable[[int, int], None], cancel_token: CancelToken
) -> Callable[[int, int], None]:
    def checked(done: int, total: int) -> None:
        cancel_token.check()
        report(done, total)

    return checked


def _versions(engine: Engine) -> Mapping[str, str]:
    """What the live index was built from; empty when it has to be built again.

    Raises IndexUnavailable when that is not known, as when the engine is not to be reached.
    """
    try:
        if files := engine.local_files():
            files.verify()
        return engine.searcher().stamp().versions
    except RebuildNeeded:
        return {}


def _agrees(engine: Engine, ledger: Ledger) -> bool:
    return engine.searcher().info().documents == ledger.cleaned()


def new_identity(ledger: Ledger) -> str:
    """Give the ledger another identity: no index there is was built from it."""
    identity = uuid.uuid4().hex
    ledger.set_note(IDENTITY, identity)
    return identity


def _identity(ledger: Ledger) -> str:
    return ledger.note(IDENTITY) or new_identity(ledger)
