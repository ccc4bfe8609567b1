"""Commands on copies of an archive of which something is forbidden; run without root's rights.

python forbidden.py INDEX_DIR: one JSON object, of exit code and last line of stderr.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from pathlib import Path

from click.testing import CliRunner

from searchapp.cli import main

CASES = {
    "ledger": ("ledger.sqlite", 0o000),
    "log": ("ledger.sqlite-wal", 0o000),
    "kept": ("ledger.sqlite", 0o400),
    "pointer": ("whoosh/CURRENT", 0o000),
    "index": ("whoosh", 0o000),
    "lock": ("reindex.lock", 0o000),
    "decisions": ("entities.toml", 0o000),
    "folder": (".", 0o000),
}
COMMANDS = ("status", "search ferry", "doctor", "doctor --mend", "reindex", "backup {}.tar")


def answers(index: Path) -> dict[str, tuple[int, str]]:
    found = {}
    for command in COMMANDS:
        arguments = ["--index", str(index), *command.format(index).split()]
        done = CliRunner().invoke(main, arguments, env={"SEARCHAPP_MODELS_EN": ""})
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        lines = done.stderr.splitlines() or done.stdout.splitlines()
        text = done.output if command in {"status", "doctor"} else lines[-1]
        found[command.partition("{")[0].strip()] = (done.exit_code, text)
    return found


def forbid(index: Path, name: str, mode: int) -> dict[str, tuple[int, str]]:
    path = index / name
    before = path.stat().st_mode
    path.chmod(mode)
    try:
        return answers(index)
    finally:
        path.chmod(before)


def forbid_each(index: Path) -> dict[str, dict[str, tuple[int, str]]]:
    found = {}
    with tempfile.TemporaryDirectory() as directory:
        for case, (name, mode) in CASES.items():
            copy = Path(directory, case)
            shutil.copytree(index, copy)
            found[case] = forbid(copy, name, mode)
    return found


if __name__ == "__main__":
    sys.stdout.write(json.dumps(forbid_each(Path(sys.argv[1]))))
