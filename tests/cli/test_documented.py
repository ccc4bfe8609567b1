from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from searchapp.cli import main
from searchapp.config import ABOUT
from searchapp.errors import PageFault

DOCS = Path(__file__).parents[2] / "docs"
COMMANDS = (DOCS / "commands.md").read_text(encoding="utf-8")
SETTINGS = (DOCS / "settings.md").read_text(encoding="utf-8")


def commands(
    group: click.Group = main, prefix: str = "searchapp"
) -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, f"{prefix} {name}")
        else:
            yield f"{prefix} {name}", command


@pytest.mark.parametrize(("name", "command"), list(commands()))
def test_every_command_and_option_is_in_the_reference(name: str, command: click.Command) -> None:
    heading = f"## {name}"
    assert heading in COMMANDS
    section = COMMANDS.split(heading, 1)[1].split("\n## ", 1)[0] + COMMANDS.split("\n## ", 1)[0]
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            flag = parameter.opts[0]
            base, _, role = flag.partition(".")
            assert (
                f"`{flag}" in section
                or (role and f".{role}`" in section)
                or (f"`{base.removeprefix('--')}`" in section)
            ), f"{name}: {flag}"


@pytest.mark.parametrize(("name", "command"), list(commands()))
def test_every_option_has_help(name: str, command: click.Command) -> None:
    assert command.help, name
    for parameter in command.params:
        if isinstance(parameter, click.Option) and "." not in parameter.opts[0]:
            assert parameter.help, f"{name}: {parameter.opts[0]}"


@pytest.mark.parametrize("setting", [name for name in ABOUT if name != "models"])
def test_every_setting_is_in_the_reference(setting: str) -> None:
    assert f"| `{setting}` | `SEARCHAPP_{setting.upper()}` |" in SETTINGS


@pytest.mark.parametrize("code", ["0", "1", "2", "3", "4"])
def test_every_exit_code_is_in_the_reference(code: str) -> None:
    assert f"\n| {code} | " in COMMANDS


def test_every_reason_for_failure_has_its_own_name() -> None:
    assert len({str(fault) for fault in PageFault}) == len(PageFault)
