"""`searchapp status`: what is in the archive, what is not, and why."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from searchapp.cli.options import opened_engine, with_configuration
from searchapp.cli.run_report import LONG_TEXTS, SHOWN_FAILURES
from searchapp.cli.status_facts import status_facts
from searchapp.config import Configuration
from searchapp.engines.base import Engine
from searchapp.errors import IndexMissing
from searchapp.ledger.errors import FILE_NAME
from searchapp.maintenance.archive_status import account

SHOWN_SITES = 10
EXIT_UNREADABLE = 1


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object, failures in full.")
@with_configuration()
@click.pass_context
def status(ctx: click.Context, configuration: Configuration, *, as_json: bool) -> None:
    """Show what the index holds, what failed and why, and whether all agree.

    Needs no permission to write, and says what it can when something is damaged.
    """
    settings = configuration.settings
    engine = opened_engine(settings)
    found = account(settings, engine.searcher())
    if not found.records and not found.holdings and not _anything_in(settings.index_dir, engine):
        raise IndexMissing(
            f"nothing in {settings.index_dir.absolute()} yet: run searchapp reindex PATH"
        )
    facts = status_facts(settings, found)
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False, indent=2))
    else:
        for line in _readable(facts):
            click.echo(line)
    ctx.exit(EXIT_UNREADABLE if found.faults else 0)


def _anything_in(directory: Path, engine: Engine) -> bool:
    return (directory / FILE_NAME).exists() or engine.exists()


def _readable(facts: Mapping[str, Any]) -> Iterator[str]:
    index = facts["index"]
    yield f"index      {index['directory']} ({index['bytes'] / 1e6:.1f} MB)"
    if "id" in index:
        yield f"           built {index['built_at']}, {index['id']}"
    for fault in facts["faults"]:
        yield f"           {fault}"
    if running := facts["running"]:
        yield f"running    a reindex, process {running['pid']}, since {running['since']}"
    if "last_run" in facts:
        yield f"last run   {facts['last_run'] or 'never finished'}"
    yield from _documents(facts)
    for difference in facts["drift"]:
        yield f"drift      {difference}"
    if facts.get("pending"):
        yield f"pending    {facts['pending']}: run searchapp reindex to bring them into the index"
    yield from _versions_shown(facts["versions"])
    if "failed" in facts:
        yield from _failed(facts)


def _documents(facts: Mapping[str, Any]) -> Iterator[str]:
    guessed = f", {facts['uncertain']} of an uncertain date" if facts.get("uncertain") else ""
    undated = f" ({facts['undated']} undated{guessed})" if "undated" in facts else ""
    known = "unknown" if facts["documents"] is None else facts["documents"]
    yield f"documents  {known}{undated}"
    if facts.get("first_day"):
        yield f"dates      {facts['first_day']} to {facts['last_day']}"
    if facts.get("dates"):
        yield f"dates by   {_counts(facts['dates'])}"
    if "languages" in facts:
        yield f"languages  {_counts(facts['languages'])}"
        more = len(facts["sites"]) - SHOWN_SITES
        sites = _counts(dict(list(facts["sites"].items())[:SHOWN_SITES]))
        yield f"sites      {sites}{f', and {more} more' if more > 0 else ''}"
    if facts.get("without_model"):
        yield (
            f"no model   {_counts(facts['without_model'])}: people, organisations and places of "
            "these are those of watchlist.csv; set models.LANGUAGE to change that"
        )
    if facts.get("long_texts"):
        yield f"long texts {facts['long_texts']}: {LONG_TEXTS}"
    if facts.get("no_pages"):
        yield f"no pages   {_counts(facts['no_pages'])}: records of containers, skipped"
    if facts.get("captures"):
        yield from _captures(facts["captures"])


def _captures(captures: list[dict[str, Any]]) -> Iterator[str]:
    """What crawlers met again, and what of it refers to nothing here."""
    lost = [capture for capture in captures if capture["of"] is None]
    yield (
        f"captures   {len(captures) - len(lost)} more of pages in the index, "
        f"{len(lost)} of pages that are not"
    )
    for capture in lost[:SHOWN_FAILURES]:
        of = capture["refers_to"] or "a page it does not name"
        yield f"  {capture['path']}: {capture['url']} as it had been in {of}; add that archive"
    if len(lost) > SHOWN_FAILURES:
        yield f"  ... and {len(lost) - SHOWN_FAILURES} more: searchapp status --json"


def _versions_shown(versions: Mapping[str, Any]) -> Iterator[str]:
    if "error" in versions:
        yield f"model      {versions['error']}"
    shown = {name: text for name, text in versions.items() if isinstance(text, str)}
    shown.pop("error", None)
    yield f"versions   {', '.join(f'{name} {text}' for name, text in shown.items())}"


def _failed(facts: Mapping[str, Any]) -> Iterator[str]:
    yield f"failed     {_counts(facts['failed']) or 'none'}"
    for failure in facts["failures"][:SHOWN_FAILURES]:
        yield f"  {failure['path']}: {failure['message']} [{failure['fault']}]"
    for problem in facts["unlisted"]:
        yield f"  not listed: {problem['message']}"
    if len(facts["failures"]) > SHOWN_FAILURES:
        yield f"  ... and {len(facts['failures']) - SHOWN_FAILURES} more: searchapp status --json"


def _counts(tally: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in tally.items())
