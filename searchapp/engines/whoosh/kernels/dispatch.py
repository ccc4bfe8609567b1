"""Which kernels a search runs on: compiled ones where numba is installed, else NumPy's.

Loading takes half a second of CPU (once ever, some more to compile), which one search
does not save: a process loads them with its second search, a server before it forks.
"""

import logging
from types import ModuleType

_log = logging.getLogger(__name__)


class _Loaded:
    """What this process has loaded."""

    kernels: ModuleType | None = None
    looked_for = False
    searched = False


def count_search() -> None:
    """Tell of a search; the second of a process loads the kernels."""
    if _Loaded.searched:
        load()
    _Loaded.searched = True


def load() -> None:
    """Use compiled kernels from now on, if there can be any; asked again, it costs nothing."""
    if _Loaded.looked_for:
        return
    _Loaded.looked_for = True
    try:
        from searchapp.engines.whoosh.kernels import numba_kernels  # noqa: PLC0415 - numba is optional, and slow
    except ImportError:
        return
    except RuntimeError as error:  # nowhere to keep what was compiled
        _log.warning("searching without compiled loops (%s): set NUMBA_CACHE_DIR", error)
        return
    _Loaded.kernels = numba_kernels


def compiled_kernels() -> ModuleType | None:
    """`numba_kernels`, or None where NumPy is used."""
    return _Loaded.kernels
