"""The status page: what is in the archive, what failed and why, whether all agree.

From `maintenance.account`, in the reader's words; every value leads to its documents.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from babel.dates import format_datetime
from babel.numbers import format_decimal

from searchapp.engines.base import Facet
from searchapp.maintenance.archive_status import Account, Holdings
from searchapp.web.pages import wording
from searchapp.web.pages.hits import way_back
from searchapp.web.pages.message import Part, parts
from searchapp.web.pages.timeline import TimelineView, timeline
from searchapp.web.pages.wording import Link
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
class Count:
    """A value of a facet with its documents."""

    name: str
    count: str
    unit: str
    href: str


@dataclass(frozen=True)
class Counts:
    """A facet's most frequent values; `more` says how many there are besides."""

    id: str
    name: str
    values: tuple[Count, ...]
    more: str


@dataclass(frozen=True)
class Failed:
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
    counts: tuple[Counts, ...]
    failed: tuple[Failed, ...]
    failed_open: bool
    unlisted: tuple[str, ...]
    versions: tuple[Fact, ...]
    json: str
    back: Link


def status_view(found: Account, told: Mapping[str, Any], root: str) -> StatusView:
    """Show an account; `told` is the same as JSON, with what readers may be told."""
    holdings = found.holdings
    notices = tuple(parts(line) for line in (*told["faults"], *told["drift"]))
    return StatusView(
        title="Status",
        state=_state(found),
        well=not notices,
        notices=notices,
        facts=tuple(_facts(found, root)),
        dates=timeline(Search(), holdings.everything, root) if holdings else None,
        counts=tuple(_counts(holdings, root)) if holdings else (),
        failed=tuple(_failed(told["failed"])),
        failed_open=sum(group["count"] for group in told["failed"]) <= SHOWN,
        unlisted=tuple(told["unlisted"]),
        versions=tuple(_versions(told["versions"])),
        json=f"{root}/api/v1/status",
        back=way_back(Search(), root),
    )


def _state(found: Account) -> str:
    if not found.holdings:
        return "The archive cannot be searched"
    if found.faults or found.drift:
        return "The archive can be searched, but needs attention"
    return "The archive can be searched, and everything agrees"


def _facts(found: Account, root: str) -> Iterator[Fact]:
    holdings, records = found.holdings, found.records
    if holdings:
        documents = wording.number(holdings.info.documents)
        yield Fact("Documents", documents, search_url(Search(), root))
        yield from _dates(holdings, root)
    if records:
        failed = len(records.failures)
        yield Fact("Failed", wording.number(failed), "#failed" if failed else "")
        if records.pending:
            yield Fact("Waiting for the next reindex", wording.number(records.pending))
    yield Fact("Size of the index", _megabytes(found.size))
    if holdings:
        yield Fact("Index built", _moment(holdings.info.built_at), note=holdings.info.id)
    if records:
        last = _moment(datetime.fromisoformat(records.last_run)) if records.last_run else "Never"
        yield Fact("Last complete run", last)
    if found.running:
        since = _moment(datetime.fromisoformat(found.running.since))
        yield Fact("Running now", "a reindex", note=f"since {since}")


def _dates(holdings: Holdings, root: str) -> Iterator[Fact]:
    if holdings.first and holdings.last:
        yield Fact("Dates", f"{wording.day(holdings.first)} – {wording.day(holdings.last)}")
    without = wording.number(holdings.undated)
    note = ""
    if holdings.uncertain:
        note = f"and {wording.number(holdings.uncertain)} with an uncertain date"
    href = search_url(refine.undated(Search()), root) if holdings.undated else ""
    yield Fact("Undated", without, href, note)


def _counts(holdings: Holdings, root: str) -> Iterator[Counts]:
    for facet in holdings.everything.facets:
        if facet.field in {"lang", "site"} and facet.values:
            more = facet.distinct - SHOWN
            yield Counts(
                facet.field,
                wording.FACETS[facet.field],
                tuple(_values(facet, root)),
                f"and {wording.number(more)} more" if more > 0 else "",
            )


def _values(facet: Facet, root: str) -> Iterator[Count]:
    for value in facet.values[:SHOWN]:
        yield Count(
            wording.facet_value(facet.field, value.value),
            wording.number(value.count),
            wording.unit(value.count, "page"),
            search_url(refine.include(Search(), facet.field, value.value), root),
        )


def _failed(groups: Sequence[Mapping[str, Any]]) -> Iterator[Failed]:
    for group in groups:
        examples = tuple((e["source"], e["message"]) for e in group["examples"])
        more = group["count"] - len(examples)
        yield Failed(
            REASONS.get(group["reason"], group["reason"]),
            wording.number(group["count"]),
            wording.unit(group["count"], "page"),
            examples,
            f"and {wording.number(more)} more" if more else "",
        )


def _versions(told: Mapping[str, Any]) -> Iterator[Fact]:
    yield Fact("searchapp", told["searchapp"])
    for name, version in told["engine"].items():
        yield Fact(name.capitalize(), version)
    for read in told["documents"]:
        parts = [f"{name} {text}" for name, text in read.items() if name != "documents"]
        yield Fact(f"{wording.counted(read['documents'], 'page')} read by", ", ".join(parts))


def _megabytes(size: int) -> str:
    return f"{format_decimal(round(size / 1e6, 1), locale=wording.LOCALE)} MB"


def _moment(moment: datetime) -> str:
    return str(format_datetime(moment, "d MMMM yyyy, HH:mm 'UTC'", locale=wording.LOCALE))
