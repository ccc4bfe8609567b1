"""`searchapp doctor`: ledger against index against disk, and what to do about it."""

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

import click

from searchapp.cli.options import opened_engine, with_configuration
from searchapp.cli.progress import reporter_for
from searchapp.config import Configuration
from searchapp.errors import IndexMissing
from searchapp.maintenance.doctor import Finding, Level, examine
from searchapp.maintenance.repair import mend

EXIT_FAULTS = 1


@click.command()
@click.option("--mend", "mending", is_flag=True, help="Mend what can be without reading a page.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@with_configuration()
@click.pass_context
def doctor(
    ctx: click.Context, configuration: Configuration, *, mending: bool, as_json: bool
) -> None:
    """Check the ledger against the index and both against the disk.

    Changes nothing unless told to mend. Exit code 1 when a fault remains.
    """
    settings = configuration.settings
    if not settings.index_dir.is_dir():
        raise IndexMissing(f"nothing in {settings.index_dir} yet: run searchapp reindex PATH")
    engine = opened_engine(settings)
    before = list(examine(settings, engine))
    left = before
    if mending and before:
        with reporter_for(sys.stderr) as reporter:
            mend(settings, engine, reporter.indexing)
        left = list(examine(settings, engine))
    mended = [finding for finding in before if finding not in left]
    if as_json:
        click.echo(json.dumps(_object(left, mended), ensure_ascii=False, indent=2))
    else:
        for line in _lines(left, mended):
            click.echo(line)
    ctx.exit(EXIT_FAULTS if any(f.level == Level.FAULT for f in left) else 0)


def _object(left: Sequence[Finding], mended: Sequence[Finding]) -> dict[str, Any]:
    findings = [{**asdict(finding), "mended": False} for finding in left]
    findings += [{**asdict(finding), "mended": True} for finding in mended]
    return {"healthy": not any(f.level == Level.FAULT for f in left), "findings": findings}


def _lines(left: Sequence[Finding], mended: Sequence[Finding]) -> Iterator[str]:
    for finding in mended:
        yield f"mended  {finding.check}: {finding.message}"
    for finding in left:
        yield f"{finding.level:<7} {finding.check}: {finding.message}"
        yield f"        {finding.remedy}"
    if not any(finding.level == Level.FAULT for finding in left):
        yield "all is well: ledger, index and disk agree"
