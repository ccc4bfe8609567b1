"""What a search means: the contract every engine keeps and every face shows.

Domain types only: no HTTP, no engine's own objects. `tests/test_engines.py` states
each sentence below as a case and runs it against every engine.

Request
    `query` selects documents; `filters`, `first_day`, `last_day` and `undated`
    narrow them. Within a filter `any` is OR, `all` is AND, `none` excludes; across
    fields it is AND. Filter values are compared exactly as facets show them.
    Dates are inclusive. With a date bound, a document without a date is left out
    unless `undated` says otherwise; without one it is kept. A date of low
    confidence counts as no date unless `uncertain` is set.

Response
    1. `total` is exact.
    2. A facet's counts ignore that facet's own `any` and respect everything else:
       with no other value of the facet chosen, a count is the total after the click.
    3. The date histogram respects everything, the bounds included: its counts and
       `missing` (the undated) sum to `total`.
    4. Order: relevance falling, then newest first, then id rising; by date, undated
       last both ways, then id. Pages neither repeat nor skip a document. `after` a place
       come the hits behind it, whether or not the document that stood there still does:
       by date that holds over commits, by relevance `notices` says when one came between.
    5. Highlights are ranges over plain text in Unicode code points.
    6. Hits, totals and facets of a response come from one snapshot, `index.id`.
    7. Same query, same archive, same totals, counts and set of hits on any engine.
    8. Facet values come most frequent first, then by code point. Chosen values are
       listed whatever their rank, with their count, zero included. With `finding` only
       values are listed, and counted in `distinct`, that have for each word given one
       that begins so, in any case, with or without accents, and the chosen ones.
    9. A pattern or a misspelling is searched whole, or refused with RequestError that
       says what to change when it costs more than a query may: never cut.
    10. Words of `optional` may be missing where fewer than `relaxation.MIN_COMPLETE` documents
       of the whole archive match the query with all of them that tell something: then those
       match that have most of these. Query and archive decide, never the filters, so that counts
       and clicks agree. By relevance, documents that have all come first; each hit says
       what it lacks, `complete` how many lack nothing. Those are what `every_word` finds.
    11. With `correct`, a query that next to nothing of the archive matches is answered with
       the nearest spelling that the archive has, and `correction` says so. Query and archive
       decide, as before.
    12. Where vectors of meaning stand beside the index, the first hits of a query with free
       words are put in another order by them, and by nothing else: what is found, counted and
       totalled is the same. `by_meaning` has documents within the filters that the query
       does not find, the nearest first, each as near as its score.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, Protocol, Self

from searchapp.engines.query import Everything, Node, Word
from searchapp.model import FACET_FIELDS, IndexedDocument

DATE_FACET = "date"
ALL_FACETS = (*FACET_FIELDS, DATE_FACET)
# Of shorter spans each day, each month is counted; set by hand.
_MOST_DAYS, _MOST_MONTHS = 62, 240


class Sort(StrEnum):
    """Orders a response can come in; the values are those of the `sort` parameter."""

    RELEVANCE = "relevance"
    NEWEST = "-date"
    OLDEST = "date"


class Undated(StrEnum):
    """What happens to documents without a date."""

    DEFAULT = ""
    ONLY = "only"
    INCLUDE = "include"


class Interval(StrEnum):
    """Width of the histogram's buckets; AUTO chooses by the span of the hits."""

    AUTO = "auto"
    DAY = "day"
    MONTH = "month"
    YEAR = "year"

    @classmethod
    def of_span(cls, first: date, last: date) -> Self:
        """What AUTO becomes from the first day of the hits to the last."""
        if (last - first).days < _MOST_DAYS:
            return cls.DAY
        months = 12 * (last.year - first.year) + last.month - first.month
        return cls.MONTH if months < _MOST_MONTHS else cls.YEAR


class ValueState(StrEnum):
    """How the request uses a facet's value."""

    NONE = "none"
    INCLUDED = "included"
    REQUIRED = "required"
    EXCLUDED = "excluded"


@dataclass(frozen=True)
class FieldFilter:
    """Values of one facet a document must, must all, or must not have."""

    any: tuple[str, ...] = ()
    all: tuple[str, ...] = ()
    none: tuple[str, ...] = ()

    def states(self) -> dict[str, ValueState]:
        """How each of the values is used."""
        return {
            **dict.fromkeys(self.any, ValueState.INCLUDED),
            **dict.fromkeys(self.all, ValueState.REQUIRED),
            **dict.fromkeys(self.none, ValueState.EXCLUDED),
        }


@dataclass(frozen=True)
class SearchAfter:
    """Where a hit stands in an order, whatever page it is on; `after` goes on from there.

    `day` is None for a document without a date; `index` is the snapshot it was seen in.
    """

    score: float
    day: date | None
    id: str
    index: str


