"""The status of an archive: what is in it, what is not and why, and whether all agree.

For `status_json` and the status page. Only reads, and tells what it can
when the ledger or the index is missing or damaged.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Self

import msgspec

from searchapp.config import Settings
from searchapp.curation import curation
from searchapp.curation.curation import CURATION_KEY
from searchapp.engines.base import (
    DATE_FACET,
    Facet,
    IndexInfo,
    Interval,
    Searcher,
    SearchRequest,
    SearchResponse,
    Sort,
    Undated,
)
from searchapp.errors import IndexMissing, PageFault, SearchappError
from searchapp.indexer.sync import IDENTITY, LEDGER_KEY
from searchapp.ledger.captures import Capture
from searchapp.ledger.errors import FILE_NAME, LedgerDamaged
from searchapp.ledger.reader import LedgerReader
from searchapp.ledger.rows import Failure
from searchapp.maintenance import state_files
from searchapp.maintenance.lock_status import LockHolder, live_holder
from searchapp.recognition.registry import READ_BY_MODEL
from searchapp.sources.listing import LinksOut, printable

MOST_SITES = 1000
UNKNOWN = "unknown"


@dataclass(frozen=True)
class IndexStats:
    """What the index holds: totals, languages, sites and dates, of one snapshot.

    `uncertain` documents have a date that is a guess, and count as undated in searches.
    """

    response: SearchResponse
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
        return self.response.index

    def facet(self, field: str) -> Facet:
        """The counts of `lang`, `site` or `date`."""
        return next(facet for facet in self.response.facets if facet.field == field)

    def languages(self) -> dict[str, int]:
        """Documents by language, the most frequent first and those of none last."""
        counts = {value.value: value.count for value in self.facet("lang").values}
        missing = self.info.documents - sum(counts.values())
        return {**counts, UNKNOWN: missing} if missing > 0 else counts


@dataclass(frozen=True)
class LedgerStats:
    """What the ledger records.

    `unlisted` are paths the last run could not look at, and why; `links_out` those it did not
    follow; `read_by` has what read
    documents, and how many. `dates_by_method` and `long_texts` (those a model reads in part)
    are None where they were not asked for; `vectors` documents have one for meaning.
    """

    documents: int
    pending: int
    failures: tuple[Failure, ...]
    unlisted: tuple[tuple[str, str], ...]
    links_out: LinksOut
    no_pages: Mapping[str, int]
    captures: tuple[Capture, ...]
    last_run: str | None
    identity: str | None
    roots: tuple[str, ...]
    read_by: tuple[tuple[Mapping[str, str], int], ...]
    dates_by_method: dict[str, int] | None = None
    long_texts: int | None = None
    vectors: int = 0

    @property
    def failed(self) -> Mapping[PageFault, Sequence[Failure]]:
        """The failures by reason, the most frequent first."""
        by_reason: dict[PageFault, list[Failure]] = defaultdict(list)
        for failure in self.failures:
            by_reason[failure.fault].append(failure)
        return dict(sorted(by_reason.items(), key=lambda item: (-len(item[1]), item[0])))

    @classmethod
    def of(cls, ledger: LedgerReader) -> Self:
        """Ask the ledger."""
        with ledger.decoding():
            return cls(
                ledger.cleaned(),
                ledger.pending(),
                tuple(ledger.failures()),
                _unlisted(ledger.note("unlisted")),
                msgspec.json.decode(ledger.note("links_out") or "{}", type=LinksOut),
                ledger.skipped(),
                tuple(ledger.captures),
                _moment(ledger.note("last_run")),
                ledger.note(IDENTITY),
                tuple(ledger.roots()),
                tuple((_parsed(text), n) for text, n in ledger.documents_by_versions().items()),
                vectors=ledger.vectors.count(),
            )

    def with_texts(self, ledger: LedgerReader, models: Collection[str]) -> Self:
        """Ask what needs every article to be read; `models` are the languages read by one."""
        long = ledger.texts_longer_than(READ_BY_MODEL)
        return replace(
            self,
            dates_by_method=ledger.dates_by_method(),
            long_texts=sum(count for name, count in long.items() if name in models),
        )


def _unlisted(note: str | None) -> tuple[tuple[str, str], ...]:
    return msgspec.json.decode(note or "[]", type=tuple[tuple[str, str], ...])


def _moment(note: str | None) -> str | None:
    return note and datetime.fromisoformat(note).isoformat(timespec="seconds")


def _parsed(versions: str) -> Mapping[str, str]:
    try:
        return msgspec.json.decode(versions, type=dict[str, str])
    except ValueError:
        return {"versions": versions}


@dataclass(frozen=True)
class ArchiveStatus:
    """An archive's state. `faults` say what could not be read, `drift` what does not agree.

    `size` is in bytes, of the ledger and the index together.
    """

    index: IndexStats | None
    ledger: LedgerStats | None
    faults: tuple[str, ...]
    drift: tuple[str, ...]
    size: int
    running: LockHolder | None


def collect_status(settings: Settings, searcher: Searcher, *, texts: bool = False) -> ArchiveStatus:
    """Ask ledger and index. Never fails: what cannot be read is named in `faults`.

    With `texts` the ledger is asked too what needs every article in it to be read.
    """
    faults: list[Exception] = []
    index = _index_stats(searcher, faults)
    ledger = _ledger_stats(settings, faults, texts=texts)
    if all(isinstance(fault, IndexMissing) for fault in faults):
        del faults[:-1]  # that nothing was ever read need not be said of each of them
    return ArchiveStatus(
        index,
        ledger,
        tuple(map(str, faults)),
        (
            *(_drift(index, ledger, settings.index_dir) if index and ledger else ()),
            *(f"{fault}; see searchapp doctor" for fault in state_files.faults(settings)),
        ),
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


def _index_stats(searcher: Searcher, faults: list[Exception]) -> IndexStats | None:
    try:
        with searcher.pinned() as still:
            return IndexStats.of(still)
    except (SearchappError, OSError) as error:
        faults.append(error)
    return None


def _ledger_stats(
    settings: Settings, faults: list[Exception], *, texts: bool
) -> LedgerStats | None:
    try:
        with LedgerReader(settings.index_dir) as ledger:
            if texts and (found := ledger.row_faults()):
                faults.append(LedgerDamaged(_damaged_rows(found)))
                texts = False
            stats = LedgerStats.of(ledger)
            models = [language for language, model in settings.models.items() if model]
            return stats.with_texts(ledger, models) if texts else stats
    except (SearchappError, OSError) as error:
        faults.append(error)
    return None


def _damaged_rows(faults: Sequence[str]) -> str:
    more = f", and {len(faults) - 1} more" if faults[1:] else ""
    return f"{FILE_NAME}: {printable(faults[0])}{more}; searchapp reindex reads that again"


def _end(searcher: Searcher, sort: Sort) -> date | None:
    """The first or the last day of a date that is no guess."""
    hits = searcher.search(SearchRequest(size=1, sort=sort)).hits
    published = hits[0].document.article.published if hits else None
    return published.day if published else None


def _drift(index: IndexStats, ledger: LedgerStats, directory: Path) -> Iterator[str]:
    """In what ledger and index differ, a sentence each with what to do."""
    held, expected = index.info.documents, ledger.documents
    if index.versions.get(LEDGER_KEY) != ledger.identity:
        yield (
            "ledger and index do not belong together, as after a rollback; the next "
            "`searchapp reindex` builds the index anew"
        )
    elif ledger.pending:
        yield f"{ledger.pending} changes are not in the index yet; run `searchapp reindex`"
    elif held != expected:
        yield (f"the index holds {held} documents, the ledger {expected}; run `searchapp doctor`")
    try:
        decided = curation.read(directory).version
    except (SearchappError, OSError) as error:
        yield f"{error}; until then, the index keeps to what was decided before"
        return
    if index.versions.get(CURATION_KEY) != decided:
        yield "decisions about names are not in the index yet; run `searchapp reindex`"
