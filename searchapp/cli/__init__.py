"""The `searchapp` command: one module per subcommand, one table from error to exit code."""

from __future__ import annotations

import os
import sqlite3
import sys
from pathlib import Path
from typing import Any

import click

from searchapp import __version__
from searchapp.cli.backup import backup, restore
from searchapp.cli.config import config
from searchapp.cli.doctor import doctor
from searchapp.cli.entities import entities
from searchapp.cli.extract import extract
from searchapp.cli.reindex import reindex
from searchapp.cli.rollback import rollback
from searchapp.cli.search import search
from searchapp.cli.serve import serve
from searchapp.cli.status import status
from searchapp.errors import ConfigError, DecisionError, ReindexLocked, RequestError, SearchappError
from searchapp.indexer.archive import printable

EXIT_FAILED = 1
EXIT_CODES: dict[type[SearchappError], int] = {
    RequestError: 2,
    ConfigError: 2,
    DecisionError: 2,
    ReindexLocked: 4,
}


class _Commands(click.Group):
    """Shows our errors as one line on standard error, never as a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except SearchappError as error:
            click.echo(f"searchapp: {error}", err=True)
            ctx.exit(EXIT_CODES.get(type(error), EXIT_FAILED))
        except BrokenPipeError:
            # The reader of our pipe has seen enough; Python must not complain at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(0)
        except sqlite3.Error as error:
            click.echo(f"searchapp: the ledger: {error}", err=True)
            ctx.exit(EXIT_FAILED)
        except OSError as error:
            click.echo(f"searchapp: {_where(error)}{error.strerror or error}", err=True)
            ctx.exit(EXIT_FAILED)


def _where(error: OSError) -> str:
    return f"{printable(os.fsdecode(error.filename))}: " if error.filename else ""


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="searchapp")
@click.option(
    "--index", type=click.Path(path_type=Path), help="Directory of the ledger and the index."
)
@click.pass_context
def main(ctx: click.Context, index: Path | None) -> None:
    """Search an archive of saved news and web pages: who said what, where, when.

    \b
    searchapp reindex PATH   build or update the index of a folder of pages
    searchapp serve          the search page, at http://127.0.0.1:8000

    Exit codes: 0 done, 1 failed, 2 wrong usage, 3 done but some pages failed,
    4 another reindex holds the lock.
    """  # noqa: D301 - click reads the backspace, not its name
    ctx.obj = index


COMMANDS = (
    *(reindex, serve, search, extract, entities, status, doctor),
    *(rollback, backup, restore, config),
)
for command in COMMANDS:
    main.add_command(command)
