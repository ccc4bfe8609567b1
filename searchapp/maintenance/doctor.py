"""Holds the ledger against the index and both against the disk; says what to do about it.

Only looks: `repair` does what can be done without reading a page. Everything that
reads the ledger or the index reads all of it, so this takes as long as the disk does.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from searchapp.config import Settings
from searchapp.curation import curation
from searchapp.engines.base import Engine
from searchapp.errors import EngineUnreachable, RebuildNeeded, SearchappError
from searchapp.indexer.sync import IDENTITY, LEDGER_KEY
from searchapp.ledger.errors import FILE_NAME, LedgerDamaged
from searchapp.ledger.reader import LedgerReader
from searchapp.maintenance import state_files
from searchapp.maintenance.archive_status import LedgerStats
from searchapp.maintenance.lock_status import last_holder, live_holder
from searchapp.sources.listing import find_sources, printable

_NAMED = 3
MEND = "searchapp doctor --mend"
REINDEX = "searchapp reindex"


class Level(StrEnum):
    """How much a finding matters: a fault is to be mended, a note is to be known."""

    FAULT = "fault"
    NOTE = "note"


@dataclass(frozen=True)
class Finding:
    """What a check found, and what to do about it."""

    check: str
    level: Level
    message: str
    remedy: str


@dataclass(frozen=True)
class Differences:
    """Ids the index lacks, and ids it has although the ledger has no such document."""

    missing: frozenset[str]
    extra: frozenset[str]


def examine(settings: Settings, engine: Engine) -> Iterator[Finding]:
    """Everything that is not as it should be, check by check in the order of `CHECKS`."""
    for check in CHECKS:
        yield from check(settings, engine)


def leftovers(settings: Settings, engine: Engine) -> list[Path]:
    """Files nobody needs. While a reindex is at work, what it is writing is among them."""
    own = [*settings.index_dir.glob("*.new"), *settings.index_dir.glob("restore-*.partial")]
    files = engine.local_files()
    return sorted([*(files.leftovers() if files else ()), *own])


def differences(engine: Engine, ledger: LedgerReader) -> Differences | None:
    """What the index lacks and has too much; None when they do not belong together at all."""
    with engine.searcher().pinned() as searcher:
        if searcher.stamp().versions.get(LEDGER_KEY) != ledger.note(IDENTITY):
            return None
        found = set(searcher.iter_ids())
    expected, pending = ledger.indexed_ids(), ledger.pending_ids()
    return Differences(frozenset(expected - found), frozenset(found - expected - pending))


def file_faults(ledger: LedgerReader) -> list[str]:
    """What is wrong with a ledger of whole rows, a sentence each. Raises LedgerDamaged."""
    faults = ledger.file_faults()
    if not faults:
        LedgerStats.of(ledger)
    return faults


def _ledger(settings: Settings, _engine: Engine) -> Iterator[Finding]:
    path = settings.index_dir / FILE_NAME
    remedy = f"restore a backup, or {MEND} sets it aside and {REINDEX} reads the pages again"
    try:
        with LedgerReader(settings.index_dir) as ledger:
            if faults := ledger.row_faults():
                remedy = f"{REINDEX} reads these pages again; {MEND} takes them out until then"
            else:
                faults = file_faults(ledger)
    except LedgerDamaged as error:
        yield Finding("ledger", Level.FAULT, str(error), remedy)
        return
    except SearchappError as error:  # missing, or of another version: there is nothing to set aside
        yield Finding("ledger", Level.FAULT, str(error), "restore a backup, or do that")
        return
    for fault in faults[:_NAMED]:
        yield Finding("ledger", Level.FAULT, f"{path}: {printable(fault)}", remedy)
    if len(faults) > _NAMED:
        yield Finding("ledger", Level.FAULT, f"{len(faults) - _NAMED} more of the kind", remedy)


def _index(_settings: Settings, engine: Engine) -> Iterator[Finding]:
    remedy = f"{MEND} builds it anew from the ledger"
    files = engine.local_files()
    try:
        faults = list(files.faults()) if files else []
        engine.searcher().info()
    except EngineUnreachable as error:
        yield Finding("index", Level.FAULT, str(error), "have the engine answer again")
        return
    except RebuildNeeded as error:
        yield Finding("index", Level.FAULT, str(error), remedy)
        return
    except (SearchappError, OSError) as error:
        yield Finding("index", Level.FAULT, str(error), f"allow it to be read, or {remedy}")
        return
    for fault in faults[:_NAMED]:
        yield Finding("index", Level.FAULT, fault, remedy)
    if len(faults) > _NAMED:
        yield Finding("index", Level.FAULT, f"{len(faults) - _NAMED} more files", remedy)


def _documents(settings: Settings, engine: Engine) -> Iterator[Finding]:
    try:
        with LedgerReader(settings.index_dir) as ledger:
            found = differences(engine, ledger)
            pending = ledger.pending()
    except (SearchappError, OSError):
        return  # the checks before have said why
    if found is None:
        what = "ledger and index do not belong together, as after a rollback"
        yield Finding("documents", Level.FAULT, what, f"{REINDEX} or {MEND} builds the index anew")
        return
    if found.missing:
        what = f"{len(found.missing)} documents are not in the index ({_some(found.missing)})"
        yield Finding("documents", Level.FAULT, what, f"{MEND} brings them in from the ledger")
    if found.extra:
        what = f"{len(found.extra)} documents in the index are not in the ledger "
        yield Finding(
            "documents", Level.FAULT, what + f"({_some(found.extra)})", f"{MEND} takes them out"
        )
    if pending:
        what = f"{pending} changes are not in the index yet"
        yield Finding("documents", Level.NOTE, what, f"{REINDEX} or {MEND} brings them in")


def _leftovers(settings: Settings, engine: Engine) -> Iterator[Finding]:
    found = [] if live_holder(settings.index_dir) else leftovers(settings, engine)
    if found:
        names = _some({path.name for path in found})
        what = f"{len(found)} files or folders that a run left behind ({names})"
        yield Finding("leftovers", Level.FAULT, what, f"{MEND} removes them")
    for path in sorted(settings.index_dir.glob(f"{FILE_NAME}.damaged-*")):
        yield Finding(
            "leftovers",
            Level.NOTE,
            f"{path.name} was set aside",
            "delete it when you do not need it",
        )


def _lock(settings: Settings, _engine: Engine) -> Iterator[Finding]:
    holder = last_holder(settings.index_dir)
    if holder and holder.alive:
        what = f"a reindex, process {holder.pid}, is at work since {holder.since}"
        yield Finding("lock", Level.NOTE, what, "what is found may change until it ends")
    elif holder:
        what = f"process {holder.pid} died while it held the lock, since {holder.since}"
        remedy = f"{MEND} or the next {REINDEX} carries on; the lock itself died with it"
        yield Finding("lock", Level.FAULT, what, remedy)


def _state_files(settings: Settings, _engine: Engine) -> Iterator[Finding]:
    for fault in state_files.faults(settings):
        remedy = f"{MEND} or {REINDEX} puts one there; a folder with files in it is yours to remove"
        if not fault.endswith("not a file"):
            remedy = "allow it, or run this as the user who owns the file"
        yield Finding("state", Level.FAULT, fault, remedy)


def _sources(settings: Settings, _engine: Engine) -> Iterator[Finding]:
    try:
        with LedgerReader(settings.index_dir) as ledger:
            known, roots = ledger.fingerprints(), ledger.roots()
    except SearchappError:
        return
    there = [Path(root) for root in roots if Path(root).exists()]
    for root in sorted(set(roots) - {str(path) for path in there}):
        what = f"{printable(root)}: is no longer there"
        remedy = "mount or restore it before the next reindex, which else takes its pages out"
        yield Finding("sources", Level.FAULT, what, remedy)
    try:
        listing = find_sources(there, settings.index_dir, follow_links=settings.follow_links)
    except SearchappError as error:  # a folder given once is a device now
        yield Finding("sources", Level.FAULT, str(error), f"{REINDEX} names it too")
        return
    found = {source.path: (source.size, source.mtime_ns) for source in listing}
    for problem in listing.problems[:_NAMED]:
        yield Finding("sources", Level.NOTE, problem.message, "its pages stay as they are")
    yield from _changes(known, found)


def _changes(known: Mapping[str, object], found: Mapping[str, object]) -> Iterator[Finding]:
    counts = {
        "new": len(found.keys() - known.keys()),
        "changed": sum(found[path] != known[path] for path in found.keys() & known.keys()),
        "gone": len(known.keys() - found.keys()),
    }
    if any(counts.values()):
        what = "files on disk since the last run: "
        what += ", ".join(f"{count} {kind}" for kind, count in counts.items() if count)
        yield Finding("sources", Level.NOTE, what, f"{REINDEX} brings them in")


def _decisions(settings: Settings, _engine: Engine) -> Iterator[Finding]:
    try:
        curation.read(settings.index_dir)
    except (SearchappError, OSError) as error:
        yield Finding("decisions", Level.FAULT, str(error), "correct the file")


def _some(names: Collection[str]) -> str:
    shown = ", ".join(sorted(names)[:_NAMED])
    return f"{shown}, ..." if len(names) > _NAMED else shown


CHECKS: tuple[Callable[[Settings, Engine], Iterator[Finding]], ...] = (
    _ledger,
    _index,
    _documents,
    _leftovers,
    _lock,
    _state_files,
    _sources,
    _decisions,
)
