"""`searchapp serve` as a process, and requests to it."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PATIENCE_SECONDS = 250.0


@dataclass
class Answer:
    """A response, read to its end."""

    status: int
    headers: Mapping[str, str]
    text: str

    def json(self) -> Any:
        return json.loads(self.text)


@dataclass
class Server:
    """A running server; `log` has its standard output and error."""

    port: int
    process: subprocess.Popen[bytes]
    log: Path

    def ask(
        self, path: str, method: str = "GET", headers: Mapping[str, str] | None = None
    ) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        with contextlib.closing(connection):
            connection.request(method, path, headers=dict(headers or {}))
            response = connection.getresponse()
            return Answer(response.status, dict(response.headers), response.read().decode())

    def workers(self) -> list[int]:
        """The worker processes at the moment."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in children.read_text().split()]

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)


@contextlib.contextmanager
def serve(
    directory: Path, environ: Mapping[str, str], *arguments: str, ready: str = "/healthz"
) -> Iterator[Server]:
    """A server in `directory`, answering at `ready` when the block begins."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = directory / "serve.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "searchapp", "serve", "--port", str(port), *arguments],
            cwd=directory,
            env={**os.environ, **environ},
            stdout=output,
            stderr=output,
        )
    server = Server(port, process, log)
    try:
        until(lambda: answers(server, ready), log)
        yield server
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE_SECONDS)


def answers(server: Server, path: str) -> bool:
    try:
        return server.ask(path).status == http.HTTPStatus.OK
    except OSError:
        return False


def until(condition: Any, log: Path | None = None) -> None:
    """Wait for a condition."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, log.read_text() if log else "it never came true"
        time.sleep(0.05)
