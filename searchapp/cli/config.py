"""`searchapp config show`: every setting, its value, and where the value came from."""

import json
from typing import Any

import click

from searchapp.cli.options import with_configuration
from searchapp.config import ABOUT, SECRETS, Configuration, Settings

HIDDEN = "(hidden)"


@click.group()
def config() -> None:
    """Settings: flags, then SEARCHAPP_* variables, then searchapp.toml, then defaults."""


@config.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@with_configuration()
def show(configuration: Configuration, *, as_json: bool) -> None:
    """Show every setting and where its value came from."""
    values = _values(configuration.settings)
    origins = configuration.origins
    if as_json:
        rows = {key: {"value": value, "from": origins[key]} for key, value in values.items()}
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    width = max(len(key) + len(_toml(value)) for key, value in values.items()) + 3
    for key, value in values.items():
        click.echo(f"{f'{key} = {_toml(value)}':<{width}}  # {origins[key]}")


def _values(settings: Settings) -> dict[str, Any]:
    plain = {name: _redact(name, getattr(settings, name)) for name in ABOUT if name != "models"}
    models = {f"models.{language}": model for language, model in settings.models.items()}
    return {**plain, "index_dir": str(settings.index_dir), **models}


def _redact(name: str, value: Any) -> Any:
    return HIDDEN if value and name in SECRETS else value


def _toml(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
