"""How fast and how large reindex is: pages/s, CPU per page, peak memory, a run without changes.

    python bench/reindex.py [--pages FOLDER] [--jobs N]

Reads the sample pages beside the checkout when they are there, else the example
archive. The CPU of bare trafilatura on the same pages, in the same run, is the
yardstick: machines differ, ratios less. Then 20,000 files are indexed, and indexed
again without a change: that run must read none. Last, 2,000 pages are indexed as
files and, the same pages, as one compressed WARC.
"""

from __future__ import annotations

import argparse
import gzip
import io
import itertools
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

CHECKOUT = Path(__file__).resolve().parents[1]
SAMPLES = CHECKOUT.parent / "shared" / "samples" / "pages" / "html"
EXAMPLES = CHECKOUT / "examples" / "archive"
MANY = 20_000
CRAWLED = 2_000
MIB = 1 << 20
BARE = """
import gzip, sys, time
from pathlib import Path
from trafilatura import bare_extraction
pages = [p.read_bytes() for p in Path(sys.argv[1]).rglob("*") if p.is_file()]
pages = [gzip.decompress(p) if p[:2] == b"\\x1f\\x8b" else p for p in pages]
start = time.process_time()
for page in pages:
    try:
        bare_extraction(page, with_metadata=True)
    except Exception:
        pass
print(time.process_time() - start)
"""


@dataclass(frozen=True)
class Run:
    """What one run of the command cost and said."""

    seconds: float
    cpu: float
    peak_mb: float
    said: str


def main() -> None:
    """Run the experiments and print what they cost."""
    options = _options()
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        pages = directory / "pages"
        shutil.copytree(options.pages, pages)
        count = sum(1 for path in pages.rglob("*") if path.is_file())
        _whole_run(pages, count, directory / "index", options.jobs)
        _many(directory, options.jobs)
        _crawl(pages, directory, options.jobs)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=Path, default=SAMPLES if SAMPLES.exists() else EXAMPLES)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    return parser.parse_args()


def _whole_run(pages: Path, count: int, index: Path, jobs: int) -> None:
    run = _reindex(pages, index, jobs)
    bare = subprocess.run(
        [sys.executable, "-c", BARE, str(pages)], check=True, capture_output=True, text=True
    )
    yardstick = float(bare.stdout)
    print(f"{count} pages, {jobs} jobs: {count / run.seconds:.1f} pages/s, {run.seconds:.1f} s")
    print(f"CPU per page: {run.cpu / count * 1000:.0f} ms, {run.cpu / yardstick:.2f} x trafilatura")
    print(f"peak memory of all processes: {run.peak_mb:.0f} MB")
    print(run.said)


def _many(directory: Path, jobs: int) -> None:
    """20,000 files of 200 different contents: listing and deciding is what is measured."""
    many, index = directory / "many", directory / "many-index"
    for number in range(MANY):
        folder = many / f"{number % 100:02}"
        folder.mkdir(parents=True, exist_ok=True)
        page = f"<title>Page {number % 200}</title><p>The text of page {number % 200}, short.</p>"
        (folder / f"{number}.html.gz").write_bytes(gzip.compress(page.encode(), mtime=0))
    first, second = (_reindex(many, index, jobs) for _ in range(2))
    print(f"{MANY} files, first run: {first.seconds:.1f} s")
    print(f"{MANY} files, nothing changed: {second.seconds:.2f} s, {second.peak_mb:.0f} MB")
    print(second.said)


def _crawl(pages: Path, directory: Path, jobs: int) -> None:
    """The same 2,000 pages, no two alike, as files and as a WARC."""
    files, warc = directory / "files", directory / "crawl.warc.gz"
    files.mkdir()
    bodies = list(map(_body, sorted(pages.rglob("*.htm*"))))
    with warc.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        for number, body in zip(range(CRAWLED), itertools.cycle(bodies), strict=False):
            page = body + b"<!-- %d -->" % number
            (files / f"{number}.html").write_bytes(page)
            http = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
            record = writer.create_warc_record(
                f"https://news.example/{number}", "response", io.BytesIO(page), http_headers=http
            )
            writer.write_record(record)
    for path in (files, warc):
        run = _reindex(path, directory / f"{path.name}-index", jobs)
        print(f"{CRAWLED} pages, {path.name}: {CRAWLED / run.seconds:.1f} pages/s, {run.cpu:.1f} s")
        print(f"  of CPU, peak memory of all processes {run.peak_mb:.0f} MB")
        print(f"  {run.said}")


def _body(path: Path) -> bytes:
    body = path.read_bytes()
    try:
        return gzip.decompress(body)
    except (gzip.BadGzipFile, EOFError):  # one of the examples is cut off, on purpose
        return body


def _reindex(pages: Path, index: Path, jobs: int) -> Run:
    command = [sys.executable, "-m", "searchapp", "reindex", str(pages)]
    command += ["--index", str(index), "--jobs", str(jobs)]
    before, started = _children_cpu(), time.perf_counter()
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=CHECKOUT
    )
    peak = _Peak(process.pid)
    said, _ = process.communicate()
    return Run(
        time.perf_counter() - started, _children_cpu() - before, peak.stop(), said.splitlines()[0]
    )


def _children_cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


class _Peak:
    """The largest sum of proportional memory over a process and all below it, sampled."""

    def __init__(self, pid: int) -> None:
        self._pid, self._peak, self._ended = pid, 0.0, threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def stop(self) -> float:
        self._ended.set()
        self._thread.join()
        return self._peak

    def _watch(self) -> None:
        while not self._ended.wait(0.1):
            self._peak = max(self._peak, sum(_resident(pid) for pid in _family(self._pid)))


def _family(pid: int) -> list[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [pid, *(member for child in children for member in _family(int(child)))]


def _resident(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    sizes = (line.split()[1] for line in fields if line.startswith("Pss:"))
    return sum(int(size) for size in sizes) * 1024 / MIB


if __name__ == "__main__":
    main()
