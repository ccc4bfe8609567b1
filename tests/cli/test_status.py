"""`status` as a user meets it."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.shell import Shell


def test_status_tells_what_failed_and_what_has_no_model(shell: Shell) -> None:
    done = shell.run("status")
    assert done.returncode == 0
    assert "documents  1 (0 undated)" in done.stdout
    assert "failed     empty 1" in done.stdout
    assert "no model   en 1" in done.stdout
    facts = json.loads(shell.here("status", "--json").stdout)
    assert facts["documents"] == facts["index"]["documents"] == 1
    assert [(one["reason"], one["count"]) for one in facts["failed"]] == [("empty", 1)]
    assert facts["failures"][0]["path"].endswith("pages/empty.html")


def test_status_without_an_index_says_what_to_run(shell: Shell, tmp_path: Path) -> None:
    done = shell.here("status", "--index", str(tmp_path))
    assert done.returncode == 1
    assert "run searchapp reindex PATH" in done.stderr


def test_status_names_what_the_last_run_could_not_list(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "gone.html").symlink_to("nowhere.html")
    index = str(tmp_path / "index")
    assert shell.here("reindex", str(tmp_path / "pages"), "--index", index).returncode == 3
    done = shell.here("status", "--index", index)
    assert "not listed: " in done.stdout
    (problem,) = json.loads(shell.here("status", "--json", "--index", index).stdout)["unlisted"]
    assert "gone.html" in problem
