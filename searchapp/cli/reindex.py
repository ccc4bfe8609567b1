"""`searchapp reindex`: the archive's files into ledger and index, with an account of it."""

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from searchapp.cancellation import Cancelled
from searchapp.cli import run_report, signals
from searchapp.cli.options import opened_engine, with_configuration
from searchapp.cli.progress import reporter_for
from searchapp.config import Configuration
from searchapp.errors import ModelError, VectorModelError
from searchapp.indexer.events import Summary
from searchapp.indexer.options import ReindexOptions
from searchapp.indexer.run import preview, run
from searchapp.sources.listing import printable

EXIT_SOME_FAILED = 3
NICENESS = 10
"""Added to the priority number of the process and its workers: searches come first."""


class _Command(click.Command):
    """Lets `--wait` stand before a PATH: it takes a value only when a number follows."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        for place, argument in enumerate(args):
            if argument == "--wait" and not _is_number(args[place + 1 : place + 2]):
                args[place] = "--wait=inf"
        return super().parse_args(ctx, args)


def _is_number(words: Sequence[str]) -> bool:
    return any(word.replace(".", "", 1).isdigit() for word in words)


@click.command(cls=_Command)
@click.argument("paths", nargs=-1, metavar="PATH...", type=click.Path(path_type=Path, exists=True))
@click.option("--full", is_flag=True, help="Build the index anew; unchanged pages are not read.")
@click.option("--dry-run", is_flag=True, help="Show what would be done, and write nothing.")
@click.option("--retry-failed", is_flag=True, help="Read every page again that failed.")
@click.option("--no-entities", is_flag=True, help="Look for no names: needs no language model.")
@click.option("--watch", is_flag=True, help="Go on, and follow what changes below PATH.")
@click.option(
    "--wait",
    type=click.FloatRange(min=0),
    default=0.0,
    metavar="[SECONDS]",
    help="Wait for another reindex to end, for so long or without end.",
)
@click.option("--json", "as_json", is_flag=True, help="Events, one JSON object per line.")
@click.option("--jobs", type=int, help="Worker processes; default one per core (setting jobs).")
@click.option("--page-seconds", type=float, help="Time limit for one page (setting page_seconds).")
@with_configuration("jobs", "page_seconds")
@click.pass_context
def reindex(  # noqa: PLR0913 - click gives each option its argument
    ctx: click.Context,
    configuration: Configuration,
    paths: tuple[Path, ...],
    *,
    full: bool,
    dry_run: bool,
    retry_failed: bool,
    no_entities: bool,
    watch: bool,
    wait: float,
    as_json: bool,
) -> None:
    """Build or update the index of the pages at PATH (files and folders).

    Reads only what is new or changed and drops what is gone. Without PATH, looks
    again at every path given before.
    """
    settings = configuration.settings
    os.nice(NICENESS)
    with (
        signals.stop_on_signals() as cancel_token,
        reporter_for(sys.stderr, events=as_json) as reporter,
    ):
        options = ReindexOptions(
            settings,
            opened_engine(settings),
            reporter,
            full=full,
            entities=not no_entities,
            retry_failed=retry_failed,
            wait=wait,
            cancel_token=cancel_token,
        )
        ctx.exit(_exit_code(paths, options, dry_run=dry_run, watch=watch, as_json=as_json))


def _exit_code(
    paths: Sequence[Path], options: ReindexOptions, *, dry_run: bool, watch: bool, as_json: bool
) -> int:
    try:
        if dry_run:
            preview(paths, options, run_report.plan_shower(as_json=as_json))
            return 0
        if watch:
            _watch(paths, options, as_json=as_json)
        summary = None if watch else run(paths, options)
    except VectorModelError:
        raise
    except ModelError as error:
        raise ModelError(f"{error}; searchapp reindex --no-entities does without") from error
    except (Cancelled, KeyboardInterrupt):
        summary = None
    if summary is not None:
        _report(summary, options, as_json=as_json)
    if reason := options.cancel_token.reason:
        kept = "what was read is kept: run the same command to carry on"
        click.echo(f"stopped by {reason}; {kept}", err=True)
        return signals.EXIT_CODES[reason]
    return EXIT_SOME_FAILED if summary and (summary.failures or summary.unlisted) else 0


def _watch(paths: Sequence[Path], options: ReindexOptions, *, as_json: bool) -> None:
    """Follow the folders until asked to stop; each run that found something is told."""
    # Imported here: a run that does not watch needs none of it.
    from searchapp.indexer.watch import follow  # noqa: PLC0415

    def on_summary(summary: Summary) -> None:
        if run_report.did_something(summary) or as_json:
            _report(summary, options, as_json=as_json)

    def on_watching(roots: Sequence[str]) -> None:
        if as_json:
            _emit({"event": "watching", "paths": [printable(root) for root in roots]})
        else:
            click.echo(f"watching {', '.join(map(printable, roots))}")
            sys.stdout.flush()

    follow(paths, options, on_summary, on_watching)


def _report(summary: Summary, options: ReindexOptions, *, as_json: bool) -> None:
    if as_json:
        _emit({"event": "finished", **run_report.facts(summary)})
        return
    for line in run_report.lines(summary, options.settings.index_dir):
        click.echo(line)
    sys.stdout.flush()


def _emit(event: dict[str, Any]) -> None:
    print(json.dumps(event, ensure_ascii=False), flush=True)  # noqa: T201 - the command's output
