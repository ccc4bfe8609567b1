"""Sources into the ledger: hashed, remembered or read by the pool, recorded in batches.

Between planning and indexing. What containers hold comes from the pool too, and goes the
way of any other page. What the ledger already knows of the same bytes under the same versions
is taken from it; a text whose names are out of date goes to the recogniser alone;
everything else goes through the pool from its beginning.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from searchapp.cancellation import CancelToken
from searchapp.errors import PageError, PageFault
from searchapp.indexer.events import Listener
from searchapp.indexer.open_container import OpenContainer
from searchapp.indexer.plan import Plan
from searchapp.ledger.batches import Batches
from searchapp.ledger.ledger import Ledger
from searchapp.ledger.rows import Failure, Fingerprint, PageResult, Unchanged
from searchapp.ledger.staleness import CurrentVersions
from searchapp.model import RawPage
from searchapp.recognition.registry import READ_BY_MODEL
from searchapp.sources.entries import Entry, Revisit, Skipped
from searchapp.sources.fingerprint import hash_file, hash_page
from searchapp.sources.formats import is_container
from searchapp.sources.listing import SourceFile
from searchapp.workers.messages import Answer, KnownArticle, Page, PageContent
from searchapp.workers.pool import Pool


@dataclass
class Tally:
    """What became of the sources, in pages.

    `recognised` ones had a text in the ledger whose names were looked for again, `copied`
    ones have bytes that were read before, under another path; `long` ones have a text of
    which a language model read only the beginning.
    """

    read: int = 0
    recognised: int = 0
    copied: int = 0
    unchanged: int = 0
    moved: int = 0
    removed: int = 0
    long: int = 0


@dataclass(frozen=True)
class ReadOptions:
    """How sources are to be read; `after_each` is called when a page's outcome is known."""

    current: CurrentVersions
    models: Mapping[str, str]
    retry: bool = False
    cancel_token: CancelToken = field(default_factory=CancelToken)
    after_each: Callable[[Tally], None] = lambda _: None


def read_sources(
    plan: Plan, ledger: Ledger, pool: Pool, options: ReadOptions, listener: Listener
) -> Tally:
    """Record an outcome for every page; `listener` hears each path once it is known.

    Returns early, with what was read recorded, when it is asked to stop.
    """
    reader = _Reader(ledger, options, listener, pool)
    try:
        for path, answer in pool.read(reader.unread(plan), options.cancel_token):
            reader.record(path, answer)
    finally:
        reader.batches.flush()
    return replace(reader.tally, removed=reader.batches.gone)


@dataclass
class _Flight:
    """A page in flight: its row as far as it is known, and the container it is in."""

    result: PageResult
    container: OpenContainer | None = None
    size: int = 0


