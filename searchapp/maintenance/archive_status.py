"""The account of an archive: what is in it, what is not and why, and whether all agree.

For `searchapp status`, the status page and its JSON. Only reads, and tells what it can
when the ledger or the index is missing or damaged.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Self

from searchapp.config import Settings
from searchapp.curation import curation
from searchapp.curation.curation import CURATION_KEY
from searchapp.engines.base import (
    DATE_FACET,
    IndexInfo,
    Interval,
    Searcher,
    SearchRequest,
    SearchResponse,
    Sort,
    Undated,
)
from searchapp.errors import IndexMissing, SearchappError
from searchapp.indexer.sync import IDENTITY, LEDGER_KEY
from searchapp.ledger.captures import Capture
from searchapp.ledger.errors import fault_of
from searchapp.ledger.reader import LedgerReader
from searchapp.ledger.rows import Failure
from searchapp.maintenance.lock_status import LockHolder, live_holder

MOST_SITES = 1000


@dataclass(frozen=True)
class Holdings:
    """What the index holds: totals, languages, sites and dates, of one snapshot.

    `uncertain` documents have a date that is a guess, and count as undated in searches.
    """

    everything: SearchResponse
    undated: int
    uncertain: int
    first: date | None
    last: date | None
    versions: Mapping[str, str]

    @classmethod
    def of(cls, searcher: Searcher) -> Self:
        """Ask the index, pinned. Raises IndexUnavailable."""
        facets = {"lang": MOST_SITES, "site": MOST_SITES, DATE_FACET: 0}
        everything = SearchRequest(size=0, facets=facets, interval=Interval.AUTO)
        undated = SearchRequest(size=0, undated=Undated.ONLY)
        none = searcher.search(replace(undated, uncertain=True)).total
        return cls(
            searcher.search(everything),
            none,
            searcher.search(undated).total - none,
            _end(searcher, Sort.OLDEST),
            _end(searcher, Sort.NEWEST),
            searcher.stamp().versions,
        )

    @property
    def info(self) -> IndexInfo:
        """The snapshot it is of."""
        return self.everything.index

    def tally(self, facet: str) -> dict[str, int]:
        """How many documents have each value of `lang` or `site`, the most frequent first."""
        return next(
            {value.value: value.count for value in found.values}
            for found in self.everything.facets
            if found.field == facet
        )


@dataclass(frozen=True)
class Records:
    """What the ledger records.

    `unlisted` are paths the last run could not look at, and why; `read_by` has what read
    documents, and how many.
    """

    documents: int
    pending: int
    failures: tuple[Failure, ...]
    unlisted: tuple[tuple[str, str], ...]
    no_pages: Mapping[str, int]
    captures: tuple[Capture, ...]
    last_run: str | None
    identity: str | None
    roots: tuple[str, ...]
    read_by: tuple[tuple[Mapping[str, str], int], ...]

    @property
    def failed(self) -> Mapping[str, Sequence[Failure]]:
        """The failures by reason, the most frequent first."""
        by_reason: dict[str, list[Failure]] = defaultdict(list)
        for failure in self.failures:
            by_reason[str(failure.fault)].append(failure)
        return dict(sorted(by_reason.items(), key=lambda item: (-len(item[1]), item[0])))

    @classmethod
    def of(cls, ledger: LedgerReader) -> Self:
        """Ask the ledger."""
        return cls(
            ledger.cleaned(),
            ledger.pending(),
            tuple(ledger.failures()),
            tuple((path, why) for path, why in json.loads(ledger.note("unlisted") or "[]")),
            ledger.skipped(),
            tuple(ledger.captures),
            ledger.note("last_run"),
            ledger.note(IDENTITY),
            tuple(ledger.roots()),
            tuple((_parsed(text), n) for text, n in ledger.documents_by_versions().items()),
        )


def _parsed(versions: str) -> Mapping[str, str]:
    try:
        return dict(json.loads(versions))
    except ValueError:
        return {"versions": versions}


@dataclass(frozen=True)
class Account:
    """An archive's state. `faults` say what could not be read, `drift` what does not agree.

    `size` is in bytes, of the ledger and the index together.
    """

    holdings: Holdings | None
    records: Records | None
    faults: tuple[str, ...]
    drift: tuple[str, ...]
    size: int
    running: LockHolder | None


def account(settings: Settings, searcher: Searcher) -> Account:
    """Take stock. Never fails: what cannot be read is named in `faults`."""
    faults: list[Exception] = []
    holdings = _holdings(searcher, faults)
    records = _records(settings.index_dir, faults)
    if all(isinstance(fault, IndexMissing) for fault in faults):
        del faults[:-1]  # that nothing was ever read need not be said of each of them
    return Account(
        holdings,
        records,
        tuple(map(str, faults)),
        tuple(_drift(holdings, records, settings.index_dir)) if holdings and records else (),
        size_of(settings.index_dir),
        live_holder(settings.index_dir),
    )


def size_of(directory: Path) -> int:
    """How many bytes the files below a directory have."""
    return sum(_size(file) for file in directory.rglob("*"))


def _size(file: Path) -> int:
    try:
        return file.stat().st_size if file.is_file() else 0
    except OSError:
        return 0  # a commit came between


def _holdings(searcher: Searcher, faults: list[Exception]) -> Holdings | None:
    try:
        with searcher.pinned() as still:
            return Holdings.of(still)
    except (SearchappError, OSError) as error:
        faults.append(error)
    return None


def _records(directory: Path, faults: list[Exception]) -> Records | None:
    try:
        with LedgerReader(directory) as ledger:
            return Records.of(ledger)
    except sqlite3.Error as error:
        faults.append(fault_of(error, directory))
    except (SearchappError, OSError) as error:
        faults.append(error)
    return None


def _end(searcher: Searcher, sort: Sort) -> date | None:
    """The first or the last day of a date that is no guess."""
    hits = searcher.search(SearchRequest(size=1, sort=sort)).hits
    published = hits[0].document.article.published if hits else None
    return published.day if published else None


def _drift(holdings: Holdings, records: Records, directory: Path) -> Iterator[str]:
    """In what ledger and index differ, a sentence each with what to do."""
    found, expected = holdings.info.documents, records.documents
    if holdings.versions.get(LEDGER_KEY) != records.identity:
        yield (
            "ledger and index do not belong together, as after a rollback; the next "
            "`searchapp reindex` builds the index anew"
        )
    elif records.pending:
        yield f"{records.pending} changes are not in the index yet; run `searchapp reindex`"
    elif found != expected:
        yield (f"the index holds {found} documents, the ledger {expected}; run `searchapp doctor`")
    try:
        decided = curation.read(directory).version
    except (SearchappError, OSError) as error:
        yield f"the decisions about names cannot be read: {error}"
        return
    if holdings.versions.get(CURATION_KEY) != decided:
        yield "decisions about names are not in the index yet; run `searchapp reindex`"
