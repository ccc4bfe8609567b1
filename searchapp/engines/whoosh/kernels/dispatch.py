"""Which loops a search runs on: compiled ones where numba is installed, else NumPy's.

Loading takes half a second of CPU (once ever, some more to compile), which one search
does not save: a process loads them with its second search, a server before it forks.
"""

from __future__ import annotations

import logging
from types import ModuleType

_log = logging.getLogger(__name__)


class _Loops:
    """What this process has loaded."""

    compiled: ModuleType | None = None
    looked_for = False
    searched = False


def count_search() -> None:
    """Tell of a search; the second of a process loads the loops."""
    if _Loops.searched:
        load()
    _Loops.searched = True


def load() -> None:
    """Use compiled loops from now on, if there can be any; asked again, it costs nothing."""
    if _Loops.looked_for:
        return
    _Loops.looked_for = True
    try:
        from searchapp.engines.whoosh.kernels import numba_kernels  # noqa: PLC0415 - numba is optional, and slow
    except ImportError:
        return
    except RuntimeError as error:  # nowhere to keep what was compiled
        _log.warning("searching without compiled loops (%s): set NUMBA_CACHE_DIR", error)
        return
    _Loops.compiled = numba_kernels


def compiled() -> ModuleType | None:
    """The compiled loops, None where NumPy's are used."""
    return _Loops.compiled
