"""Limits of time count the work of a process, not how long a busy machine lets it wait."""

import subprocess
import sys
from collections.abc import Iterator

import pytest

from searchapp.workers import work_clock
from searchapp.workers.work_clock import WorkClock

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="CPU time of others: Linux only")
BUSY, IDLE = (
    "print(flush=True)\nwhile True: pass",
    "print(flush=True)\nimport time; time.sleep(600)",
)


@pytest.fixture
def process(request: pytest.FixtureRequest) -> Iterator[int]:
    command = [sys.executable, "-c", request.param]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()  # it has begun
        yield child.pid
        child.kill()


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The wall clock, to be moved."""
    time = [0.0]
    monkeypatch.setattr("searchapp.workers.work_clock.time.monotonic", lambda: time[0])
    return time


def test_what_works_for_too_long_is_over() -> None:
    with subprocess.Popen([sys.executable, "-c", BUSY], stdout=subprocess.DEVNULL) as child:
        clock = WorkClock(child.pid, 0.05, "setting page_seconds")
        while not clock.excess():
            pass
        assert clock.excess() == "took longer than 0.05 s (setting page_seconds) of CPU time"
        clock.restart()
        assert clock.excess() is None
        child.kill()


@pytest.mark.parametrize("process", [BUSY], indirect=True)
def test_what_works_is_not_over_however_late_it_gets(process: int, now: list[float]) -> None:
    clock = WorkClock(process, 600.0, "")
    for _ in range(5):
        used = clock._used()
        while clock._used() < used + work_clock.LEAST_SHARE * clock.stuck_seconds:
            pass
        now[0] += 599.0
        assert clock.excess() is None


@pytest.mark.parametrize("process", [IDLE], indirect=True)
def test_what_does_nothing_is_over_when_the_wall_clock_says_so(
    process: int, now: list[float]
) -> None:
    clock = WorkClock(process, 30.0, "")
    now[0] += 599.0
    assert clock.excess() is None
    now[0] += 2.0
    assert clock.excess() == "did no work for 600 s, as when a disk does not answer"
