"""How fast and how large reindex is: pages/s, CPU per page, peak memory, a run without changes.

    python bench/reindex.py [--pages FOLDER] [--jobs N] [--times N] [--only-pages]

Reads the sample pages beside the checkout when they are there, else the example
archive, no two files alike. The CPU of bare trafilatura on the same pages, in the same run, is one
yardstick, that of cleaning and recognition by themselves the other: machines differ,
ratios less. With `--times N`, N different copies of each page are read, so that the
start weighs as little as in a larger archive. Then 20,000 files are indexed, and indexed
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
import time
from dataclasses import dataclass
from pathlib import Path

from memory import Peak
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

CHECKOUT = Path(__file__).resolve().parents[1]
SAMPLES = CHECKOUT.parent / "shared" / "samples" / "pages" / "html"
EXAMPLES = CHECKOUT / "examples" / "archive"
MANY = 20_000
CRAWLED = 2_000
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


STEPS = """
import sys, time
from pathlib import Path
from searchapp.config import Settings
from searchapp.indexer.archive import find_sources, read_page
from searchapp.indexer.clean import clean
from searchapp.indexer.entities import load_recogniser
from searchapp.indexer.readers.compression import MIB
from searchapp.indexer.readers.documents import open_document
from searchapp.errors import PageError
recogniser = load_recogniser(Settings().models)
paths = [source.path for source in find_sources([Path(sys.argv[1])])]
start = time.process_time()
for path in paths:
    try:
        recogniser.recognise(clean(open_document(read_page(path, 64 * MIB), 64 * MIB)))
    except PageError:
        pass
print(time.process_time() - start)
"""


@dataclass(frozen=True)
class Run:
    """What one run of the command cost and said; `own_cpu` is that of its first process."""

    seconds: float
    cpu: float
    own_cpu: float
    peak_mb: float
    said: str


def main() -> None:
    """Run the experiments and print what they cost."""
    options = _options()
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        pages = directory / "pages"
        shutil.copytree(options.pages, pages)
        _drop_copies(pages)
        _multiply(pages, options.times)
        count = sum(1 for path in pages.rglob("*") if path.is_file())
        _whole_run(pages, count, directory / "index", options.jobs)
        if options.only_pages:
            return
        _many(directory, options.jobs)
        _crawl(pages, directory, options.jobs)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=Path, default=SAMPLES if SAMPLES.exists() else EXAMPLES)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--times", type=int, default=1)
    parser.add_argument(
        "--only-pages", action="store_true", help="leave out all but the first part"
    )
    return parser.parse_args()


def _drop_copies(pages: Path) -> None:
    """Of files with the same bytes one: the others would be taken from the ledger, unread."""
    known: set[bytes] = set()
    for path in sorted(path for path in pages.rglob("*") if path.is_file()):
        body = path.read_bytes()
        if body in known:
            path.unlink()
        known.add(body)


def _multiply(pages: Path, times: int) -> None:
    for path in list(pages.rglob("*.htm*")) if times > 1 else []:
        body = _body(path)
        for number in range(1, times):
            copy = body + b"<!-- %d -->" % number
            path.with_name(f"{number}-{path.name.removesuffix('.gz')}").write_bytes(copy)


def _whole_run(pages: Path, count: int, index: Path, jobs: int) -> None:
    run = _reindex(pages, index, jobs)
    yardstick, steps = (_cpu_of(code, pages) for code in (BARE, STEPS))
    print(f"{count} pages, {jobs} jobs: {count / run.seconds:.1f} pages/s, {run.seconds:.1f} s")
    print(f"CPU per page: {run.cpu / count * 1000:.0f} ms, {run.cpu / yardstick:.2f} x trafilatura")
    print(f"  {run.cpu / steps:.2f} x cleaning and recognition alone, models loaded")
    print(f"  the coordinator has {run.own_cpu / run.cpu:.0%} of all CPU")
    print(f"peak memory of all processes: {run.peak_mb:.0f} MB")
    print(run.said)


def _cpu_of(code: str, pages: Path) -> float:
    """Seconds of CPU a script says it took for the pages."""
    done = subprocess.run(
        [sys.executable, "-c", code, str(pages)],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT), "OPENBLAS_NUM_THREADS": "1"},
    )
    return float(done.stdout)


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
    peak = Peak(process.pid)
    said, _ = process.communicate()
    seconds, cpu, cost = time.perf_counter() - started, _children_cpu() - before, peak.stop()
    return Run(seconds, cpu, cost.root_cpu, cost.all_mb, said.splitlines()[0])


def _children_cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    main()
