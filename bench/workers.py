"""Throughput of `serve`'s own gunicorn worker beside gunicorn's sync and gthread workers.

    python bench/workers.py [--seconds 3] [--rounds 3]

The example archive, two worker processes each, eight clients in a closed loop, a new connection
for each search, as the worker gives them; then the same while 64 clients send their heads a byte
a second. The servers take turns, so that what else the machine does falls on all alike.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from searchapp.config import load
from searchapp.engines import open_engine
from searchapp.web.app import create_app

CLIENTS, SLOW = 8, 64
PATIENCE = 5.0
PATH = "/api/v1/search?q=harbour&facets=person:5,site:5,date"
KINDS = {
    "own": ["-m", "searchapp", "serve", "--workers", "2", "--access-log", "off", "--port"],
    "sync": ["-m", "gunicorn", "-w", "2", "--preload", "-k", "sync", "-b"],
    "gthread": ["-m", "gunicorn", "-w", "2", "--preload", "-k", "gthread", "--threads", "4", "-b"],
}


def application() -> Any:
    """What gunicorn's own workers serve."""
    settings = load({}, os.environ, Path()).settings
    return create_app(open_engine(settings), settings)


@dataclass
class Round:
    """Seconds of each answer within a round, and how many requests got none."""

    answers: list[float] = field(default_factory=list)
    failures: int = 0


def ask(port: int) -> None:
    """One search over a connection of its own. Raises OSError or HTTPException."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    with contextlib.closing(connection):
        connection.request("GET", PATH, headers={"Connection": "close"})
        response = connection.getresponse()
        if response.status != 200 or not response.read():
            raise http.client.HTTPException(f"{response.status}")


def measure(port: int, seconds: float) -> Round:
    """Eight clients, each asking again when it is answered."""
    found, end = Round(), time.monotonic() + seconds

    def client() -> None:
        while (started := time.monotonic()) < end:
            try:
                ask(port)
                found.answers.append(time.monotonic() - started)
            except (OSError, http.client.HTTPException):
                found.failures += 1

    threads = [threading.Thread(target=client) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


@contextlib.contextmanager
def slow_clients(port: int) -> Iterator[None]:
    """Clients that send a head a byte a second, and come again when they are sent away."""
    stop = threading.Event()

    def dawdle() -> None:
        while not stop.is_set():
            with socket.socket() as client, contextlib.suppress(OSError):
                client.settimeout(PATIENCE)
                client.connect(("127.0.0.1", port))
                client.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX: ")
                while not stop.wait(1):
                    client.sendall(b"a")

    threads = [threading.Thread(target=dawdle) for _ in range(SLOW)]
    for thread in threads:
        thread.start()
    time.sleep(1)
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


@contextlib.contextmanager
def served(kind: str, environ: dict[str, str]) -> Iterator[int]:
    """The port of a server that answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    where = [str(port)] if kind == "own" else [f"127.0.0.1:{port}", "workers:application()"]
    process = subprocess.Popen(
        [sys.executable, *KINDS[kind], *where],
        cwd=Path(__file__).parent,
        env=environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(120):
            with contextlib.suppress(OSError, http.client.HTTPException):
                ask(port)
                break
            time.sleep(0.25)
        yield port
    finally:
        process.terminate()
        process.wait()


def report(title: str, rounds: dict[str, list[Round]], seconds: float) -> None:
    """A line for each kind: searches a second, to sync's, 95th percentile, failures."""
    print(f"\n{title}\n{'worker':8} {'searches/s':>10} {'own/it':>7} {'p95 ms':>8} {'failed':>7}")
    own = statistics.median(len(one.answers) / seconds for one in rounds["own"])
    for kind, measured in rounds.items():
        rate = statistics.median(len(one.answers) / seconds for one in measured)
        times = sorted(t for one in measured for t in one.answers)
        p95 = f"{1000 * times[int(len(times) * 0.95)]:.1f}" if times else "-"
        ratio = f"{own / rate:.2f}" if rate else "-"
        failed = sum(one.failures for one in measured)
        print(f"{kind:8} {rate:10.0f} {ratio:>7} {p95:>8} {failed:7}")


def main() -> None:
    """Index the example archive, serve it three times, and let the servers take turns."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    archive = Path(__file__).parents[1] / "examples" / "archive"
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as servers:
        environ = {
            **os.environ,
            "SEARCHAPP_INDEX_DIR": str(Path(folder, "index")),
            "SEARCHAPP_MODELS_EN": "",
        }
        reindex = [sys.executable, "-m", "searchapp", "reindex", str(archive)]
        subprocess.run(reindex, env=environ, check=False, capture_output=True)
        ports = {kind: servers.enter_context(served(kind, environ)) for kind in KINDS}
        for title, beside in (("alone", contextlib.nullcontext), ("64 slow clients", slow_clients)):
            rounds: dict[str, list[Round]] = {kind: [] for kind in KINDS}
            for _ in range(options.rounds):
                for kind, port in ports.items():
                    with beside(port):
                        rounds[kind].append(measure(port, options.seconds))
            report(title, rounds, options.seconds)


if __name__ == "__main__":
    main()
