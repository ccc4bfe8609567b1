"""What a run has to do: the files on disk against the ledger's memory of them.

Between listing and reading. Decides from sizes, times and versions; reads only files that
may be others under a new name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from searchapp.cancellation import CancelToken
from searchapp.ledger.ledger import Ledger
from searchapp.ledger.staleness import CurrentVersions
from searchapp.ledger.worklist import Why, Worklist
from searchapp.sources.fingerprint import hash_file
from searchapp.sources.listing import SourceFile, Unlisted, is_below


@dataclass(frozen=True)
class Move:
    """A file that has another name now."""

    old: str
    new: SourceFile


@dataclass(frozen=True)
class Plan:
    """What is to be done; counts now, the files themselves as they are asked for.

    `reads` counts files to read by reason, and `bytes` are theirs together; `unchanged`
    counts pages. `behind` counts documents the ledger already has otherwise than the index:
    after decisions about names, another watch-list, or a run that was cut short. The lists
    are there until the next plan of the same ledger.
    """

    worklist: Worklist
    reads: dict[Why, int]
    bytes: int
    moved: int
    removed: int
    unchanged: int
    recognise: int
    behind: int = 0

    @property
    def files(self) -> int:
        """How many files are to be read."""
        return sum(self.reads.values())

    def to_read(self) -> Iterator[tuple[SourceFile, Why]]:
        """The files to read, by path."""
        return ((file, why) for file, why, _ in self.worklist.todo() if why != Why.MOVED)

    def moves(self) -> Iterator[Move]:
        """Files that have another name now; none of them is among those to read."""
        files = self.worklist.todo() if self.moved else ()
        return (Move(old, file) for file, _, old in files if old)

    def gone(self) -> Iterator[str]:
        """Files that are no longer there, by path; the old names of moved ones are not."""
        return self.worklist.departed()

    def stale_entities(self) -> Iterator[str]:
        """Pages whose text stays and whose names are to be looked for again, by path."""
        return self.worklist.stale_entities()


def make_plan(
    sources: Iterable[SourceFile],
    ledger: Ledger,
    current: CurrentVersions,
    scope: Scope,
    *,
    retry: bool = False,
    cancel_token: CancelToken | None = None,
) -> Plan:
    """Compare the files listed with what the ledger knows within the scope.

    With `retry`, every page that failed is read again. Raises Cancelled.
    """
    worklist = ledger.worklist(current)
    cancel_token = cancel_token or CancelToken()
    listed = _until_cancelled(sources, cancel_token)
    worklist.compare(listed, scope.is_departed, retry=retry)
    _find_moves(worklist, cancel_token)
    worklist.find_stale_entities(scope.contains)
    totals = worklist.todo_totals()
    moved, _ = totals.pop(Why.MOVED, (0, 0))
    return Plan(
        worklist,
        {why: count for why, (count, _) in totals.items()},
        sum(size for _, size in totals.values()),
        moved,
        worklist.count_departed(),
        worklist.count_unchanged(),
        worklist.count_stale_entities(),
    )


class Scope:
    """The paths a run looks at, but for what below them could not be listed.

    `problems` may grow until listing is over.
    """

    def __init__(self, paths: Sequence[str], problems: Sequence[Unlisted] = ()) -> None:
        self._paths, self._problems = paths, problems

    def contains(self, path: str) -> bool:
        """Whether a path is one of the scope's or below one."""
        return is_below(path, self._paths)

    def is_departed(self, path: str) -> bool:
        """Whether a path that was not listed would have been, were it still there."""
        return self.contains(path) and not is_below(
            path, (problem.path for problem in self._problems)
        )


def _until_cancelled(sources: Iterable[SourceFile], token: CancelToken) -> Iterator[SourceFile]:
    waiting = iter(sources)
    while True:
        with token.interrupting():
            source = next(waiting, None)
        if source is None:
            return
        yield source


def _find_moves(worklist: Worklist, token: CancelToken) -> None:
    """New files with the bytes of departed ones; only those of the same size are looked into."""
    for path in worklist.possible_moves():
        try:
            with token.interrupting():
                digest = hash_file(path)
        except OSError:
            continue  # reading it will say why
        worklist.match_move(path, digest)
