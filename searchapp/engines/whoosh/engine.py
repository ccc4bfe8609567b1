"""The embedded engine: an index in a directory, kept with Whoosh, searched as arrays."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from searchapp.engines.whoosh.admin.storage import WhooshStorage
from searchapp.engines.whoosh.directory.builds import Builds
from searchapp.engines.whoosh.kernels import dispatch
from searchapp.engines.whoosh.reader.snapshots import Verified
from searchapp.engines.whoosh.searcher import QUERY_SECONDS, WhooshSearcher
from searchapp.engines.whoosh.versions import VERSIONS
from searchapp.engines.whoosh.writing.writer import WhooshWriter
from searchapp.errors import ReindexLocked


@dataclass(frozen=True)
class WhooshEngine:
    """Keeps an index in a directory; see `base.Engine`.

    Whoosh's files hold pickles: never open an index from a source you do not trust.
    """

    directory: Path
    query_seconds: float = QUERY_SECONDS
    _verified: Verified = field(default_factory=Verified, init=False, repr=False, compare=False)

    def searcher(self) -> WhooshSearcher:
        """A searcher that follows commits. Never fails: searching may."""
        return WhooshSearcher(self.directory, query_seconds=self.query_seconds)

    def prepare(self) -> None:
        """Load compiled loops, if there are any, for the processes that will be forked."""
        dispatch.load()

    def writer(self, *, fresh: bool = False) -> WhooshWriter:
        """A transaction on the live index, or (`fresh`) on a new one that replaces it."""
        return WhooshWriter(self.directory, fresh=fresh)

    def storage(self) -> WhooshStorage:
        """The files the index is kept in."""
        return WhooshStorage(self.directory)

    def tidy(self) -> None:
        """Remove what a writer that died left behind; nothing while another writes."""
        builds = Builds(self.directory)
        with suppress(ReindexLocked), builds.lock():
            builds.sweep()

    def verify(self) -> None:
        """Compare all files of the last commit with their checksums. Raises IndexUnavailable.

        A file that this engine has compared before, and that has not changed since, is not
        read again.
        """
        self._verified.verify(Builds(self.directory))

    def versions(self) -> Mapping[str, str]:
        """What a change of which makes the index need a rebuild."""
        return dict(VERSIONS)
