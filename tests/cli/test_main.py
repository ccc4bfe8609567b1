"""What holds for every command: exit codes, errors in one line, pipes."""

from __future__ import annotations

import os
import socket
import subprocess
import sys

import pytest

from tests.cli.shell import Shell


def test_serve_refuses_a_taken_port_in_one_line(shell: Shell) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = shell.run("serve", "--port", str(taken.getsockname()[1]))
    assert done.returncode == 1
    assert "choose another with --port" in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "environ", "says"),
    [
        (["search"], {"SEARCHAPP_PORTT": "1"}, "did you mean 'port'"),
        (["search"], {"SEARCHAPP_PORT": "x"}, "port must be a whole number"),
        (["frobnicate"], {}, "No such command"),
        (["extract"], {}, "Missing argument"),
        (["extract", "--url", "https://a.example", "a", "b"], {}, "--url goes with one FILE"),
    ],
)
def test_wrong_usage_is_exit_code_2_and_no_traceback(
    shell: Shell, arguments: list[str], environ: dict[str, str], says: str
) -> None:
    done = shell.here(*arguments, environ=environ)
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_a_reader_that_leaves_early_causes_no_complaint(shell: Shell) -> None:
    command = f"{sys.executable} -m searchapp status --json | head -c 1"
    done = subprocess.run(
        ["bash", "-c", command],  # noqa: S607
        check=False,
        cwd=shell.directory,
        env={**os.environ, **shell.environ},
        capture_output=True,
        text=True,
    )
    assert done.stderr == ""
