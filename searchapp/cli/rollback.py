"""`searchapp rollback`: back to the index before the live one."""

import click

from searchapp.cli.options import opened_engine, with_configuration
from searchapp.config import Configuration
from searchapp.maintenance.rollback import roll_back


@click.command()
@with_configuration()
def rollback(configuration: Configuration) -> None:
    """Make the index before the last full build live again.

    The one that was live is kept: the same command goes back to it. The next reindex
    builds anew.
    """
    settings = configuration.settings
    info = roll_back(settings, opened_engine(settings))
    built = info.built_at.isoformat(timespec="seconds")
    click.echo(f"live again: {info.id}, built {built}, {info.documents} documents")
    click.echo("the next searchapp reindex builds the index anew from what was read")
