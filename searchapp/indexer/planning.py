"""What a run has to do: the files on disk against the ledger's memory of them.

Between archive and pool. Pure: decides from sizes, times and versions, reads nothing.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from searchapp.indexer.archive import SourceFile
from searchapp.indexer.outcomes import PASSING, Known


@dataclass(frozen=True)
class Plan:
    """Files to read, how many pages need not be, and the paths that are no longer there."""

    read: tuple[SourceFile, ...]
    unchanged: int
    gone: tuple[str, ...]


def make_plan(
    sources: Sequence[SourceFile],
    known: Mapping[str, Known],
    versions: str,
    scope: Sequence[str],
    unlisted: Iterable[str] = (),
) -> Plan:
    """Compare the files listed under `scope` (absolute paths) with what is known.

    `unlisted` are folders that could not be listed: what is known below them stays.
    """
    read = tuple(s for s in sources if not _settled(s, known.get(s.path), versions))
    listed = {source.path for source in sources}
    unchanged = listed - {source.path for source in read}
    kept = _below(unlisted)
    inside = _below(scope)
    gone = tuple(p for p in known if p not in listed and inside(p) and not kept(p))
    return Plan(read, sum(known[path].pages for path in unchanged), gone)


def _settled(source: SourceFile, known: Known | None, versions: str) -> bool:
    return (
        known is not None
        and known.fingerprint.size == source.size
        and known.fingerprint.mtime_ns == source.mtime_ns
        and known.versions == versions
        and known.fault not in PASSING
    )


class _below:  # noqa: N801 - reads as the predicate it is
    """Whether a path is one of the given paths or below one."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._paths = tuple(paths)
        self._prefixes = tuple(path.rstrip(os.sep) + os.sep for path in self._paths)

    def __call__(self, path: str) -> bool:
        return path in self._paths or path.startswith(self._prefixes)
