"""Every command over an engine that keeps no files: here the one in memory."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from searchapp.cli import main
from tests.cli.shell import FERRY


class Commands:
    """Run in this process: the index is gone with it."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def run(self, *arguments: str) -> Result:
        index = ("--index", str(self.directory / "index"))
        environ = {"SEARCHAPP_ENGINE": "memory", "SEARCHAPP_MODELS_EN": "", "SEARCHAPP_JOBS": "1"}
        return CliRunner().invoke(main, [*index, *arguments], env=environ)


@pytest.fixture(scope="module")
def commands(tmp_path_factory: pytest.TempPathFactory) -> Commands:
    made = Commands(tmp_path_factory.mktemp("memory"))
    page = made.directory / "ferry.html"
    page.write_text(FERRY)
    (made.directory / "index").mkdir()
    (made.directory / "index" / "watchlist.csv").write_text("name,type\ncouncil,org\n")
    assert made.run("reindex", str(page)).exit_code == 0
    return made


def test_a_page_is_indexed_and_found(commands: Commands) -> None:
    found = commands.run("search", "ferry", "--json")
    assert found.exit_code == 0
    assert json.loads(found.stdout)["total"] == 1
    assert not (commands.directory / "index" / "whoosh").exists()


def test_the_archive_is_accounted_for_and_healthy(commands: Commands) -> None:
    assert json.loads(commands.run("status", "--json").stdout)["documents"] == 1
    assert "all is well" in commands.run("doctor").stdout


def test_decisions_reach_the_index(commands: Commands) -> None:
    assert commands.run("entities", "rename", "council", "Council").exit_code == 0
    assert json.loads(commands.run("search", "org:Council", "--json").stdout)["total"] == 1


def test_what_the_ledger_has_makes_another_index(commands: Commands) -> None:
    assert commands.run("reindex", "--full").exit_code == 0
    assert "live again" in commands.run("rollback").stdout
    (finding,) = json.loads(commands.run("doctor", "--json").stdout)["findings"]
    assert "do not belong together" in finding["message"]
    assert commands.run("doctor", "--mend").exit_code == 0


@pytest.mark.parametrize("command", ["backup", "restore"])
def test_what_needs_files_says_so(commands: Commands, command: str) -> None:
    file = commands.directory / "all.tar"
    file.touch()
    done = commands.run(command, str(file))
    assert done.exit_code == 1
    assert "the engine memory keeps its index in no files" in done.stderr
    assert file.read_bytes() == b""
