"""`config show`, and where settings come from."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.shell import Shell


def test_the_index_directory_is_named_by_flag_or_variable(shell: Shell, tmp_path: Path) -> None:
    index = str(shell.directory / "index")
    away = Shell(tmp_path, shell.environ)
    assert "Ferry" in away.here("search", "ferry", "--index", index).stdout
    assert "Ferry" in away.here("--index", index, "search", "ferry").stdout
    assert "Ferry" in away.here("search", "ferry", environ={"SEARCHAPP_INDEX_DIR": index}).stdout
    done = away.here("search", "ferry")
    assert done.returncode == 1
    assert "searchapp reindex PATH" in done.stderr


def test_config_show_names_the_source_of_each_value(shell: Shell) -> None:
    done = shell.here("config", "show", environ={"SEARCHAPP_PORT": "81"})
    assert "port = 81" in done.stdout
    assert "# SEARCHAPP_PORT" in done.stdout
    rows = json.loads(shell.here("config", "show", "--json", "--index", "x").stdout)
    assert rows["index_dir"] == {"value": "x", "from": "flag"}
    assert rows["workers"] == {"value": 2, "from": "default"}


def test_an_empty_variable_is_no_setting(shell: Shell) -> None:
    done = shell.here("config", "show", "--json", environ={"SEARCHAPP_INDEX_DIR": ""})
    assert json.loads(done.stdout)["index_dir"] == {"value": "index", "from": "default"}
