"""Every way searchapp says no, as types.

A leaf: imports nothing from the rest. Each message names the file, setting or
parameter that is wrong and what to do about it, because it is shown to the user
as it stands. Errors carry no HTTP status and no exit code; `web` and `cli` own
those two tables.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class SearchappError(Exception):
    """Something the user can act on; `str()` is the whole message."""


class ConfigError(SearchappError):
    """A setting that is unknown, malformed or out of range."""


class PageFault(StrEnum):
    """Why a page is not in the index; the ledger and `status` group by it."""

    UNREADABLE = "unreadable"
    EMPTY = "empty"
    BINARY = "binary"
    TOO_LARGE = "too-large"
    DAMAGED = "damaged"
    NO_TEXT = "no-text"
    UNSUPPORTED = "unsupported"
    MISSING_EXTRA = "missing-extra"
    TIMEOUT = "timeout"
    MEMORY = "memory"
    CRASHED = "crashed"


class PageError(SearchappError):
    """One page that cannot be indexed; the rest of the archive goes on."""

    def __init__(self, fault: PageFault, message: str) -> None:
        super().__init__(message)
        self.fault = fault

    def __reduce__(self) -> tuple[type[PageError], tuple[PageFault, str]]:
        """Cross the pipe from a worker process with its fault intact."""
        return PageError, (self.fault, str(self))


class ModelError(SearchappError):
    """A language model that is missing, altered or not the pinned version."""


class VectorModelError(ModelError):
    """The model of meaning cannot be used; without it, nothing else is missing."""


class DecisionError(SearchappError):
    """Decisions or a watch-list that cannot be followed; names the file and the line."""


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a request.

    `position` counts Unicode code points into the parameter's value; `None` when
    the whole value is meant.
    """

    parameter: str
    message: str
    position: int | None = None


class RequestError(SearchappError):
    """A search request that is the caller's mistake; lists every problem found."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(f"{p.parameter}: {p.message}" for p in problems))
        self.problems = problems


class DocumentNotFound(SearchappError):
    """No document with the requested id in the current snapshot."""


class EntityNotFound(SearchappError):
    """No document of the current snapshot names the requested entity; `nearest` have names."""

    def __init__(self, message: str, kind: str = "", nearest: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.kind, self.nearest = kind, nearest


class IndexUnavailable(SearchappError):
    """No search can be answered: the message says why, and what to do about it."""


class RebuildNeeded(IndexUnavailable):
    """An index that building it again makes good."""


class IndexMissing(RebuildNeeded):
    """There is no index yet."""


class IndexDamaged(RebuildNeeded):
    """An index that is not as it was written."""


class IndexOutdated(RebuildNeeded):
    """An index that another version of searchapp built."""


class EngineUnreachable(IndexUnavailable):
    """The engine does not answer: its index may well be whole, and is not to be rebuilt."""


class BuildRejected(SearchappError):
    """A new build of the index that failed its checks; the live one was kept."""


class ReindexLocked(SearchappError):
    """Another reindex holds the lock; the message says who and since when."""
