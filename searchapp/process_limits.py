"""The limits a process was started under (`ulimit`, systemd): heard of in time, and named.

A leaf beside `cancellation`. Where one of them is smaller than a setting, it holds.
"""

import errno
import resource
import signal
import sys
import time

_NAMES = {errno.EMFILE: "ulimit -n", errno.ENFILE: "sysctl fs.file-max", errno.EFBIG: "ulimit -f"}
_KIB = 1 << 10


def cpu_seconds(pid: int) -> float | None:
    """CPU time a process has used, by clock_getcpuclockid(3); None where that is not known."""
    if sys.platform != "linux":
        return None
    try:
        return time.clock_gettime((~pid << 3) | 2)
    except OSError:
        return None  # it has ended


def cpu_limit() -> int | None:
    """Seconds of CPU time a process may use, if they are limited (`ulimit -t`)."""
    soft, _ = resource.getrlimit(resource.RLIMIT_CPU)
    return None if soft == resource.RLIM_INFINITY else soft


def warn_before_cpu_limit() -> None:
    """Have SIGXCPU come a second before the SIGKILL that `ulimit -t` means."""
    soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
    if hard != resource.RLIM_INFINITY and (soft == resource.RLIM_INFINITY or soft >= hard):
        resource.setrlimit(resource.RLIMIT_CPU, (max(1, hard - 1), hard))


def address_space() -> int | None:
    """Bytes of memory a process may have, if they are limited (`ulimit -v`)."""
    given = [one for one in resource.getrlimit(resource.RLIMIT_AS) if one != resource.RLIM_INFINITY]
    return min(given, default=None)


def name_memory_limit(setting: str) -> str:
    """What bounds the memory of this process: the limit it was started under, or a setting."""
    limit = address_space()
    return f"ulimit -v {limit // _KIB}" if limit is not None else setting


def name_exit(code: int | None) -> str:
    """How a process ended, by its exit code, and the limit that did it."""
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    if code in {-signal.SIGXCPU, -signal.SIGKILL} and hard != resource.RLIM_INFINITY:
        return f"exit {code}, as when CPU time is used up: ulimit -t {hard}"
    return f"exit {code}"


def name_limit(error: OSError) -> str:
    """What to raise when the system refused for a limit's sake; "" for other errors."""
    limit = _NAMES.get(error.errno or 0)
    return f"; allow more ({limit})" if limit else ""
