"""The status page: what is in the archive, what failed and why, whether all agree.

From `maintenance.archive_status`, in the reader's words; every value leads to its documents.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from babel.dates import format_datetime
from babel.numbers import format_decimal

from searchapp.engines.base import Facet
from searchapp.maintenance.archive_status import ArchiveStatus, IndexStats
from searchapp.maintenance.status_json import FailureGroup, Status, Versions
from searchapp.web.pages import wording
from searchapp.web.pages.hits import way_back
from searchapp.web.pages.message import Part, parts
from searchapp.web.pages.timeline import TimelineView, timeline
from searchapp.web.pages.wording import Count, CountGroup, Link
from searchapp.web.params import refine
from searchapp.web.params.search import Search
from searchapp.web.params.urls import search_url

SHOWN = 12
REASONS = {
    "unreadable": "Cannot be read",
    "empty": "Empty",
    "binary": "Not a page but binary data",
    "too-large": "Too large",
    "damaged": "Damaged",
    "no-text": "No text in the page",
    "unsupported": "Of a kind that is not read",
    "missing-extra": "Needs an extra that is not installed",
    "timeout": "Took too long",
    "memory": "Took too much memory",
    "crashed": "Brought down what reads it",
}


@dataclass(frozen=True)
class Fact:
    """A name and a value; `href` leads to the documents meant, `note` says more."""

    name: str
    value: str
    href: str = ""
    note: str = ""


@dataclass(frozen=True)
class FailureView:
    """The sources that failed for one reason, some of them by name."""

    reason: str
    count: str
    unit: str
    examples: tuple[tuple[str, str], ...]
    more: str


@dataclass(frozen=True)
class StatusView:
    """Everything on the status page."""

    title: str
    state: str
    well: bool
    notices: tuple[tuple[Part, ...], ...]
    facts: tuple[Fact, ...]
    dates: TimelineView | None
    counts: tuple[CountGroup, ...]
    failed: tuple[FailureView, ...]
    failed_open: bool
    unlisted: tuple[str, ...]
    versions: tuple[Fact, ...]
    json: str
    back: Link


def status_view(status: ArchiveStatus, shown: Status, root: str) -> StatusView:
    """Show a status; `shown` is the same as its JSON, with what readers may be told."""
    index = status.index
    notices = tuple(parts(line) for line in (*shown.faults, *shown.drift))
    return StatusView(
        title="Status",
        state=_state(status),
        well=not notices,
        notices=notices,
        facts=tuple(_facts(status, root)),
        dates=timeline(Search(), index.response, root) if index else None,
        counts=tuple(_counts(index, root)) if index else (),
        failed=tuple(map(_failure_view, shown.failed)),
        failed_open=sum(group.count for group in shown.failed) <= SHOWN,
        unlisted=(*shown.unlisted, *_links_out(shown.links_out.count)),
        versions=tuple(_versions(shown.versions)),
        json=f"{root}/api/v1/status",
        back=way_back(Search(), root),
    )


def _links_out(count: int) -> Iterator[str]:
    if count:
        yield f"{count} link{'s' if count > 1 else ''} that lead out of the archive"


def _state(status: ArchiveStatus) -> str:
    if not status.index:
        return "The archive cannot be searched"
    if status.faults or status.drift:
        return "The archive can be searched, but needs attention"
    return "The archive can be searched, and everything agrees"


def _facts(status: ArchiveStatus, root: str) -> Iterator[Fact]:
    index, ledger = status.index, status.ledger
    if index:
        documents = wording.number(index.info.documents)
        yield Fact("Documents", documents, search_url(Search(), root))
        yield from _dates(index, root)
    if ledger:
        failed = len(ledger.failures)
        yield Fact("Failed", wording.number(failed), "#failed" if failed else "")
        if ledger.pending:
            yield Fact("Waiting for the next reindex", wording.number(ledger.pending))
        if ledger.vectors:
            yield Fact("Searched by meaning", wording.number(ledger.vectors))
    size = format_decimal(round(status.size / 1e6, 1), locale=wording.LOCALE)
    yield Fact("Size of the index", f"{size} MB")
    if index:
        yield Fact("Index built", _moment(index.info.built_at), note=index.info.id)
    if ledger:
        last = _moment(datetime.fromisoformat(ledger.last_run)) if ledger.last_run else "Never"
        yield Fact("Last complete run", last)
    if status.running:
        since = _moment(datetime.fromisoformat(status.running.since))
        yield Fact("Running now", "a reindex", note=f"since {since}")


def _dates(index: IndexStats, root: str) -> Iterator[Fact]:
    if index.first and index.last:
        yield Fact("Dates", f"{wording.day(index.first)} – {wording.day(index.last)}")
    without = wording.number(index.undated)
    note = ""
    if index.uncertain:
        note = f"and {wording.number(index.uncertain)} with an uncertain date"
    href = search_url(refine.only_undated(Search()), root) if index.undated else ""
    yield Fact("Undated", without, href, note)


def _counts(index: IndexStats, root: str) -> Iterator[CountGroup]:
    for facet in index.response.facets:
        if facet.field in {"lang", "site"} and facet.values:
            more = facet.distinct - SHOWN
            besides = f"and {wording.number(more)} more" if more > 0 else ""
            yield wording.count_group(facet.field, tuple(_values(facet, root)), besides)


def _values(facet: Facet, root: str) -> Iterator[Count]:
    for value in facet.values[:SHOWN]:
        name = wording.facet_value(facet.field, value.value)
        href = search_url(refine.include(Search(), facet.field, value.value), root)
        yield wording.count(name, value.count, "page", href)


def _failure_view(group: FailureGroup) -> FailureView:
    more = group.count - len(group.examples)
    return FailureView(
        REASONS.get(group.reason, group.reason),
        wording.number(group.count),
        wording.unit(group.count, "page"),
        tuple((example.source, example.message) for example in group.examples),
        f"and {wording.number(more)} more" if more else "",
    )


def _versions(versions: Versions) -> Iterator[Fact]:
    yield Fact("searchapp", versions.searchapp)
    for name, version in versions.engine.items():
        yield Fact(name.capitalize(), version)
    for read in versions.documents:
        parts = [f"{name} {text}" for name, text in read.items() if name != "documents"]
        count = wording.quantity(int(read["documents"]), "page")
        yield Fact(f"{count} read by", ", ".join(parts))


def _moment(moment: datetime) -> str:
    return str(format_datetime(moment, "d MMMM yyyy, HH:mm 'UTC'", locale=wording.LOCALE))
