"""The account of the archive for everyone: for the status page, and as JSON.

From `maintenance.account`, with sources under names that say nothing of the server.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from searchapp import __version__
from searchapp.curation import decisions, watchlist
from searchapp.engines.base import DATE_FACET, Facet
from searchapp.errors import IndexUnavailable
from searchapp.maintenance import background_reindex
from searchapp.maintenance.archive_status import Account, Holdings, Records, account
from searchapp.maintenance.background_reindex import Progress
from searchapp.maintenance.lock_status import live_holder
from searchapp.maintenance.source_names import file_state, ledger_state
from searchapp.web import redaction
from searchapp.web.api.answer import index_json
from searchapp.web.context import Serving, searcher, serving

EXAMPLES = 20


def take_stock() -> Account:
    """The account, taken anew when the ledger, the index or the decisions have changed."""
    now, state = serving(), _state()
    kept = now.kept
    if kept is None or kept[0] != state:
        kept = now.kept = (state, account(now.settings, now.searcher()))
    return replace(kept[1], running=live_holder(now.settings.index_dir))


def versions(found: Account) -> dict[str, Any]:
    """What serves, what the index was built from, and what read the documents."""
    return {
        "searchapp": __version__,
        "engine": dict(serving().engine.versions()),
        "documents": [
            {"documents": count, **versions}
            for versions, count in (found.records.read_by if found.records else ())
        ],
    }


def status_json(found: Account) -> dict[str, Any]:
    """The answer of `GET /api/v1/status`."""
    holdings, records = found.holdings, found.records
    return {
        "index": index_json(holdings.info) if holdings else None,
        "bytes": found.size,
        "documents": records.documents if records else None,
        "pending": records.pending if records else None,
        "failed": list(_failed(records)) if records else [],
        "unlisted": [redaction.message(why) for _, why in (records.unlisted if records else ())],
        "no_pages": dict(records.no_pages) if records else {},
        **_held(holdings),
        "last_run": records.last_run if records else None,
        "running": {"since": found.running.since} if found.running else None,
        "versions": versions(found),
        "drift": [redaction.message(line) for line in found.drift],
        "faults": [redaction.message(line) for line in found.faults],
    }


def progress_json(found: Progress | None) -> dict[str, Any]:
    """The answer of `GET /api/v1/reindex`: the run under way, or the last one."""
    other = live_holder(serving().settings.index_dir)
    own = found or Progress("none", "")
    return {
        "state": own.state,
        "running": own.under_way or other is not None,
        "started_at": own.started_at or None,
        "finished_at": own.finished_at,
        "pages": {"done": own.pages, "total": own.pages_total, "failed": own.pages_failed},
        "indexed": {"done": own.indexed, "total": own.indexed_total},
        "documents": own.documents,
        "message": redaction.message(own.message),
    }


def last_background_run() -> Progress | None:
    """The run that `POST /api/v1/reindex` started last."""
    return background_reindex.progress(serving().settings.index_dir)


def _failed(records: Records) -> Iterator[dict[str, Any]]:
    names = redaction.names()
    for reason, failures in records.failed.items():
        examples = [
            {"source": names.of(failure.path), "message": redaction.message(failure.message)}
            for failure in failures[:EXAMPLES]
        ]
        yield {"reason": reason, "count": len(failures), "examples": examples}


def _held(holdings: Holdings | None) -> dict[str, Any]:
    if not holdings:
        return {"undated": None, "uncertain": None, "dates": None, "languages": [], "sites": []}
    facets = {facet.field: facet for facet in holdings.everything.facets}
    dates = facets[DATE_FACET]
    return {
        "undated": holdings.undated,
        "uncertain": holdings.uncertain,
        "dates": {
            "first": holdings.first.isoformat() if holdings.first else None,
            "last": holdings.last.isoformat() if holdings.last else None,
            "interval": str(dates.interval),
            "values": _values(dates),
        },
        "languages": _values(facets["lang"]),
        "sites": _values(facets["site"]),
    }


def _values(facet: Facet) -> list[dict[str, Any]]:
    return [{"value": value.value, "count": value.count} for value in facet.values]


def _state() -> tuple[object, ...]:
    now: Serving = serving()
    directory = now.settings.index_dir
    try:
        snapshot = searcher().info().id
    except IndexUnavailable as error:
        snapshot = str(error)
    files = (directory / decisions.FILE_NAME, directory / watchlist.FILE_NAME)
    return (snapshot, ledger_state(directory), *map(file_state, files))