class _Reader:
    """The pages in flight, with their fingerprints and the containers they are in."""

    def __init__(
        self, ledger: Ledger, options: ReadOptions, listener: Listener, pool: Pool
    ) -> None:
        self._ledger, self._options, self._listener = ledger, options, listener
        self._versions, self._pool = options.current.versions, pool
        self._run = ledger.begin_run()
        self._in_flight: dict[str, _Flight] = {}
        self.tally = Tally()
        self.batches = Batches(ledger)

    def unread(self, plan: Plan) -> Iterator[Page]:
        """What the pool has to read; all else is recorded on the way."""
        for source, _ in plan.to_read():
            if self._options.cancel_token.is_set():
                return
            if is_container(source.path):
                yield from self._of_container(source)
            else:
                yield from self._of_file(source)
        for path in plan.stale_entities():
            if self._options.cancel_token.is_set():
                return
            yield from self._of_ledger(path)

    def record(self, path: str, answer: Answer) -> None:
        """Keep what reading one page gave."""
        names_only = self._in_flight[path].result.article is not None
        failure = self._put(path, answer, self._versions)
        if names_only:
            self.tally.recognised += 1
            self._listener.recognised(path, failure)
        else:
            self.tally.read += 1
            self._listener.page(path, failure)
        self._options.after_each(self.tally)

    def _put(self, path: str, answer: Answer, versions: str) -> Failure | None:
        """An outcome; it reaches the ledger with its batch."""
        flight = self._in_flight.pop(path)
        result = replace(flight.result, versions=versions)
        if isinstance(answer, PageError):
            failure = Failure(path, answer.fault, str(answer))
            result = replace(result, article=None, entities=(), failure=failure)
        else:
            assert isinstance(answer, PageContent)  # passages are not asked for here
            result = replace(result, article=answer.article, entities=answer.entities)
            modelled = bool(self._options.models.get(answer.article.language or ""))
            self.tally.long += modelled and len(answer.article.text) > READ_BY_MODEL
        self.batches.put(result)
        self._listener.advanced(flight.size)
        if flight.container:
            flight.container.in_flight -= 1
            self._close(flight.container)
        return result.failure

    def _of_ledger(self, path: str) -> Iterator[Page]:
        result = self._ledger.page_result(path)
        if result is not None and result.article is not None:
            self._in_flight[path] = _Flight(result)
            yield KnownArticle(path, result.article)

    def _of_file(self, source: SourceFile) -> Iterator[Page]:
        fingerprint = Fingerprint(source.size, source.mtime_ns, "")
        try:
            with self._options.cancel_token.interrupting():
                fingerprint = replace(fingerprint, hash=hash_file(source.path))
        except OSError as error:
            self._fly(source.path, fingerprint, None, source.size)
            message = f"cannot be read: {error.strerror}"
            self.record(source.path, PageError(PageFault.UNREADABLE, message))
            return
        yield from self._unless_known(source.path, source.path, fingerprint, None)

    def _of_container(self, source: SourceFile) -> Iterator[Page]:
        container, cancel_token = OpenContainer(source), self._options.cancel_token
        self._listener.opened(source.path)
        self._ledger.open_container(source.path, self._run)
        try:
            with cancel_token.interrupting():
                container.hash = hash_file(source.path)
            for part in self._pool.walk(source.path, cancel_token):
                if cancel_token.is_set():
                    return
                container.reach(part.position)
                self._listener.advanced(container.advance())
                if part.entry is not None:
                    yield from self._of_entry(part.entry, container)
        except PageError as error:
            container.failure = Failure(source.path, error.fault, str(error))
        except OSError as error:
            message = f"cannot be read: {error.strerror}"
            container.failure = Failure(source.path, PageFault.UNREADABLE, message)
        container.ended = True
        container.reach(source.size)
        self._listener.advanced(container.advance())
        self._listener.page(source.path, container.failure)
        self._close(container)

    def _of_entry(self, entry: Entry, container: OpenContainer) -> Iterator[Page]:
        if isinstance(entry, Skipped | Revisit):
            container.skip(entry.kind)
            if isinstance(entry, Revisit):
                self._ledger.captures.revisit(entry, container.source.path, self._run)
            return
        path = self._own_path(entry.path, container)
        if isinstance(entry, RawPage):
            page = replace(entry, path=path)
            self._ledger.captures.store(page)
            fingerprint = Fingerprint(len(page.body), 0, hash_page(page))
            yield from self._unless_known(path, page, fingerprint, container)
        else:
            self._fly(path, Fingerprint(0, 0, ""), container, 0)
            self.record(path, entry.error)

    def _own_path(self, path: str, container: OpenContainer) -> str:
        """The path, numbered when the container has that name more than once."""
        if (
            path in self._in_flight
            or self.batches.holds(path)
            or self._ledger.seen_in_run(path, self._run)
        ):
            container.copies[path] += 1
            return f"{path}~{container.copies[path] + 1}"
        return path

    def _unless_known(
        self, path: str, page: Page, fingerprint: Fingerprint, container: OpenContainer | None
    ) -> Iterator[Page]:
        """The page, unless the same bytes were read before, here or elsewhere."""
        current, size = self._options.current, 0 if container else fingerprint.size
        if self._ledger.has_current_outcome(
            path, fingerprint.hash, current, retry=self._options.retry
        ):
            self.tally.unchanged += 1
            self.batches.see(Unchanged(path, fingerprint, self._run))
            self._listener.advanced(size)
            self._listener.page(path, None)
            return
        self._fly(path, fingerprint, container, size)
        cached = self._ledger.cached_result(fingerprint.hash, current)
        if cached is None:
            yield page
        elif current.names_alike(cached.versions, cached.article.language):
            self._put(path, PageContent(cached.article, cached.entities), cached.versions)
            self.tally.copied += 1
            self._listener.page(path, None)
            self._options.after_each(self.tally)
        else:
            flight = self._in_flight[path]
            flight.result = replace(flight.result, article=cached.article)
            yield KnownArticle(path, cached.article)

    def _fly(
        self, path: str, fingerprint: Fingerprint, container: OpenContainer | None, size: int
    ) -> None:
        inside = container.source.path if container else None
        result = PageResult(path, fingerprint, "", container=inside, run=self._run)
        self._in_flight[path] = _Flight(result, container, size)
        if container:
            container.in_flight += 1

    def _close(self, container: OpenContainer) -> None:
        if not container.ended or container.in_flight:
            return
        self.batches.close(container.result(self._versions, self._run))
