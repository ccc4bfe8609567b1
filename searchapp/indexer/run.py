"""The run that joins the steps: archive, planning, reading, ledger, indexing.

Reads what changed, records every outcome in the ledger, commits now and then, and
brings the engine to what the ledger says. A run that dies loses at most the pages in
flight: the next one finds the rest in the ledger and carries on.
"""

import errno
import json
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from searchapp.cancellation import Cancelled
from searchapp.config import Settings
from searchapp.curation.curation import Curation
from searchapp.curation.curation import read as read_curation
from searchapp.engines.base import Engine
from searchapp.errors import SearchappError
from searchapp.indexer import curation_changes, incremental_commit, new_extras
from searchapp.indexer.events import Reporter, Summary
from searchapp.indexer.incremental_commit import Committer
from searchapp.indexer.ingestion import ReadOptions, Tally, read_sources
from searchapp.indexer.lock import hold_lock
from searchapp.indexer.options import ReindexOptions
from searchapp.indexer.plan import Plan, Scope, make_plan
from searchapp.indexer.sync import Indexed, bring_up_to_date, is_foreign
from searchapp.indexer.vectors import MadeVectors, make_vectors
from searchapp.ledger.checksums import RowDamaged
from searchapp.ledger.errors import FILE_NAME, LedgerDamaged, disk_full, set_aside
from searchapp.ledger.ledger import Ledger
from searchapp.ledger.salvage import salvage_roots
from searchapp.ledger.staleness import CurrentVersions
from searchapp.ledger.verification import verify_all, verify_some
from searchapp.sources.listing import Listing, check_root, find_sources, printable
from searchapp.workers.pool import Pool

_NAMED = 3


def reindex(
    paths: Sequence[Path],
    settings: Settings,
    engine: Engine,
    reporter: Reporter,
    *,
    full: bool = False,
    entities: bool = True,
) -> Summary:
    """Bring ledger and index up to date with the files at `paths`; see `run`."""
    return run(paths, ReindexOptions(settings, engine, reporter, full=full, entities=entities))


def run(paths: Sequence[Path], options: ReindexOptions, pool: Pool | None = None) -> Summary:
    """Bring ledger and index up to date with the files at `paths`, or those given before.

    With a pool of one's own, its workers are kept. Raises ReindexLocked, Cancelled when that
    was asked for before anything was read, and SearchappError when nothing can be done.
    """
    with nullcontext(pool) if pool else options.pool() as workers:
        return _run_repairing(options, lambda: _run(options, workers, paths))


def run_again(changed: Sequence[str] | None, options: ReindexOptions, pool: Pool) -> Summary:
    """The same for what has just changed below paths given before, or (None) for all of it.

    `changed` are files, folders, or gone. The workers of `pool` are kept.
    """
    return _run_repairing(options, lambda: _run(options, pool, (), changed))


def add_roots(paths: Sequence[Path], options: ReindexOptions) -> list[str]:
    """Remember paths to look at; all that are to be looked at, absolute."""
    options.settings.index_dir.mkdir(parents=True, exist_ok=True)
    directory = options.settings.index_dir
    with hold_lock(directory, options.wait, options.cancel_token), Ledger(directory) as ledger:
        _roots(paths, ledger)
        return ledger.roots()


def preview(
    paths: Sequence[Path], options: ReindexOptions, show: Callable[[Plan, Listing], None]
) -> None:
    """Show what a run would do, and write nothing. Raises SearchappError as `run` does."""
    with Ledger(options.settings.index_dir, preview=True) as ledger:
        scope = _roots(paths, ledger)
        listing = _list(options, scope, ledger)
        show(_plan(options, options.current_versions(), scope, listing, ledger), listing)


def _run_repairing(options: ReindexOptions, once: Callable[[], Summary]) -> Summary:
    """A run under the lock, and again when it finds the ledger damaged."""
    started = time.monotonic()
    directory = options.settings.index_dir
    directory.mkdir(parents=True, exist_ok=True)
    if not os.path.lexists(directory / FILE_NAME):
        read_curation(directory)  # a mistake in it is better heard of before a long run
    with _explain_full_disk(directory), hold_lock(directory, options.wait, options.cancel_token):
        summary = _repairing(options, once)
    return replace(summary, seconds=time.monotonic() - started)


def _repairing(options: ReindexOptions, once: Callable[[], Summary]) -> Summary:
    for repair in (_drop_damaged_rows, _set_ledger_aside):
        try:
            return once()
        except (LedgerDamaged, RowDamaged) as error:
            repair(options, error)
    return once()


def _drop_damaged_rows(options: ReindexOptions, error: SearchappError) -> None:
    """Where it is not rows that are damaged, the whole ledger is set aside."""
    try:
        with Ledger(options.settings.index_dir) as ledger:
            dropped = verify_all(ledger)
    except LedgerDamaged:
        dropped = []
    if dropped:
        _notify_of_dropped(options, dropped)
    else:
        _set_ledger_aside(options, error)


def _notify_of_dropped(options: ReindexOptions, paths: Sequence[str]) -> None:
    for path in paths[:_NAMED]:
        options.reporter.notice(
            f"{printable(path)}: its row in the ledger was damaged; reading it again"
        )
    if len(paths) > _NAMED:
        options.reporter.notice(f"{len(paths) - _NAMED} more rows of the ledger were damaged")


def _set_ledger_aside(options: ReindexOptions, error: SearchappError) -> None:
    aside = set_aside(options.settings.index_dir)
    options.reporter.notice(f"{error}; the damaged file is now {aside.name}")


