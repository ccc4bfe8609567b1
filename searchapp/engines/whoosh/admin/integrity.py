"""The last look at a new build before it goes live.

Between `writer` and `builds`: its files are read back from the disk, it is opened and
searched as a reader would, and only then may it be published.
"""

from collections.abc import Iterator
from pathlib import Path

from searchapp.engines.base import Check, Hit, SearchRequest, SearchResponse
from searchapp.engines.whoosh.directory.builds import Builds
from searchapp.engines.whoosh.directory.commit_files import damaged_files
from searchapp.engines.whoosh.reader.snapshots import Snapshots
from searchapp.engines.whoosh.searcher import WhooshSearcher
from searchapp.errors import BuildRejected, SearchappError
from searchapp.model import IndexedDocument

_NAMED = 5


def checked(builds: Builds, build: Path, check: Check | None) -> None:
    """Put aside a build that has faults. Raises BuildRejected, naming it and them."""
    faults = list(faults_of(builds, build, check))
    if not faults:
        return
    aside = builds.reject(build)
    more = f"; and {len(faults) - _NAMED} more" if len(faults) > _NAMED else ""
    stays = "the live index stays as it is" if builds.exists() else "there is no live index yet"
    raise BuildRejected(
        f"the new build failed its checks and was not made live ({'; '.join(faults[:_NAMED])}"
        f"{more}): {stays}; the build is kept in {aside}; run searchapp reindex --full, "
        "and please report it if that fails again"
    )


def faults_of(builds: Builds, build: Path, check: Check | None = None) -> Iterator[str]:
    """What is wrong with a build as it rests on disk, a sentence each."""
    yield from damaged_files(build, from_disk=True)
    searcher = _ReopeningSearcher(builds.directory, build)
    try:
        searcher.info()
        yield from check(searcher) if check else ()
        searcher.forget()
    except SearchappError as error:
        yield str(error)
    except Exception as error:  # noqa: BLE001 - whatever a damaged file makes Whoosh do
        yield f"it cannot be searched: {type(error).__name__}: {error}"


class _ReopeningSearcher(WhooshSearcher):
    """Opens the build anew for every question, for they are about all of it.

    What one has touched or kept does not stay in the memory of the process.
    """

    def __init__(self, directory: Path, build: Path) -> None:
        super().__init__(directory, build)
        self._build = directory, build

    def search(self, request: SearchRequest) -> SearchResponse:
        self.forget()
        return super().search(request)

    def scan(self, request: SearchRequest) -> Iterator[Hit]:
        self.forget()
        for hit in super().scan(request):
            self._release()
            yield hit

    def document(self, document_id: str) -> IndexedDocument:
        self.forget()
        return super().document(document_id)

    def forget(self) -> None:
        """Begin anew."""
        self._release()
        self._newest_snapshot, self._context = Snapshots(*self._build).newest, None

    def _release(self) -> None:
        for segment in self._newest_snapshot().segments:
            segment.file.release()
