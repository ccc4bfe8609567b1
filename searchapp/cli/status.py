"""`searchapp status`: what is in the archive, what is not, and why."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import click

from searchapp.cli.configured import configured
from searchapp.cli.reindex import LONG_TEXTS, SHOWN_FAILURES
from searchapp.config import Configuration, Settings
from searchapp.engines import open_engine
from searchapp.errors import IndexUnavailable, ModelError
from searchapp.indexer.archive import printable
from searchapp.indexer.entities import READ_BY_MODEL
from searchapp.indexer.ledger import FILE_NAME, Ledger
from searchapp.indexer.versions import versions_of

# The language of texts a model reads in part; JSON is longer than its text and measured first.
_LONG = (
    f"CASE WHEN length(article) > {READ_BY_MODEL} AND length(json_extract(article, '$.text'))"
    f" > {READ_BY_MODEL} THEN json_extract(article, '$.language') END"
)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object, failures in full.")
@configured()
def status(configuration: Configuration, *, as_json: bool) -> None:
    """Show what the index holds, what failed and why, and what has no model."""
    settings = configuration.settings
    if not (settings.index_dir / FILE_NAME).exists():
        raise IndexUnavailable(
            f"nothing in {settings.index_dir.absolute()} yet: run searchapp reindex PATH"
        )
    with Ledger(settings.index_dir) as ledger:
        facts = _facts(settings, ledger)
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False, indent=2))
        return
    for line in _readable(facts):
        click.echo(line)


def _facts(settings: Settings, ledger: Ledger) -> dict[str, Any]:
    failures = ledger.failures()
    languages = _named(ledger.tally("json_extract(article, '$.language')"))
    dates = _named(ledger.tally("json_extract(article, '$.published[2]')"))
    return {
        "index": _index(settings),
        "documents": ledger.cleaned(),
        "pending": ledger.pending(),
        "undated": dates.get("unknown", 0),
        "dates": dates,
        "languages": languages,
        "without_model": {
            name: count for name, count in languages.items() if name not in settings.models
        },
        "long_texts": sum(
            count
            for language, count in ledger.tally(_LONG).items()
            if settings.models.get(language or "")
        ),
        "sites": _named(ledger.tally("json_extract(article, '$.site')")),
        "no_pages": ledger.skipped(),
        "failed": dict(Counter(str(failure.fault) for failure in failures).most_common()),
        "failures": [
            {"path": printable(f.path), "fault": f.fault, "message": f.message} for f in failures
        ],
        "unlisted": [
            {"path": path, "message": message}
            for path, message in json.loads(ledger.note("unlisted") or "[]")
        ],
        "roots": [printable(path) for path in ledger.roots()],
        "last_run": ledger.note("last_run"),
        "versions": _versions(settings),
    }


def _versions(settings: Settings) -> dict[str, str]:
    try:
        return versions_of(settings)
    except ModelError as error:
        return {"error": str(error)}


def _index(settings: Settings) -> dict[str, Any]:
    directory = settings.index_dir.absolute()
    size = sum(file.stat().st_size for file in directory.rglob("*") if file.is_file())
    try:
        info = open_engine(settings).searcher().info()
    except IndexUnavailable as error:
        return {"directory": str(directory), "bytes": size, "error": str(error)}
    return {
        "directory": str(directory),
        "bytes": size,
        "id": info.id,
        "built_at": info.built_at.isoformat(timespec="seconds"),
        "documents": info.documents,
    }


def _named(tally: dict[str | None, int]) -> dict[str, int]:
    return {"unknown" if name is None else name: count for name, count in tally.items()}


def _readable(facts: dict[str, Any]) -> Iterator[str]:
    index = facts["index"]
    yield f"index      {index['directory']} ({index['bytes'] / 1e6:.1f} MB)"
    yield f"           {index.get('error') or 'built ' + index['built_at'] + ', ' + index['id']}"
    yield f"last run   {facts['last_run'] or 'never finished'}"
    yield f"documents  {facts['documents']} ({facts['undated']} undated)"
    if facts["pending"]:
        yield f"pending    {facts['pending']}: run searchapp reindex to bring them into the index"
    yield f"languages  {_counts(facts['languages'])}"
    yield f"dates by   {_counts({k: v for k, v in facts['dates'].items() if k != 'unknown'})}"
    yield f"sites      {_counts(dict(list(facts['sites'].items())[:10]))}"
    if facts["without_model"]:
        yield (
            f"no model   {_counts(facts['without_model'])}: people, organisations and places of "
            "these are those of watchlist.csv; set models.LANGUAGE to change that"
        )
    if facts["long_texts"]:
        yield f"long texts {facts['long_texts']}: {LONG_TEXTS}"
    if "error" in facts["versions"]:
        yield f"model      {facts['versions']['error']}"
    if facts["no_pages"]:
        yield f"no pages   {_counts(facts['no_pages'])}: records of containers, skipped"
    yield from _failed(facts)


def _failed(facts: dict[str, Any]) -> Iterator[str]:
    yield f"failed     {_counts(facts['failed']) or 'none'}"
    for failure in facts["failures"][:SHOWN_FAILURES]:
        yield f"  {failure['path']}: {failure['message']} [{failure['fault']}]"
    for problem in facts["unlisted"]:
        yield f"  not listed: {problem['message']}"
    if len(facts["failures"]) > SHOWN_FAILURES:
        yield f"  ... and {len(facts['failures']) - SHOWN_FAILURES} more: searchapp status --json"


def _counts(tally: dict[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in tally.items())
