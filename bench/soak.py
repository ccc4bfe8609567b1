"""Kills reindex at random moments while the index is searched, and sees whether anything is lost.

    python bench/soak.py [--kills 200] [--pages 300] [--rate 50] [--seed 1]

Pages are indexed and served. Then, again and again, some of them change, appear, vanish
and get other names, a reindex is started (every fifth with `--full`, every third on one
worker) and is killed with SIGKILL at a random moment of its run. Meanwhile the served
index is searched at a steady rate. At the end one run is left in peace, and its index
and ledger are compared with those of an undisturbed run over the same pages: the same
documents under the same ids with the same text, the same failures, the same facets.
The exit code is 1 when a request failed or anything differs.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pages
from load import Load

from searchapp.config import Settings
from searchapp.engines import open_engine
from searchapp.engines.base import ALL_FACETS, SearchRequest
from searchapp.ledger.ledger import Ledger

CHECKOUT = Path(__file__).resolve().parents[1]
QUIET_SECONDS = 10.0
ALL_VALUES = 1_000


def main() -> int:
    """Run the soak and print what came of it."""
    options = _options()
    with tempfile.TemporaryDirectory() as name:
        archive = Archive(Path(name, "pages"), random.Random(options.seed))  # noqa: S311 - no secret
        archive.fill(options.pages)
        index = Path(name, "index")
        seconds = _timed(_reindex(archive.folder, index))
        with _served(index) as port:
            load = Load(port, options.rate)
            load.start()
            time.sleep(QUIET_SECONDS)
            killed = 0
            for number in range(options.kills):
                killed += _kill_one(number, archive, index, seconds, load)
                _tell(number + 1, options.kills, killed, load)
            load.phase = "last"
            _timed(_reindex(archive.folder, index))
            load.stop()
        undisturbed = Path(name, "undisturbed")
        _timed(_reindex(archive.folder, undisturbed))
        differences = [*_differences(index, undisturbed), *_leftovers(index)]
    return _report(options.kills, killed, load, differences)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--pages", type=int, default=300)
    parser.add_argument("--rate", type=float, default=50.0)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


@dataclass
class Archive:
    """Pages on disk that change; some of them are empty, and fail."""

    folder: Path
    drawn: random.Random
    live: list[int] = field(default_factory=list)
    last: int = 0
    version: int = 0

    def fill(self, count: int) -> None:
        """The first pages."""
        self.folder.mkdir()
        self._add(count)

    def change(self, share: float = 0.05) -> None:
        """Some pages change, as many appear, vanish and are renamed; one in a container does."""
        self.version += 1
        some = max(1, int(len(self.live) * share))
        pages.write(self.folder, iter(self.drawn.sample(self.live, some)), self.version)
        for number in self.drawn.sample(self.live, some):
            pages.place(self.folder, number).unlink()
            self.live.remove(number)
        for number in self.drawn.sample(self.live, some):
            self.live.remove(number)
            self.live.append(self._next())
            old, new = (pages.place(self.folder, n) for n in (number, self.live[-1]))
            new.parent.mkdir(exist_ok=True)
            old.rename(new)
        self._add(some)
        rows = (
            {"html": pages.page(-n, self.version), "url": f"https://a.example/{n}"}
            for n in range(9)
        )
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        (self.folder / f"rows-{self.version % 2}.jsonl").write_text(lines)

    def _add(self, count: int) -> None:
        new = [self._next() for _ in range(count)]
        pages.write(self.folder, iter(new), self.version)
        self.live += new
        (self.folder / f"empty-{self.version % 7}.html").touch()

    def _next(self) -> int:
        self.last += 1
        return self.last


def _reindex(folder: Path, index: Path, *flags: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "searchapp", "reindex", str(folder), "--index", str(index)]
    return subprocess.Popen(
        [*command, "--no-entities", *flags], stdout=subprocess.DEVNULL, cwd=CHECKOUT
    )


def _timed(process: subprocess.Popen[bytes]) -> float:
    started = time.monotonic()
    if process.wait() not in {0, 3}:
        sys.exit(f"an undisturbed run ended with {process.returncode}")
    return time.monotonic() - started


def _kill_one(number: int, archive: Archive, index: Path, seconds: float, load: Load) -> bool:
    """One run and its end; whether it was still running when it was killed."""
    archive.change()
    flags = ["--full"] if number % 5 == 4 else []
    flags += ["--jobs", "1"] if number % 3 == 2 else []
    load.phase = "full" if number % 5 == 4 else "incremental"
    process = _reindex(archive.folder, index, *flags)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(archive.drawn.uniform(0, seconds))
    process.send_signal(signal.SIGKILL)
    return process.wait() == -signal.SIGKILL


@contextlib.contextmanager
def _served(index: Path) -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "searchapp", "serve", "--index", str(index)]
    server = subprocess.Popen(
        [*command, "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=CHECKOUT,
    )
    try:
        _await(f"http://127.0.0.1:{port}/api/v1/search")
        yield port
    finally:
        server.terminate()
        server.wait()


def _await(address: str) -> None:
    for _ in range(300):
        with contextlib.suppress(urllib.error.URLError):
            urllib.request.urlopen(address).close()  # noqa: S310 - our own
            return
        time.sleep(0.1)
    sys.exit("the server did not start")


def _differences(index: Path, undisturbed: Path) -> Iterator[str]:
    ours, theirs = _documents(index), _documents(undisturbed)
    for identity in ours.keys() | theirs.keys():
        if ours.get(identity) != theirs.get(identity):
            yield f"document {identity}: {ours.get(identity)} is not {theirs.get(identity)}"
    for what, of in (("facets", _facets), ("ledger", _ledger)):
        if of(index) != of(undisturbed):
            yield f"{what}: {of(index)} are not {of(undisturbed)}"


def _documents(index: Path) -> dict[str, Any]:
    searcher = open_engine(Settings(index_dir=index)).searcher()
    hits = list(searcher.scan(SearchRequest()))
    found = {hit.document.id: hit.document for hit in hits}
    if len(found) != len(hits):
        sys.exit("a document is in the index twice")
    return found


def _facets(index: Path) -> Any:
    request = SearchRequest(size=0, facets=dict.fromkeys(ALL_FACETS, ALL_VALUES))
    answer = open_engine(Settings(index_dir=index)).searcher().search(request)
    return answer.total, answer.facets


def _ledger(index: Path) -> Any:
    with Ledger(index) as ledger:
        return ledger.cleaned(), ledger.pending(), ledger.failures(), ledger.skipped()


def _leftovers(index: Path) -> Iterator[str]:
    builds = list((index / "whoosh").glob("build-*"))
    if len(builds) > 2:
        yield f"{len(builds)} builds are left"
    for path in index.rglob("*tmp*"):
        yield f"{path} is left"


def _tell(done: int, kills: int, killed: int, load: Load) -> None:
    """How it goes, on a line of its own now and then, to standard error."""
    if done % 10 == 0 or done == kills:
        searches = sum(map(len, load.latencies.values()))
        line = f"{done} of {kills} runs, {killed} killed; {searches} searches"
        print(f"{line}, {len(load.failures)} failed", file=sys.stderr, flush=True)


def _report(kills: int, killed: int, load: Load, differences: list[str]) -> int:
    print(f"{kills} runs, {killed} killed before their end")
    print(f"{sum(map(len, load.latencies.values()))} searches, {len(load.failures)} failed")
    quiet = load.p95("quiet")
    for phase in ("quiet", "incremental", "full"):
        p95 = load.p95(phase)
        print(f"p95 {phase}: {p95 * 1000:.1f} ms, {p95 / quiet:.1f} x quiet")
    print("the index is that of an undisturbed run" if not differences else "\n".join(differences))
    for failure in load.failures[:20]:
        print(failure)
    return 1 if load.failures or differences else 0


if __name__ == "__main__":
    sys.exit(main())
