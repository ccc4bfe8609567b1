"""Whether memory stays flat and the rate stays up as the archive grows: many small pages.

    python bench/scale.py [--pages 10000 200000] [--jobs N] [--distinct N]

For each size, made-up pages are indexed without names (`--no-entities`), and once more
with nothing changed. Peak memory is that of all processes together (proportional set
size, sampled). The coordinator's share is the CPU of the command's own process, which
plans, records and commits, of the CPU of all: what cannot be spread over more workers.
With `--distinct`, pages from that number on are copies of those before: they are taken
from the ledger, which is quicker, and all that could grow with the archive still does.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pages
from memory import Peak

CHECKOUT = Path(__file__).resolve().parents[1]


def main() -> None:
    """Run each size and print what it cost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, nargs="+", default=[10_000, 200_000])
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--distinct", type=int, help="how many differ; the rest are copies")
    options = parser.parse_args()
    for count in options.pages:
        with tempfile.TemporaryDirectory() as name:
            pages.write(Path(name, "pages"), range(count), distinct=options.distinct)
            _measure("first run", count, Path(name), options.jobs)
            _measure("nothing changed", count, Path(name), options.jobs)


def _measure(what: str, count: int, directory: Path, jobs: int) -> None:
    command = [sys.executable, "-m", "searchapp", "reindex", str(directory / "pages")]
    command += ["--index", str(directory / "index"), "--no-entities", "--jobs", str(jobs)]
    before, started = _children_cpu(), time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=CHECKOUT)
    peak = Peak(process.pid)
    code = process.wait()
    seconds, cpu = time.perf_counter() - started, _children_cpu() - before
    memory = peak.stop()
    print(
        f"{count} pages, {what}, {jobs} jobs: {seconds:.1f} s, {cpu / count * 1000:.2f} ms of CPU "
        f"per page, {memory.all_mb:.0f} MB at most ({memory.root_mb:.0f} MB the coordinator, "
        f"{memory.root_cpu / cpu:.0%} of the CPU), exit code {code}",
        flush=True,
    )


def _children_cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    main()
