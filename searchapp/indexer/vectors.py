"""Documents without a vector of meaning get one; the file beside the index has them all.

After a run's commit: what was read can be found before. The workers make the vectors, the
ledger keeps them, so a run that is stopped goes on where it was; and no run makes more
than MOST or than it read pages, so that an archive that is there catches up by and by.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from searchapp.errors import PageError
from searchapp.indexer.options import ReindexOptions
from searchapp.ledger.batches import BATCH_PAGES
from searchapp.ledger.ledger import Ledger
from searchapp.meaning import vector_file
from searchapp.meaning.passage import passage
from searchapp.workers.messages import Page, PageVector, Passage
from searchapp.workers.pool import Pool

# Some ten minutes of one core.
MOST = 10_000


@dataclass(frozen=True)
class MadeVectors:
    """How many documents got a vector, and how many are still without."""

    made: int = 0
    missing: int = 0


def make_vectors(options: ReindexOptions, ledger: Ledger, pool: Pool, read: int) -> MadeVectors:
    """Bring vectors up to date, as far as one run that `read` so many pages goes.

    Returns early, with what was made recorded, when it is asked to stop. Raises OSError.
    """
    ledger.vectors.prepare()
    documents = ledger.cleaned()
    todo = min(documents - ledger.vectors.count(), max(MOST, read))
    batch = _Batch(ledger)
    if todo:
        for source, answer in pool.read(_passages(ledger, todo), options.cancel_token):
            if isinstance(answer, PageVector):
                batch.put(source, answer.vector)
            elif isinstance(answer, PageError):
                options.reporter.notice(f"{source}: got no vector of meaning: {answer}")
            options.reporter.comparing(batch.made, todo)
        batch.flush()
    count = ledger.vectors.count()
    file = options.settings.index_dir / vector_file.FILE_NAME
    if ledger.vectors.unwritten or not file.exists():
        with ledger.snapshot():
            vector_file.write(file, ledger.vectors, ledger.vectors.count())
        ledger.vectors.mark_written()
    return MadeVectors(batch.made, documents - count)


def _passages(ledger: Ledger, most: int) -> Iterator[Page]:
    missing = islice(ledger.vectors.missing(), most)
    return (Passage(path, passage(article)) for path, article in missing)


@dataclass
class _Batch:
    """Vectors on their way into the ledger."""

    ledger: Ledger
    made: int = 0
    _waiting: list[tuple[str, bytes]] = field(default_factory=list)

    def put(self, path: str, vector: bytes) -> None:
        self._waiting.append((path, vector))
        self.made += 1
        if len(self._waiting) >= BATCH_PAGES:
            self.flush()

    def flush(self) -> None:
        if self._waiting:
            self.ledger.vectors.put(self._waiting)
            self._waiting.clear()
