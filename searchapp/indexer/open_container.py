"""A container while its pages are read: how far that is, and what in it is no page.

Beside `ingestion`, which opens containers and closes them.
"""

from collections import Counter
from dataclasses import dataclass, field

from searchapp.ledger.rows import ContainerResult, Failure, Fingerprint
from searchapp.sources.listing import SourceFile

_MOST_KINDS = 200
_OTHER_KINDS = "other kinds"


@dataclass
class OpenContainer:
    """A container being read: closed when it has ended and no page of it is in flight."""

    source: SourceFile
    skipped: Counter[str] = field(default_factory=Counter)
    copies: Counter[str] = field(default_factory=Counter)
    in_flight: int = 0
    ended: bool = False
    failure: Failure | None = None
    hash: str = ""
    reached: int = 0
    reported: int = 0

    def reach(self, position: int) -> None:
        """Reading is at this byte of the file; in a ZIP it may go back and forth."""
        self.reached = max(self.reached, min(position, self.source.size))

    def advance(self) -> int:
        """How many bytes were passed since the last time."""
        passed, self.reported = self.reached - self.reported, self.reached
        return passed

    def skip(self, kind: str) -> None:
        """Count a record that is no page."""
        known = kind in self.skipped or len(self.skipped) < _MOST_KINDS
        self.skipped[kind if known else _OTHER_KINDS] += 1

    def result(self, versions: str, run: int) -> ContainerResult:
        """What the ledger records of it at its end."""
        fingerprint = Fingerprint(self.source.size, self.source.mtime_ns, self.hash)
        return ContainerResult(
            self.source.path, fingerprint, versions, run, self.skipped, self.failure
        )
