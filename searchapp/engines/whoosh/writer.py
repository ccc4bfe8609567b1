# mypy: allow-untyped-calls
# (Whoosh is typed in part only)
"""One transaction on the index: documents in, one commit, all of it or nothing.

Whoosh's writer is spoilt by a document that fails half-way, keeps both copies of an
id added twice, and syncs nothing. So each document is analysed before Whoosh sees it,
replaced copies are deleted by number, and the storage syncs (see `builds`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from shutil import rmtree
from types import TracebackType
from typing import Any, Self

from whoosh.codec.whoosh3 import W3Codec
from whoosh.index import FileIndex
from whoosh.reading import SegmentReader, TermNotFound

from searchapp.document_json import dumps
from searchapp.engines.analysis import Token, analyse
from searchapp.engines.base import BuildStamp, Check
from searchapp.engines.whoosh.builds import (
    Builds,
    DurableStorage,
    forget_stamps,
    generation,
    open_index,
    read_stamp,
    write_stamp,
)
from searchapp.engines.whoosh.checking import checked
from searchapp.engines.whoosh.lexicon import write_lexicon
from searchapp.engines.whoosh.pool import PostingPool
from searchapp.engines.whoosh.records import Record
from searchapp.engines.whoosh.schema import FIELDS, STEMS, TEXT, TITLE, schema
from searchapp.engines.whoosh.sealing import seal
from searchapp.engines.whoosh.stemming import stemmer
from searchapp.engines.whoosh.versions import VERSIONS
from searchapp.model import IndexedDocument

_MEMORY_BYTES = 128 * 2**20
_BLOCK = 1024  # postings read at once; larger blocks make fewer calls per search
_MOST_SEGMENTS = 8


class WhooshWriter:
    """Writes one commit; see `base.Writer`."""

    def __init__(self, directory: Path, *, fresh: bool) -> None:
        self._builds = Builds(directory)
        self._fresh = fresh
        self._exit = ExitStack()
        self._places: dict[str, int] = {}
        self._committed = False

    def __enter__(self) -> Self:
        """Take the lock. Raises ReindexLocked; IndexUnavailable for another version's index."""
        with ExitStack() as opening:
            opening.enter_context(self._builds.lock())
            self._builds.sweep()
            live = self._builds.live()
            self._fresh = self._fresh or live is None
            self._build = live if live and not self._fresh else self._builds.create()
            self._open()
            self._exit = opening.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Cancel what was not committed, and release the lock."""
        with self._exit:
            if not self._committed:
                self._cancel()

    def put(self, document: IndexedDocument) -> None:
        """Add the document, replacing one with the same id."""
        fields = _fields(document)
        self.delete(document.id)
        self._places[document.id] = self._whoosh.docnum
        self._whoosh.add_document(**fields)

    def delete(self, document_id: str) -> None:
        """Remove the document; one that is not there is no error."""
        place = self._places.pop(document_id, None)
        if place is not None:
            self._whoosh.newsegment.delete_document(place)
        elif self._reader is not None:
            for number in _numbers(self._reader, document_id):
                self._whoosh.delete_document(number)

    def commit(self, stamp: BuildStamp, check: Check | None = None) -> None:
        """Make everything visible at once, and durable before it returns."""
        number = self._whoosh.generation
        write_stamp(self._build, number, stamp, VERSIONS)
        self._close_reader()
        self._whoosh.commit(mergetype=_merge)
        seal(self._build, number)
        if self._fresh:
            checked(self._builds, self._build, check)
            self._builds.publish(self._build)
        self._committed = True
        forget_stamps(self._build, number)

    def _open(self) -> None:
        self._storage = DurableStorage(self._build)
        if self._fresh:
            index = FileIndex.create(self._storage, schema())
        else:
            read_stamp(self._build, generation(self._build), VERSIONS)
            index = open_index(self._storage)
        self._reader = None if self._fresh else index.reader()
        # Not compound: Whoosh reads a compound segment's postings into memory whole.
        self._whoosh = index.writer(compound=False, codec=W3Codec(blocklimit=_BLOCK))
        self._whoosh.pool = PostingPool(Path(self._whoosh.temp_storage().folder), _MEMORY_BYTES)

    def _cancel(self) -> None:
        self._close_reader()
        # Whoosh may be beyond cancelling; what it wrote is removed all the same.
        with suppress(Exception):
            self._whoosh.cancel()
        self._storage.discard()
        if self._fresh:
            rmtree(self._build, ignore_errors=True)

    def _close_reader(self) -> None:
        if self._reader is not None:
            self._reader.close()
            self._reader = None


def _fields(document: IndexedDocument) -> dict[str, Any]:
    """What Whoosh is given for a document."""
    article = document.article
    stem = stemmer(article.language)
    tokens = {TITLE: list(analyse(article.title)), TEXT: list(analyse(article.text))}
    lengths = (_length(tokens[TITLE]), _length(tokens[TEXT]))
    exact = {field: _positions(found) for field, found in tokens.items()}
    stems = {STEMS[f]: Counter(stem(t.term) for t in found) for f, found in tokens.items()}
    return {
        "id": document.id.encode("utf-8", "surrogatepass"),
        "document": dumps(document).encode(),
        "record": Record.of(document, lengths).to_bytes(),
        **exact,
        **stems,
    }


def _length(tokens: Sequence[Token]) -> int:
    return max((t.position for t in tokens), default=-1) + 1


def _positions(tokens: Sequence[Token]) -> dict[str, list[int]]:
    positions: dict[str, list[int]] = defaultdict(list)
    for token in tokens:
        positions[token.term].append(token.position)
    return positions


def _numbers(reader: Any, document_id: str) -> Iterator[int]:
    """Whoosh's numbers of the committed documents with an id."""
    for leaf, base in reader.leaf_readers():
        with suppress(TermNotFound):
            matcher = leaf.postings("id", document_id.encode("utf-8", "surrogatepass"))
            while matcher.is_active():
                yield base + matcher.id()
                matcher.next()


def _merge(writer: Any, segments: Sequence[Any]) -> list[Any]:
    """Drop empty segments; with too many, merge the smaller half into the new one.

    Halving keeps the segments few and the work of merging a document logarithmic.
    """
    kept = sorted((s for s in segments if s.doc_count()), key=lambda s: -s.doc_count())
    if len(kept) >= _MOST_SEGMENTS:
        for segment in kept[_MOST_SEGMENTS // 2 :]:
            reader = SegmentReader(writer.storage, writer.schema, segment)
            writer.add_reader(reader)
            reader.close()
        del kept[_MOST_SEGMENTS // 2 :]
    # Only now does the pool hold all terms the new segment will have.
    write_lexicon(writer.storage, writer.newsegment, writer.pool.lexicon(FIELDS))
    return kept
