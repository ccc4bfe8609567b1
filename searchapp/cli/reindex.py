"""`searchapp reindex`: the archive's files into ledger and index, with an account of it."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import click

from searchapp.cli.configured import configured
from searchapp.cli.progress import reporter_for
from searchapp.config import Configuration
from searchapp.engines import open_engine
from searchapp.errors import ModelError
from searchapp.indexer.archive import printable
from searchapp.indexer.entities import READ_BY_MODEL
from searchapp.indexer.outcomes import Failure
from searchapp.indexer.reindex import Summary
from searchapp.indexer.reindex import reindex as run

LONG_TEXTS = (
    f"names are looked for in the first {READ_BY_MODEL:,} characters of one, and behind them only "
    "those found there and those of watchlist.csv"
)
EXIT_SOME_FAILED = 3
EXIT_INTERRUPTED = 130
SHOWN_FAILURES = 20


@click.command()
@click.argument("paths", nargs=-1, metavar="PATH...", type=click.Path(path_type=Path, exists=True))
@click.option("--full", is_flag=True, help="Build the index anew; unchanged pages are not read.")
@click.option("--no-entities", is_flag=True, help="Look for no names: needs no language model.")
@click.option("--jobs", type=int, help="Worker processes; default one per core (setting jobs).")
@click.option("--page-seconds", type=float, help="Time limit for one page (setting page_seconds).")
@configured("jobs", "page_seconds")
@click.pass_context
def reindex(
    ctx: click.Context,
    configuration: Configuration,
    paths: tuple[Path, ...],
    *,
    full: bool,
    no_entities: bool,
) -> None:
    """Build or update the index of the pages at PATH (files and folders).

    Reads only what is new or changed and drops what is gone. Without PATH, looks
    again at every path given before.
    """
    settings = configuration.settings
    try:
        with reporter_for(sys.stderr) as reporter:
            engine = open_engine(settings)
            summary = run(paths, settings, engine, reporter, full=full, entities=not no_entities)
    except ModelError as error:
        raise ModelError(f"{error}; searchapp reindex --no-entities does without") from error
    except KeyboardInterrupt:
        click.echo("stopped; what was read is kept: run the same command to carry on", err=True)
        ctx.exit(EXIT_INTERRUPTED)
    for line in _account(summary, settings.index_dir):
        click.echo(line)
    ctx.exit(EXIT_SOME_FAILED if summary.failures or summary.unlisted else 0)


def _account(summary: Summary, index_dir: Path) -> Iterable[str]:
    rate = f" ({summary.read / summary.seconds:.1f} pages/s)" if summary.read else ""
    yield (
        f"{summary.documents} documents in {index_dir}: {summary.read} read, "
        f"{summary.unchanged} unchanged, {summary.removed} removed, "
        f"{len(summary.failures)} failed; {summary.seconds:.1f} s{rate}"
    )
    if summary.rebuilt:
        yield "the index was built anew"
    if summary.skipped:
        kinds = ", ".join(f"{suffix or 'no suffix'} {n}" for suffix, n in summary.skipped.items())
        yield f"skipped {sum(summary.skipped.values())} files of other kinds ({kinds})"
    if summary.no_pages:
        kinds = ", ".join(f"{kind} {n}" for kind, n in summary.no_pages.items())
        yield f"skipped {sum(summary.no_pages.values())} records that are no pages ({kinds})"
    if summary.long:
        yield f"long texts read: {summary.long}; {LONG_TEXTS}"
    for problem in summary.unlisted:
        yield f"not listed: {problem.message}"
    yield from _failures(summary.failures)


def _failures(failures: tuple[Failure, ...]) -> Iterable[str]:
    for failure in failures[:SHOWN_FAILURES]:
        yield f"failed: {printable(failure.path)}: {failure.message} [{failure.fault}]"
    if len(failures) > SHOWN_FAILURES:
        yield f"... and {len(failures) - SHOWN_FAILURES} more: searchapp status"
