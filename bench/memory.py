"""The memory of a process and all below it, and the CPU of its own, sampled for the benches."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass
from pathlib import Path

MIB = 1 << 20


@dataclass
class Cost:
    """The largest sum of proportional memory, that of the root process, and its CPU seconds."""

    all_mb: float = 0.0
    root_mb: float = 0.0
    root_cpu: float = 0.0


class Peak:
    """Watches a process from its start to `stop`."""

    def __init__(self, pid: int) -> None:
        self._pid, self._cost, self._ended = pid, Cost(), threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def stop(self) -> Cost:
        """What was seen."""
        self._ended.set()
        self._thread.join()
        return self._cost

    def _watch(self) -> None:
        while not self._ended.wait(0.5):
            cost, sizes = self._cost, [_resident(pid) for pid in _family(self._pid)]
            cost.all_mb = max(cost.all_mb, sum(sizes))
            cost.root_mb = max(cost.root_mb, *sizes[:1], 0.0)
            cost.root_cpu = max(cost.root_cpu, _cpu(self._pid))


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


def _cpu(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
