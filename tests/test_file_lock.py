from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from searchapp.file_lock import LockHeld, hold, is_held


def test_it_is_held_within_the_block_alone(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    assert not is_held(path)
    for _ in range(2):
        with hold(path):
            assert is_held(path)
        assert not is_held(path)


def test_whoever_comes_second_reads_the_holders_note(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with hold(path) as file:
        file.write("me")
        file.flush()
        with pytest.raises(LockHeld) as caught, hold(path, wait=0.2):
            pass
    assert caught.value.note == "me"


def test_looking_needs_no_right_to_write(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with hold(path):
        path.chmod(0o400)
        assert is_held(path)
        assert path.read_text() == ""


def test_a_child_that_inherits_it_holds_it_until_it_ends(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    reader, writer = os.pipe()
    with hold(path) as file:
        child = subprocess.Popen(
            [sys.executable, "-c", "input()"], stdin=reader, pass_fds=(file.fileno(),)
        )
    assert is_held(path)
    os.close(reader)
    os.write(writer, b"\n")
    child.wait()
    os.close(writer)
    assert not is_held(path)