@dataclass(frozen=True)
class SearchRequest:
    """One search, validated. `size` 0 asks for totals and facets only.

    `finding` has, by facet, the beginnings of words its listed values must have.
    With `after`, the hits are the `size` ones behind that place, and `page` only says
    which page that makes. `optional` are words of the query's uppermost And; with `every_word`
    none of them may be missing that tells something.
    """

    query: Node = field(default_factory=Everything)
    filters: Mapping[str, FieldFilter] = field(default_factory=dict)
    first_day: date | None = None
    last_day: date | None = None
    undated: Undated = Undated.DEFAULT
    uncertain: bool = False
    sort: Sort = Sort.RELEVANCE
    page: int = 1
    size: int = 10
    after: SearchAfter | None = None
    facets: Mapping[str, int] = field(default_factory=dict)
    interval: Interval | None = None
    finding: Mapping[str, str] = field(default_factory=dict)
    optional: tuple[Word, ...] = ()
    every_word: bool = False
    correct: bool = False


@dataclass(frozen=True)
class Snippet:
    """A passage and the ranges in it that matched, `(start, end)` half-open."""

    field: str
    text: str
    ranges: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Hit:
    """One result: the document, why it ranks where it does, and where it matched.

    `missing` are the words it lacks, by `relaxation.lacked`. Of a very long text
    (`page_bounds.HIT_TEXT`) the document of a page has only the beginning.
    """

    document: IndexedDocument
    score: float
    title: Snippet
    snippets: tuple[Snippet, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class FacetValue:
    """One value of a facet and how many of the matching documents have it."""

    value: str
    count: int
    state: ValueState = ValueState.NONE


@dataclass(frozen=True)
class Facet:
    """A facet's most frequent values.

    `distinct` counts all its values among the matching documents, `missing` those
    documents without one. For `date`, values are periods in calendar order.
    """

    field: str
    values: tuple[FacetValue, ...]
    distinct: int
    missing: int
    interval: Interval | None = None


@dataclass(frozen=True)
class IndexInfo:
    """The snapshot an answer came from; `failed` pages are not in it."""

    id: str
    built_at: datetime
    documents: int
    failed: int


@dataclass(frozen=True)
class Replacement:
    """A word, or a facet's value (`field`), and what the archive has in its place, as it has it."""

    field: str | None
    typed: str
    meant: str


@dataclass(frozen=True)
class Correction:
    """The query that was answered in place of the one asked, filters by the same table."""

    query: Node
    replaced: tuple[Replacement, ...]


@dataclass(frozen=True)
class Meaning:
    """That an answer's order follows meaning too: by which model, of how many documents."""

    model: str
    documents: int


@dataclass(frozen=True)
class SearchResponse:
    """One page of hits, the exact total, the facets, and the snapshot they share.

    `notices` state what was left out of the query, or may have changed between pages.
    `suggestion` is a query that finds far more when this one finds next to nothing. `more`
    says whether hits follow the last one shown. `complete` is how many hits have all words
    where some may be missing, None where none may. `by_meaning` are others that lie near the
    first page's query; `meaning` is None where it plays no part.
    """

    total: int
    hits: tuple[Hit, ...]
    facets: tuple[Facet, ...]
    index: IndexInfo
    notices: tuple[str, ...] = ()
    suggestion: str | None = None
    more: bool = False
    complete: int | None = None
    correction: Correction | None = None
    meaning: Meaning | None = None
    by_meaning: tuple[Hit, ...] = ()


@dataclass(frozen=True)
class Completion:
    """What a text begun may become: a facet's value, or (`title`) a document's title.

    `count` is how many documents have it, `ranges` are where it has what was typed, as in
    a Snippet.
    """

    field: str
    value: str
    count: int
    document_id: str | None = None
    ranges: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class BuildStamp:
    """What a commit records beside the documents, and `info` gives back."""

    built_at: datetime
    failed: int
    versions: Mapping[str, str] = field(default_factory=dict)


class Searcher(Protocol):
    """Answers searches; safe to keep for a process's life, not shared by threads.

    Every method that asks the index raises IndexUnavailable when it cannot answer.
    """

    def search(self, request: SearchRequest) -> SearchResponse:
        """One page. Raises RequestError for a query over its budget."""

    def scan(self, request: SearchRequest) -> Iterator[Hit]:
        """Every hit in order, without snippets, for exports. Raises RequestError.

        It stays on the snapshot it was begun on, though the searcher be closed meanwhile.
        """

    def document(self, document_id: str) -> IndexedDocument:
        """The stored document. Raises DocumentNotFound."""

    def similar(self, document_id: str) -> Node:
        """A query for the document's most telling words, joined by OR. Raises DocumentNotFound."""

    def scores(self, query: Node, document_ids: Sequence[str]) -> tuple[float | None, ...]:
        """How well each document matches a query by itself; None where it does not.

        A document that is not there matches nothing. Raises RequestError.
        """

    def iter_ids(self) -> Iterator[str]:
        """The ids of all documents, in no order, from one snapshot."""

    def iter_values(self, facet: str) -> Iterator[tuple[str, int]]:
        """All values of a facet, by code point, and how many documents have each."""

    def pinned(self) -> AbstractContextManager[Searcher]:
        """A searcher that stays with the present snapshot, so that answers agree."""

    def complete(
        self, text: str, size: int, within: SearchRequest | None = None
    ) -> tuple[Completion, ...]:
        """Names and titles that a text being typed may become, likeliest first.

        Names of people, organisations, places and sites, with a word that begins so for each
        typed, and titles with all words, of documents that pass the filters and dates of
        `within`; its query says nothing. Counts are as those of facets (sentence 2). Names
        that no document there has come after those that one has, and those a slip away, where
        next to none is written as typed, after the others: see `analysis.name_words`.
        """

    def info(self) -> IndexInfo:
        """The current snapshot."""

    def stamp(self) -> BuildStamp:
        """What the last commit recorded."""

    def close(self) -> None:
        """Give back what it holds open; it is not used again."""


# Looks at a new build before it goes live; gives what is wrong with it, a sentence each.
Check = Callable[[Searcher], Iterator[str]]


class Writer(Protocol):
    """One writer at a time; entering raises ReindexLocked, leaving without `commit` cancels."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...

    def put(self, document: IndexedDocument) -> None:
        """Add the document, replacing one with the same id."""

    def delete(self, document_id: str) -> None:
        """Remove the document; one that is not there is no error."""

    def commit(self, stamp: BuildStamp) -> None:
        """Make everything visible, and durable before it returns.

        Raises BuildRejected when the check of a rebuild finds fault; the live index stays.
        """


class LocalFiles(Protocol):
    """The files of an engine that keeps its index in a folder, for those who look after them."""

    def verify(self) -> None:
        """Read all of the last commit. Raises IndexUnavailable, naming what is damaged."""

    def faults(self) -> Iterator[str]:
        """What is damaged in the live index, a sentence each; reads every file of it."""

    def tidy(self) -> None:
        """Remove what a writer that died left behind; nothing while another writes."""

    def leftovers(self) -> list[Path]:
        """What no index needs. While a writer is at work, what it is writing is among it."""

    def clear(self) -> None:
        """Remove the leftovers. Raises ReindexLocked while a writer is at work."""

    def files(self) -> AbstractContextManager[Mapping[str, BinaryIO]]:
        """The files of the last commit by relative path, open, whatever is committed meanwhile.

        Raises IndexUnavailable.
        """

    def takes(self, name: str) -> bool:
        """Whether a relative path is one that `files` may give."""

    def adopt(self, directory: Path) -> IndexInfo:
        """Make files that `files` gave, now below `directory`, the live index.

        Raises BuildRejected when they are damaged.
        """


class Engine(Protocol):
    """Keeps one index, and is chosen by a setting: see `engines.ENGINES`.

    Example::

        engine = open_engine(settings)
        with engine.rebuild() as writer:
            writer.put(document)
            writer.commit(BuildStamp(datetime.now(UTC), failed=0))
        with engine.searcher().pinned() as searcher:
            response = searcher.search(SearchRequest(parse("ferry").node))
        engine.close()
    """

    def searcher(self) -> Searcher:
        """A searcher that follows commits. Never fails: searching may."""

    def update(self) -> Writer:
        """A writer on the live index, or on a first one where there is none.

        Nobody sees a document before `commit`, nor half of one. Where an engine cannot make
        all of a commit visible at one moment, a crash may leave part of it; the ledger calls
        documents pending until a commit has returned, so that the next makes it good.
        """

    def rebuild(self, check: Check | None = None) -> Writer:
        """A writer on a new, empty index, which `commit` puts in the live one's place at once.

        `check` is shown the new index first. The one it replaces is kept for `rollback`.
        """

    def rollback(self) -> IndexInfo:
        """Make the index before the live one live again, and the live one the one before it.

        Raises IndexMissing when there is none, BuildRejected when it is damaged.
        """

    def exists(self) -> bool:
        """Whether there is an index, readable or not. Raises EngineUnreachable."""

    def location(self) -> str:
        """Where the index is, as messages name it: a folder or an address."""

    def versions(self) -> Mapping[str, str]:
        """What a change of which makes the index need a rebuild (schema, analysis)."""

    def local_files(self) -> LocalFiles | None:
        """The files the index is kept in; None for an engine that has none here."""

    def prepare(self) -> None:
        """Load what makes searches cheaper, ahead of many; a server does before it forks."""

    def close(self) -> None:
        """Give back what it holds open; searchers and writers of it are not used again."""
