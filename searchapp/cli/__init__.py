"""The `searchapp` command: one module per subcommand, one table from error to exit code.

In: arguments, signals and the settings they override (`options`, `signals`). Out: lines or JSON
on standard output, errors as one line, an exit code. `progress` shows a run and `run_report` says
what it did; `entity_lines` has the lines of `entities`.
"""

import importlib
import io
import os
import sqlite3
import sys
from pathlib import Path
from typing import Any

import click

from searchapp import __version__
from searchapp.errors import ConfigError, DecisionError, ReindexLocked, RequestError, SearchappError
from searchapp.files import denial_advice
from searchapp.process_limits import name_limit, name_memory_limit
from searchapp.sources.listing import printable

EXIT_FAILED = 1
EXIT_CODES: dict[type[SearchappError], int] = {
    RequestError: 2,
    ConfigError: 2,
    DecisionError: 2,
    ReindexLocked: 4,
}

# The module of each, imported when it is run: no command waits for another's libraries.
COMMANDS = {
    "reindex": "reindex",
    "serve": "serve",
    "search": "search",
    "extract": "extract",
    "entities": "entities",
    "status": "status",
    "doctor": "doctor",
    "rollback": "rollback",
    "backup": "backup",
    "restore": "backup",
    "config": "config",
}


class _Commands(click.Group):
    """Shows our errors as one line on standard error, never as a traceback."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"searchapp.cli.{COMMANDS[cmd_name]}")
        command: click.Command = getattr(module, cmd_name)
        return command

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
            reason = f"{error.strerror or error}{name_limit(error)}{denial_advice(error)}"
            click.echo(f"searchapp: {_where(error)}{reason}", err=True)
            ctx.exit(EXIT_FAILED)
        except MemoryError:
            limit = name_memory_limit("of this machine")
            click.echo(f"searchapp: there is not enough memory ({limit})", err=True)
            ctx.exit(EXIT_FAILED)


def _where(error: OSError) -> str:
    return f"{printable(os.fsdecode(error.filename))}: " if error.filename else ""


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="searchapp")
@click.option(
    "--index",
    type=click.Path(path_type=Path, readable=False),
    help="Directory of the ledger and the index.",
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
    _print_any_text()


def _print_any_text() -> None:
    """No text of the archive, and no encoding of a terminal's, ends in a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
