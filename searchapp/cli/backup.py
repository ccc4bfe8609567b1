"""`searchapp backup` and `searchapp restore`: ledger, index and decisions in one file."""

from pathlib import Path

import click

from searchapp.cli.options import opened_engine, with_configuration
from searchapp.config import Configuration
from searchapp.maintenance.backup import back_up
from searchapp.maintenance.restore import restore as run_restore


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@with_configuration()
def backup(configuration: Configuration, file: Path) -> None:
    """Write ledger, index and decisions to FILE, as they are at one moment.

    A TAR, packed when FILE ends with .gz or .tgz. Runs beside searches and a reindex.
    """
    settings = configuration.settings
    manifest = back_up(settings, opened_engine(settings), file)
    size = _readable_size(file.stat().st_size)
    click.echo(f"{file}: {manifest.documents} documents, {size}, index {manifest.index_id}")


def _readable_size(size: int) -> str:
    return f"{size / 1e6:.1f} MB" if size >= 1e6 else f"{max(1, round(size / 1e3))} kB"  # noqa: PLR2004 - a megabyte


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--replace", is_flag=True, help="Take the place of what is there.")
@with_configuration()
def restore(configuration: Configuration, file: Path, *, replace: bool) -> None:
    """Put the backup in FILE in the place of ledger, index and decisions.

    All of FILE is checked before anything changes. Searches go on meanwhile.
    """
    settings = configuration.settings
    manifest = run_restore(settings, opened_engine(settings), file, replace=replace)
    click.echo(
        f"{settings.index_dir}: {manifest.documents} documents, as of {manifest.created_at}; "
        "searchapp reindex brings in what changed since"
    )
