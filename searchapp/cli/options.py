"""What every subcommand shares: `--index`, and the configuration made from all sources."""

import functools
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from searchapp.config import Configuration, Settings, load
from searchapp.engines import open_engine
from searchapp.engines.base import Engine

_FLAGS = "searchapp.flags"
_INDEX = click.option(
    "--index",
    "index_dir",
    type=click.Path(path_type=Path, file_okay=False, readable=False),
    help="Directory of the ledger and the index (setting index_dir).",
)


def with_configuration(*names: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Give a command `--index` and its Configuration as first argument.

    `names` are the command's options that are settings too: taken out of its
    arguments and into the configuration, where a flag wins over everything.
    """

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        @_INDEX
        @click.pass_context
        @functools.wraps(command)
        def run(ctx: click.Context, /, index_dir: Path | None, **arguments: Any) -> Any:
            flags = {name: arguments.pop(name) for name in names}
            flags["index_dir"] = index_dir or ctx.find_root().obj
            ctx.meta[_FLAGS] = flags
            return command(_load(flags), **arguments)

        return run

    return decorate


def loader() -> Callable[[], Configuration]:
    """Makes the present command's configuration anew, from all sources as they are then."""
    flags = click.get_current_context().meta[_FLAGS]
    return lambda: _load(flags)


def opened_engine(settings: Settings) -> Engine:
    """The engine the settings name, until the present command ends. Raises ConfigError."""
    engine = open_engine(settings)
    click.get_current_context().call_on_close(engine.close)
    return engine


def _load(flags: dict[str, Any]) -> Configuration:
    return load(flags, os.environ, Path.cwd())
