"""`searchapp status`: what is in the archive, what is not, and why."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import click
import msgspec

from searchapp.cli.options import opened_engine, with_configuration
from searchapp.cli.run_report import LONG_TEXTS, SHOWN_FAILURES, links_line
from searchapp.config import Configuration
from searchapp.document_json import encode
from searchapp.engines.base import Engine
from searchapp.errors import IndexMissing
from searchapp.ledger.captures import Capture
from searchapp.ledger.errors import FILE_NAME
from searchapp.maintenance.archive_status import ArchiveStatus, IndexStats, collect_status
from searchapp.maintenance.status_json import Status, Versions, to_status

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
    collected = collect_status(settings, engine.searcher(), texts=True)
    is_empty = not collected.ledger and not collected.index
    if is_empty and not _anything_in(settings.index_dir, engine):
        raise IndexMissing(
            f"nothing in {settings.index_dir.absolute()} yet: run searchapp reindex PATH"
        )
    encoded = to_status(collected, settings, engine)
    if as_json:
        click.echo(msgspec.json.format(encode(encoded), indent=2))
    else:
        for line in _readable(collected, encoded):
            click.echo(line)
    ctx.exit(EXIT_UNREADABLE if collected.faults else 0)


def _anything_in(directory: Path, engine: Engine) -> bool:
    return (directory / FILE_NAME).exists() or engine.exists()


def _readable(collected: ArchiveStatus, status: Status) -> Iterator[str]:
    yield f"index      {status.directory} ({status.bytes / 1e6:.1f} MB)"
    if status.index:
        yield f"           built {status.index.built_at}, {status.index.id}"
    for fault in status.faults:
        yield f"           {fault}"
    if status.running:
        yield f"running    a reindex, process {status.running.pid}, since {status.running.since}"
    if collected.ledger:
        yield f"last run   {status.last_run or 'never finished'}"
    yield from _documents(status)
    if collected.index:
        yield from _facets(collected.index, status)
    yield from _texts(status)
    for difference in status.drift:
        yield f"drift      {difference}"
    if status.pending:
        yield f"pending    {status.pending}: run searchapp reindex to bring them into the index"
    yield from _versions(status.versions)
    if collected.ledger:
        yield from _failed(status)


def _documents(status: Status) -> Iterator[str]:
    guessed = f", {status.uncertain} of an uncertain date" if status.uncertain else ""
    undated = "" if status.undated is None else f" ({status.undated} undated{guessed})"
    indexed = status.index.documents if status.index else "unknown"
    yield f"documents  {indexed if status.documents is None else status.documents}{undated}"
    if status.first_day:
        yield f"dates      {status.first_day} to {status.last_day}"
    if status.dates_by_method:
        yield f"dates by   {_counts(status.dates_by_method)}"


def _facets(index: IndexStats, status: Status) -> Iterator[str]:
    yield f"languages  {_counts(index.languages())}"
    more = len(status.sites) - SHOWN_SITES
    sites = _counts({site.value: site.count for site in status.sites[:SHOWN_SITES]})
    yield f"sites      {sites}{f', and {more} more' if more > 0 else ''}"


def _texts(status: Status) -> Iterator[str]:
    if status.without_model:
        yield (
            f"no model   {_counts(status.without_model)}: people, organisations and places of "
            "these are those of watchlist.csv; set models.LANGUAGE to change that"
        )
    if status.long_texts:
        yield f"long texts {status.long_texts}: {LONG_TEXTS}"
    if status.vectors is not None:
        yield f"vectors    {status.vectors} documents have one, for searching by meaning"
    if status.no_pages:
        yield f"no pages   {_counts(status.no_pages)}: records of containers, skipped"
    if status.captures:
        yield from _captures(status.captures)


def _captures(captures: list[Capture]) -> Iterator[str]:
    """What crawlers met again, and what of it refers to nothing here."""
    lost = [capture for capture in captures if capture.of is None]
    yield (
        f"captures   {len(captures) - len(lost)} more of pages in the index, "
        f"{len(lost)} of pages that are not"
    )
    for capture in lost[:SHOWN_FAILURES]:
        of = capture.refers_to or "a page it does not name"
        yield f"  {capture.path}: {capture.url} as it had been in {of}; add that archive"
    if len(lost) > SHOWN_FAILURES:
        yield f"  ... and {len(lost) - SHOWN_FAILURES} more: searchapp status --json"


def _versions(versions: Versions) -> Iterator[str]:
    if versions.error:
        yield f"model      {versions.error}"
    installed = ("searchapp", "readers", "cleaner", "recogniser")
    named = {name: getattr(versions, name) for name in installed}
    shown = ", ".join(f"{name} {version}" for name, version in named.items() if version)
    yield f"versions   {shown}"


def _failed(status: Status) -> Iterator[str]:
    yield f"failed     {_counts({one.reason: one.count for one in status.failed}) or 'none'}"
    for failure in status.failures[:SHOWN_FAILURES]:
        yield f"  {failure.path}: {failure.message} [{failure.fault}]"
    if status.links_out.count:
        yield f"links out  {links_line(status.links_out.count, status.links_out.paths)}"
    for problem in status.unlisted:
        yield f"  not listed: {problem}"
    if len(status.failures) > SHOWN_FAILURES:
        yield f"  ... and {len(status.failures) - SHOWN_FAILURES} more: searchapp status --json"


def _counts(tally: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in tally.items())
