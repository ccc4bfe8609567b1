"""Searches at a steady rate against a served index, for the benches.

In an open loop: a slow answer delays none of the searches after it, and its time counts
from when its search was due.
"""

from __future__ import annotations

import http.client
import json
import random
import threading
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from urllib.parse import quote

_QUERIES = ("", "Vienna", "Berlin -Oslo", "ba*", '"in Lisbon"', "bab OR bad", "page", "Hanoi Lima")
_FACETS = "&facets=person:5,site:5,date"
_THREADS = 16
_SECONDS = 30.0


@dataclass
class Load:
    """Searches `rate` times a second from `start` to `stop`; notes under what `phase` they fell."""

    port: int
    rate: float
    phase: str = "quiet"
    latencies: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    failures: list[str] = field(default_factory=list)

    def start(self) -> None:
        """Begin; in threads of its own."""
        self._ended = threading.Event()
        self._clock = threading.Thread(target=self._tick)
        self._clock.start()

    def stop(self) -> None:
        """No more searches; wait for the last answers."""
        self._ended.set()
        self._clock.join()

    def p95(self, phase: str) -> float:
        """The 95th percentile of a phase, in seconds; 0 when there was none."""
        times = sorted(self.latencies[phase])
        return times[int(len(times) * 0.95)] if times else 0.0

    def _tick(self) -> None:
        drawn = random.Random(1)  # noqa: S311 - no secret
        due = time.monotonic()
        with ThreadPoolExecutor(_THREADS) as threads:
            while not self._ended.wait(max(0.0, due - time.monotonic())):
                threads.submit(self._search, drawn.choice(_QUERIES), due, self.phase)
                due += 1 / self.rate

    def _search(self, query: str, due: float, phase: str) -> None:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=_SECONDS)
            connection.request("GET", f"/api/v1/search?q={quote(query)}{_FACETS}")
            response = connection.getresponse()
            body = response.read()
            connection.close()
            if response.status != 200 or "total" not in json.loads(body):
                self.failures.append(f"{phase}: {query!r}: {response.status} {body[:200]!r}")
        except (OSError, http.client.HTTPException, ValueError) as error:
            self.failures.append(f"{phase}: {query!r}: {type(error).__name__} {error}")
        self.latencies[phase].append(time.monotonic() - due)
