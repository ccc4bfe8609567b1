"""The account of an archive as JSON values, for `status --json`; `status` is made of them."""

from __future__ import annotations

from typing import Any

from searchapp import __version__
from searchapp.cli.run_report import failure_fact
from searchapp.config import Settings
from searchapp.errors import ModelError, SearchappError
from searchapp.indexer.versions import versions_of
from searchapp.ledger.reader import LedgerReader
from searchapp.maintenance.archive_status import Account, Holdings, Records
from searchapp.recognition.registry import READ_BY_MODEL
from searchapp.sources.listing import printable


def status_facts(settings: Settings, found: Account) -> dict[str, Any]:
    """All that is known; what cannot be read is left out and named in `faults`."""
    holdings, records = found.holdings, found.records
    return {
        "index": _index(settings, found),
        "documents": records.documents if records else holdings and holdings.info.documents,
        "faults": found.faults,
        "drift": found.drift,
        "running": found.running and {"pid": found.running.pid, "since": found.running.since},
        **(_held(settings, holdings) if holdings else {}),
        **(_recorded(records) if records else {}),
        **_tallied(settings),
        "versions": _versions(settings, holdings, records),
    }


def _index(settings: Settings, found: Account) -> dict[str, Any]:
    where = {"directory": str(settings.index_dir.absolute()), "bytes": found.size}
    if not found.holdings:
        return where
    info = found.holdings.info
    built = info.built_at.isoformat(timespec="seconds")
    return {**where, "id": info.id, "built_at": built, "documents": info.documents}


def _held(settings: Settings, holdings: Holdings) -> dict[str, Any]:
    languages = holdings.tally("lang")
    named = sum(languages.values())
    languages |= (
        {"unknown": holdings.info.documents - named} if holdings.info.documents > named else {}
    )
    return {
        "undated": holdings.undated,
        "uncertain": holdings.uncertain,
        "first_day": holdings.first and holdings.first.isoformat(),
        "last_day": holdings.last and holdings.last.isoformat(),
        "languages": languages,
        "without_model": {
            name: count for name, count in languages.items() if name not in settings.models
        },
        "sites": holdings.tally("site"),
    }


def _recorded(records: Records) -> dict[str, Any]:
    return {
        "pending": records.pending,
        "no_pages": dict(records.no_pages),
        "captures": [
            {
                "path": printable(capture.path),
                "url": capture.url,
                "captured": capture.captured,
                "of": capture.of and printable(capture.of),
                "refers_to": capture.refers_to,
            }
            for capture in records.captures
        ],
        "failed": {reason: len(failures) for reason, failures in records.failed.items()},
        "failures": [failure_fact(failure) for failure in records.failures],
        "unlisted": [{"path": path, "message": why} for path, why in records.unlisted],
        "roots": [printable(path) for path in records.roots],
        "last_run": records.last_run,
    }


def _tallied(settings: Settings) -> dict[str, Any]:
    """How dates were found, and which texts are long: what only the ledger knows."""
    try:
        with LedgerReader(settings.index_dir) as ledger:
            methods = ledger.dates_by_method()
            long = ledger.texts_longer_than(READ_BY_MODEL)
    except SearchappError:
        return {}
    return {
        "dates": methods,
        "long_texts": sum(long[name] for name in long if settings.models.get(name)),
    }


def _versions(
    settings: Settings, holdings: Holdings | None, records: Records | None
) -> dict[str, Any]:
    """What is installed, what read the documents, and what the index was built from."""
    try:
        installed = versions_of(settings)
    except ModelError as error:
        installed = {"error": str(error)}
    read_by = [
        {**versions, "documents": count} for versions, count in (records.read_by if records else ())
    ]
    return {
        "searchapp": __version__,
        **installed,
        "documents_read_by": read_by,
        "index": dict(holdings.versions) if holdings else None,
    }
