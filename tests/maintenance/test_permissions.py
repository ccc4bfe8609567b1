"""What the present user may not read or write: one line that names it, and searches go on."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.maintenance import forbidden
from tests.maintenance.archive import UNPRIVILEGED, Archive
from tests.maintenance.damage import make_archive

Answers = Mapping[str, Mapping[str, tuple[int, str]]]
UNREADABLE = {"pointer", "index", "folder"}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Answers:
    archive: Archive = make_archive(tmp_path_factory.mktemp("forbidden"))
    done = subprocess.run(
        [*UNPRIVILEGED, sys.executable, "-m", forbidden.__name__, archive.settings.index_dir],
        cwd=Path(__file__).parents[2],
        env=archive.environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answers: Answers = json.loads(done.stdout)
    return answers


@pytest.mark.parametrize("case", forbidden.CASES)
def test_searches_go_on_where_the_index_can_be_read(found: Answers, case: str) -> None:
    code, line = found[case]["search ferry"]
    assert code == (1 if case in UNREADABLE else 0), line
    if code:
        assert "CURRENT: Permission denied" in line


@pytest.mark.parametrize("case", forbidden.CASES)
def test_whoever_fails_says_what_is_forbidden_and_what_to_do(found: Answers, case: str) -> None:
    for command in ("doctor --mend", "reindex", "backup"):
        code, line = found[case][command]
        if code == 1 and line.startswith("searchapp: "):
            assert "Permission denied" in line, (command, line)
            assert "allow" in line or "check the disk and the permissions" in line, (command, line)
    assert (found[case]["reindex"][0] in {1, 2}) == (case != "decisions")


@pytest.mark.parametrize("case", ["ledger", "log", "pointer", "index", "lock", "decisions"])
def test_doctor_names_it(found: Answers, case: str) -> None:
    code, text = found[case]["doctor"]
    assert code == 1
    name = Path(forbidden.CASES[case][0]).name
    assert (name if case != "index" else "CURRENT") in text
    assert "leftovers" not in text


def test_an_index_that_may_not_be_read_is_not_called_damaged(found: Answers) -> None:
    for case in UNREADABLE:
        assert "damaged" not in found[case]["backup"][1]
