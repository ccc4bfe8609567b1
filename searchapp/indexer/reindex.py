"""The run that joins the steps: archive, planning, reading, ledger, indexing.

Reads what changed, records every outcome in the ledger, then brings the engine to
what the ledger says. A run that dies loses at most the pages in flight: the next
one finds the rest in the ledger and carries on.
"""

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from searchapp.config import Settings
from searchapp.curation.curation import read as read_curation
from searchapp.engines.base import Engine
from searchapp.errors import IndexUnavailable, SearchappError
from searchapp.indexer import curating
from searchapp.indexer.archive import Listing, Unlisted, find_sources, printable
from searchapp.indexer.indexing import bring_up_to_date
from searchapp.indexer.ledger import (
    FILE_NAME,
    Ledger,
    LedgerDamaged,
    fault_of,
    set_aside,
)
from searchapp.indexer.lock import hold_lock
from searchapp.indexer.outcomes import Failure
from searchapp.indexer.planning import Plan, make_plan
from searchapp.indexer.reading import Tally, read_sources
from searchapp.indexer.versions import of_any_recogniser, versions_of


class Reporter(Protocol):
    """Hears how a run goes."""

    def notice(self, message: str) -> None:
        """Something the user should know happened, and was dealt with."""

    def planned(self, plan: Plan) -> None:
        """Listing is over; the pages of `plan.read` follow."""

    def opened(self, path: str) -> None:
        """A container is being read: how many pages are in it is not known."""

    def page(self, path: str, failure: Failure | None) -> None:
        """One page was read, or failed."""

    def indexing(self, done: int, total: int) -> None:
        """The engine has been given `done` of `total` documents."""


@dataclass(frozen=True)
class Summary:
    """What a run did. `failures` are all failed pages of the archive, new and old.

    `skipped` counts files of other kinds by suffix, `no_pages` the records of containers
    that are no pages, by kind; `long` those read now that a model read in part.
    """

    read: int
    unchanged: int
    removed: int
    long: int
    documents: int
    failures: tuple[Failure, ...]
    unlisted: tuple[Unlisted, ...]
    skipped: Mapping[str, int]
    no_pages: Mapping[str, int]
    seconds: float
    rebuilt: bool


def reindex(
    paths: Sequence[Path],
    settings: Settings,
    engine: Engine,
    reporter: Reporter,
    *,
    full: bool = False,
    entities: bool = True,
) -> Summary:
    """Bring ledger and index up to date with the files at `paths`.

    Without paths, with those given before. `full` builds the index anew from the
    ledger. Without `entities` no model is needed: pages that have not changed keep
    theirs, the others get none until a run with them. Raises ReindexLocked, and
    SearchappError when nothing can be done.
    """
    started = time.monotonic()
    settings = settings if entities else replace(settings, models={})
    settings.index_dir.mkdir(parents=True, exist_ok=True)
    read_curation(settings.index_dir)  # a mistake in it is better heard of before a long run
    with hold_lock(settings.index_dir):
        try:
            run = _run(paths, settings, engine, reporter, full=full, entities=entities)
        except LedgerDamaged as error:
            aside = set_aside(settings.index_dir)
            reporter.notice(f"{error}; the damaged file is now {aside.name}")
            run = _run(paths, settings, engine, reporter, full=full, entities=entities)
    return replace(run, seconds=time.monotonic() - started)


def _run(
    paths: Sequence[Path],
    settings: Settings,
    engine: Engine,
    reporter: Reporter,
    *,
    full: bool,
    entities: bool,
) -> Summary:
    """One pass from listing to commit. Raises LedgerDamaged wherever that shows."""
    try:
        with Ledger(settings.index_dir) as ledger:
            scope = _scope(paths, ledger)
            listing = find_sources([Path(path) for path in scope])
            tally = _read(scope, listing, settings, ledger, reporter, entities=entities)
            curation = curating.bring_up_to_date(ledger, settings.index_dir)
            rebuilt = bring_up_to_date(engine, ledger, curation, reporter.indexing, full=full)
            unlisted = [[printable(p.path), p.message] for p in listing.problems]
            ledger.set_note("unlisted", json.dumps(unlisted))
            ledger.set_note("last_run", datetime.now(UTC).isoformat(timespec="seconds"))
            return _summary(tally, listing, ledger, 0.0, rebuilt=rebuilt)
    except sqlite3.Error as error:
        raise fault_of(error, settings.index_dir) from error


def apply_curation(settings: Settings, engine: Engine, report: Callable[[int, int], None]) -> int:
    """Bring the index up to date with the ledger, decisions and watch-list alone.

    How many documents were indexed again; `report` hears `(done, total)` of them.
    Reads no page and recognises nothing. Raises ReindexLocked, DecisionError, and
    IndexUnavailable when nothing was ever read.
    """
    if not (settings.index_dir / FILE_NAME).exists():
        raise IndexUnavailable(
            f"nothing in {settings.index_dir.absolute()} yet: run searchapp reindex PATH"
        )
    with hold_lock(settings.index_dir), Ledger(settings.index_dir) as ledger:
        curation = curating.bring_up_to_date(ledger, settings.index_dir)
        touched = ledger.pending()
        bring_up_to_date(engine, ledger, curation, report, full=False)
        return touched


def _scope(paths: Sequence[Path], ledger: Ledger) -> list[str]:
    """Absolute paths, links not followed: an archive keeps the name it was given."""
    scope = [os.path.abspath(path) for path in paths] or ledger.roots()  # noqa: PTH100 - resolve() follows links
    if not scope:
        raise SearchappError("nothing to index yet: name a folder, as in searchapp reindex PATH")
    return scope


def _read(
    scope: list[str],
    listing: Listing,
    settings: Settings,
    ledger: Ledger,
    reporter: Reporter,
    *,
    entities: bool,
) -> Tally:
    versions = json.dumps(versions_of(settings))
    sources = tuple(listing)
    unlisted = [problem.path for problem in listing.problems]
    known = ledger.known() if entities else of_any_recogniser(ledger.known(), versions)
    plan = make_plan(sources, known, versions, scope, unlisted)
    reporter.planned(plan)
    ledger.add_roots(scope)
    tally = read_sources(plan.read, ledger, settings, versions, reporter)
    tally.gone += ledger.mark_gone(plan.gone)
    tally.unchanged += plan.unchanged
    return tally


def _summary(
    tally: Tally, listing: Listing, ledger: Ledger, seconds: float, *, rebuilt: bool
) -> Summary:
    return Summary(
        read=tally.read,
        unchanged=tally.unchanged,
        removed=tally.gone,
        long=tally.long,
        documents=ledger.cleaned(),
        failures=tuple(ledger.failures()),
        unlisted=tuple(listing.problems),
        skipped=listing.skipped,
        no_pages=ledger.skipped(),
        seconds=seconds,
        rebuilt=rebuilt,
    )
