"""The embedded engine: an index in a directory, kept with Whoosh, searched as arrays."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from searchapp.engines.base import Check, IndexInfo
from searchapp.engines.budget import QUERY_SECONDS
from searchapp.engines.whoosh.admin.storage import WhooshFiles
from searchapp.engines.whoosh.directory.builds import Builds
from searchapp.engines.whoosh.kernels import dispatch
from searchapp.engines.whoosh.reader.snapshots import Verified
from searchapp.engines.whoosh.searcher import WhooshSearcher
from searchapp.engines.whoosh.versions import VERSIONS
from searchapp.engines.whoosh.writing.writer import WhooshWriter
from searchapp.meaning.nearness import Nearness


@dataclass(frozen=True)
class WhooshEngine:
    """Keeps an index in a directory; see `base.Engine`.

    Whoosh's files hold pickles: never open an index from a source you do not trust.
    """

    directory: Path
    query_seconds: float = QUERY_SECONDS
    nearness: Nearness | None = field(default=None, repr=False, compare=False)
    _verified: Verified = field(default_factory=Verified, init=False, repr=False, compare=False)

    def searcher(self) -> WhooshSearcher:
        """A searcher that follows commits. Never fails: searching may."""
        nearness = self.nearness and self.nearness.copy()
        return WhooshSearcher(self.directory, query_seconds=self.query_seconds, nearness=nearness)

    def update(self) -> WhooshWriter:
        """A writer on the live index, or on a first one where there is none."""
        return WhooshWriter(self.directory, rebuild=False)

    def rebuild(self, check: Check | None = None) -> WhooshWriter:
        """A writer on a new build, which `check` looks at before it goes live."""
        return WhooshWriter(self.directory, rebuild=True, check=check)

    def rollback(self) -> IndexInfo:
        """Make the build before the live one live again. Raises IndexMissing, BuildRejected."""
        return self.local_files().rollback()

    def exists(self) -> bool:
        """Whether a build is live, readable or not."""
        return Builds(self.directory).exists()

    def location(self) -> str:
        """The directory."""
        return str(self.directory)

    def versions(self) -> Mapping[str, str]:
        """What a change of which makes the index need a rebuild."""
        return dict(VERSIONS)

    def local_files(self) -> WhooshFiles:
        """The files the index is kept in."""
        return WhooshFiles(self.directory, self._verified)

    def prepare(self) -> None:
        """Load compiled loops, if there are any, for the processes that will be forked."""
        dispatch.load()

    def close(self) -> None:
        """Nothing is held open between two uses."""
