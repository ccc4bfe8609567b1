"""Whether a process has worked for too long, or no longer works: by its CPU time.

Under `pool` and `forkserver`. On a busy machine a second of work takes a minute, and nothing
is wrong with it. Behind that stands the wall clock, far away, for what sleeps or waits.
"""

import time

from searchapp.process_limits import cpu_seconds

# Thirty busy processes to two cores leave the niced worker a thousandth of one: half of that
# is a sign of life, and more than a loop that only sleeps uses.
LEAST_SHARE = 1 / 2000
_STUCK_FACTOR = 20
_STUCK_BETWEEN = (60.0, 600.0)


class WorkClock:
    """Counts the CPU time of a process from its last `restart`.

    `seconds` are those it may use; `setting` says in messages where they come from. Where CPU
    time is not known, wall time counts.
    """

    def __init__(self, pid: int, seconds: float, setting: str) -> None:
        self.pid, self.seconds, self.setting = pid, seconds, setting
        least, most = _STUCK_BETWEEN
        self.stuck_seconds = min(max(_STUCK_FACTOR * seconds, least), most)
        self.restart()

    def restart(self) -> None:
        """It has begun something else."""
        self._begun = self._seen = self._used()
        self._seen_at = time.monotonic()

    def excess(self) -> str | None:
        """Why it is to be stopped; None while it may go on."""
        used, now = self._used(), time.monotonic()
        if used - self._begun > self.seconds:
            return f"took longer than {self.seconds:g} s ({self.setting}) of CPU time"
        if used - self._seen > LEAST_SHARE * self.stuck_seconds:
            self._seen, self._seen_at = used, now
        if now - self._seen_at > self.stuck_seconds:
            return f"did no work for {self.stuck_seconds:g} s, as when a disk does not answer"
        return None

    def _used(self) -> float:
        used = cpu_seconds(self.pid)
        return time.monotonic() if used is None else used