def _run(
    options: ReindexOptions, pool: Pool, paths: Sequence[Path], changed: Sequence[str] | None = None
) -> Summary:
    """One pass from listing to commit. Raises LedgerDamaged wherever that shows."""
    directory = options.settings.index_dir
    with Ledger(directory) as ledger:
        if files := options.engine.local_files():
            files.tidy()
        if changed is None:
            _notify_of_dropped(options, verify_some(ledger))
        scope = _roots(paths, ledger) if changed is None else list(changed)
        there = scope if changed is None else filter(os.path.lexists, scope)
        listing = _list(options, there, ledger)
        current = options.current_versions()
        plan = _plan(options, current, scope, listing, ledger)
        options.reporter.planned(plan)
        tally, indexed = _read(options, current, plan, ledger, pool)
        curation = curation_changes.bring_up_to_date(ledger, directory)
        last = _last_commit(options, ledger, curation)
        if changed is None and not options.cancel_token.is_set():
            _note_end(ledger, listing)
        total = Indexed(indexed + last.documents, last.rebuilt)
        vectors = MadeVectors()
        if options.settings.meaning and not options.cancel_token.is_set():
            vectors = make_vectors(options, ledger, pool, tally.read)
        summary = _summary(options, tally, listing, ledger, total)
        return replace(summary, vectors=vectors.made, without_vector=vectors.missing)


def _list(options: ReindexOptions, paths: Iterable[str], ledger: Ledger) -> Listing:
    settings = options.settings
    return find_sources(
        [Path(path) for path in paths],
        settings.index_dir,
        roots=ledger.roots(),
        follow_links=settings.follow_links,
    )


def _note_end(ledger: Ledger, listing: Listing) -> None:
    unlisted = [[printable(p.path), p.message] for p in listing.problems]
    ledger.set_note("unlisted", json.dumps(unlisted))
    ledger.set_note("links_out", json.dumps(vars(listing.links_out)))
    ledger.set_note("last_run", datetime.now(UTC).isoformat(timespec="seconds"))


def _roots(paths: Sequence[Path], ledger: Ledger) -> list[str]:
    """Absolute paths, links not followed: an archive keeps the name it was given."""
    given = [os.path.abspath(path) for path in paths]  # noqa: PTH100 - resolve() follows links
    for path in given:
        check_root(path)
    scope = given or ledger.roots() or salvage_roots(ledger.path.parent)
    if not scope:
        raise SearchappError("nothing to index yet: name a folder, as in searchapp reindex PATH")
    ledger.add_roots(scope)
    return scope


def _plan(
    options: ReindexOptions,
    current: CurrentVersions,
    scope: list[str],
    listing: Listing,
    ledger: Ledger,
) -> Plan:
    limits = Scope(scope, listing.problems)
    new_extras.outdate_for_new_extras(ledger)
    plan = make_plan(
        listing,
        ledger,
        current,
        limits,
        retry=options.retry_failed,
        cancel_token=options.cancel_token,
    )
    curation = curation_changes.bring_up_to_date(ledger, options.settings.index_dir)
    for fault in curation.unused:
        options.reporter.notice(fault)
    return replace(plan, behind=ledger.pending())


def _read(
    options: ReindexOptions, current: CurrentVersions, plan: Plan, ledger: Ledger, pool: Pool
) -> tuple[Tally, int]:
    """Everything up to the ledger, with commits on the way; documents in these."""
    directory = options.settings.index_dir
    curation = curation_changes.bring_up_to_date(ledger, directory)
    moved = sum(ledger.move(move.old, move.new) for move in plan.moves())
    gone = ledger.mark_gone(plan.gone())
    with Committer(options.engine, directory, curation, options.reporter.committed) as committer:

        def after_each(tally: Tally) -> None:
            if not options.full:
                committer.offer(tally.read + tally.recognised + tally.copied)

        how = ReadOptions(
            current, options.settings.models, options.retry_failed, options.cancel_token, after_each
        )
        tally = read_sources(plan, ledger, pool, how, options.reporter)
    if not options.cancel_token.is_set():
        plan.worklist.accept_unaffected()
        gone += ledger.mark_gone([])
    tally.moved, tally.removed = moved, tally.removed + gone
    tally.unchanged += plan.unchanged - plan.recognise
    return tally, committer.documents


def _last_commit(options: ReindexOptions, ledger: Ledger, curation: Curation) -> Indexed:
    """The rest into the engine; when asked to stop, only if that is soon done."""
    report = options.reporter.indexing
    if not options.cancel_token.is_set():
        try:
            return bring_up_to_date(
                options.engine,
                ledger,
                curation,
                report,
                full=options.full,
                cancel_token=options.cancel_token,
            )
        except Cancelled:
            return Indexed(0, rebuilt=False)
    much = ledger.cleaned() if is_foreign(options.engine, ledger) else ledger.pending()
    if options.full or much > incremental_commit.MOST:
        return Indexed(0, rebuilt=False)
    return bring_up_to_date(options.engine, ledger, curation, report, full=False)


@contextmanager
def _explain_full_disk(directory: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
            raise
        raise disk_full(directory) from error


def _summary(
    options: ReindexOptions, tally: Tally, listing: Listing, ledger: Ledger, indexed: Indexed
) -> Summary:
    return Summary(
        **vars(tally),
        documents=ledger.cleaned(),
        indexed=indexed.documents,
        failures=tuple(ledger.failures()),
        unlisted=tuple(listing.problems),
        links_out=listing.links_out,
        skipped=listing.skipped,
        no_pages=ledger.skipped(),
        seconds=0.0,
        rebuilt=indexed.rebuilt,
        stopped=options.cancel_token.reason,
    )
