"""An ArchiveStatus as the one JSON object of `searchapp status --json` and `GET /api/v1/status`.

The last step of `archive_status`. With a Redaction nothing in it says where on the server
archive and index are, and long lists are cut.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Annotated

from msgspec import Meta, Struct

from searchapp import __version__
from searchapp.config import Settings
from searchapp.engines.base import DATE_FACET, Engine, Facet, IndexInfo, Interval
from searchapp.errors import ModelError, PageFault
from searchapp.indexer.versions import versions_of
from searchapp.ledger.captures import Capture
from searchapp.ledger.rows import Failure
from searchapp.ledger.staleness import RECOGNISER
from searchapp.maintenance.archive_status import UNKNOWN, ArchiveStatus, IndexStats, LedgerStats
from searchapp.maintenance.lock_status import LockHolder
from searchapp.maintenance.source_names import Redaction
from searchapp.sources.listing import LinksOut, printable

EXAMPLES = 20
Rewrite = Callable[[str], str]


def about(text: str = "", **schema: object) -> Meta:
    """What the JSON Schema says of a field: a description, and keywords as they are."""
    return Meta(description=text or None, extra_json_schema=schema or None)


Natural = Annotated[int, Meta(ge=0)]
Positive = Annotated[int, Meta(ge=1)]
Moment = Annotated[str, about(format="date-time")]
Day = Annotated[str, about(format="date")]
Tally = dict[str, Natural]


class Index(Struct, frozen=True):
    """The state of the index an answer is of."""

    id: Annotated[str, about("the snapshot that answered; another commit has another id")]
    built_at: Moment
    documents: Natural
    failed: Annotated[Natural, about("pages of the archive that are not in the index")]

    @classmethod
    def of(cls, info: IndexInfo) -> Index:
        """The snapshot of an answer."""
        built_at = info.built_at.isoformat(timespec="seconds")
        return cls(info.id, built_at, info.documents, info.failed)


class Count(Struct, frozen=True):
    """How many documents have a value."""

    value: str
    count: Natural


class FailureExample(Struct, frozen=True):
    """A source that failed."""

    source: str
    message: Annotated[str, about("why, and what to do")]


class FailureGroup(Struct, frozen=True):
    """The sources that failed for one reason."""

    reason: PageFault
    count: Positive
    examples: Annotated[list[FailureExample], about(f"the first {EXAMPLES}")]


class DateRange(Struct, frozen=True):
    """The days documents are of, and how many of each period."""

    first: Day | None
    last: Day | None
    interval: Interval | None
    values: list[Count]


class RunningReindex(Struct, frozen=True):
    """The reindex at work, and its start."""

    since: Moment
    pid: Annotated[int | None, about("null for web readers")]


class Versions(Struct, frozen=True):
    """What is installed, what read the documents, and what the index was built from."""

    searchapp: str
    engine: dict[str, str]
    documents: Annotated[list[dict[str, str | int]], about("what read so many `documents`")]
    readers: str | None
    cleaner: str | None
    recogniser: str | None
    error: Annotated[str | None, about("why the recogniser's version is not known")]
    index: dict[str, str] | None


class Links(Struct, frozen=True):
    """Links that lead out of the paths given, and are not followed."""

    count: Natural
    paths: Annotated[list[str], about("the first of them; none for web readers")]


class Status(Struct, frozen=True, kw_only=True):
    """What the archive holds, what failed and why, and whether ledger and index agree."""

    index: Index | None
    bytes: Annotated[Natural, about("size of ledger and index")]
    documents: Annotated[Natural | None, about("pages the ledger has read")]
    pending: Annotated[Natural | None, about("changes that are not in the index yet")]
    failed: list[FailureGroup]
    unlisted: Annotated[
        list[str], about("files and folders the last run could not look at, and why")
    ]
    links_out: Annotated[Links, about("what the last run did not follow")]
    no_pages: Annotated[
        dict[str, Positive], about("records in containers that are no pages, by kind")
    ]
    undated: Annotated[Natural | None, about("documents without any date")]
    uncertain: Annotated[Natural | None, about("documents whose date is a guess")]
    dates: DateRange | None
    languages: list[Count]
    sites: list[Count]
    last_run: Annotated[Moment | None, about("end of the last complete run")]
    running: RunningReindex | None
    versions: Versions
    drift: Annotated[list[str], about("in what ledger and index differ, and what to do")]
    faults: Annotated[list[str], about("what cannot be read, and what to do")]
    directory: Annotated[str | None, about("of the index; null for web readers")]
    failures: Annotated[
        list[Failure],
        about(f"by path; for web readers {EXAMPLES} of each reason at most"),
    ]
    first_day: Annotated[Day | None, about("`dates.first`")]
    last_day: Annotated[Day | None, about("`dates.last`")]
    dates_by_method: Annotated[Tally | None, about("how dates were found; null for web readers")]
    without_model: Annotated[
        Tally, about(f"documents by language that no model reads, `{UNKNOWN}` included")
    ]
    long_texts: Annotated[
        Natural | None, about("texts a model reads in part; null for web readers")
    ]
    vectors: Annotated[
        Natural | None, about("documents with a vector of meaning; null where none are made")
    ]
    captures: Annotated[list[Capture], about(f"for web readers the first {EXAMPLES}")]
    roots: Annotated[list[str], about("the paths that were given to reindex")]


def _links(links: LinksOut, redaction: Redaction | None) -> Links:
    return Links(links.count, [] if redaction else links.paths)


def to_status(
    status: ArchiveStatus, settings: Settings, engine: Engine, redaction: Redaction | None = None
) -> Status:
    """Encode all that is known; what cannot be read is null or empty, and named in `faults`."""
    index, ledger = status.index, status.ledger
    path = redaction.path if redaction else printable
    message = redaction.message if redaction else str
    limit = EXAMPLES if redaction else None
    running = status.running
    return Status(
        index=Index.of(index.info) if index else None,
        bytes=status.size,
        documents=ledger.documents if ledger else None,
        pending=ledger.pending if ledger else None,
        failed=list(_failure_groups(ledger, path, message)) if ledger else [],
        unlisted=[message(why) for _, why in ledger.unlisted] if ledger else [],
        links_out=_links(ledger.links_out, redaction) if ledger else Links(0, []),
        no_pages=dict(ledger.no_pages) if ledger else {},
        undated=index.undated if index else None,
        uncertain=index.uncertain if index else None,
        dates=_date_range(index) if index else None,
        languages=_counts(index.facet("lang")) if index else [],
        sites=_counts(index.facet("site")) if index else [],
        last_run=ledger.last_run if ledger else None,
        running=_running(running, redaction) if running else None,
        versions=_versions(status, settings, engine),
        drift=[message(line) for line in status.drift],
        faults=[message(line) for line in status.faults],
        directory=None if redaction else str(settings.index_dir.absolute()),
        failures=_failures(ledger, path, message, limit) if ledger else [],
        first_day=_iso(index.first) if index else None,
        last_day=_iso(index.last) if index else None,
        dates_by_method=ledger.dates_by_method if ledger else None,
        without_model=_without_model(index, settings) if index else {},
        long_texts=ledger.long_texts if ledger else None,
        vectors=ledger.vectors if ledger and (ledger.vectors or settings.meaning) else None,
        captures=[_capture(one, path) for one in ledger.captures[:limit]] if ledger else [],
        roots=[path(root) for root in ledger.roots] if ledger else [],
    )


def _running(running: LockHolder, redaction: Redaction | None) -> RunningReindex:
    return RunningReindex(running.since, None if redaction else running.pid)


def _failure_groups(ledger: LedgerStats, path: Rewrite, message: Rewrite) -> Iterator[FailureGroup]:
    for reason, failures in ledger.failed.items():
        examples = [
            FailureExample(path(one.path), message(one.message)) for one in failures[:EXAMPLES]
        ]
        yield FailureGroup(reason, len(failures), examples)


def _failures(
    ledger: LedgerStats, path: Rewrite, message: Rewrite, limit: int | None
) -> list[Failure]:
    shown = (one for failures in ledger.failed.values() for one in failures[:limit])
    return [
        Failure(path(one.path), one.fault, message(one.message))
        for one in sorted(shown, key=lambda failure: failure.path)
    ]


def _capture(capture: Capture, path: Rewrite) -> Capture:
    of = path(capture.of) if capture.of else None
    return replace(capture, path=path(capture.path), of=of)


def _date_range(index: IndexStats) -> DateRange:
    dates = index.facet(DATE_FACET)
    return DateRange(_iso(index.first), _iso(index.last), dates.interval, _counts(dates))


def _counts(facet: Facet) -> list[Count]:
    return [Count(value.value, value.count) for value in facet.values]


def _without_model(index: IndexStats, settings: Settings) -> dict[str, int]:
    return {name: n for name, n in index.languages().items() if name not in settings.models}


def _versions(status: ArchiveStatus, settings: Settings, engine: Engine) -> Versions:
    index, ledger = status.index, status.ledger
    try:
        installed, error = versions_of(settings), None
    except ModelError as missing:
        installed, error = {}, str(missing)
    return Versions(
        searchapp=__version__,
        engine=dict(engine.versions()),
        documents=[{"documents": n, **read} for read, n in ledger.read_by] if ledger else [],
        readers=installed.get("readers"),
        cleaner=installed.get("cleaner"),
        recogniser=installed.get(RECOGNISER),
        error=error,
        index=dict(index.versions) if index else None,
    )


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
