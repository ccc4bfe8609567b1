"""The codec of our segments: Whoosh opens, searches and lists them like its own.

`segment_writer` and `merge` write the file of arrays a segment consists of, and `builds`
commits it in Whoosh's table of contents; which documents are deleted stands there,
with the segment. Searching goes past Whoosh to the arrays (see `postings`); what is
here is for Whoosh's readers, queries and matchers over the same arrays: a feature, so that
`whoosh.index.open_dir` opens an index without us, and a second opinion in the tests.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

import numpy as np

from searchapp.engines.analysis.fields import FIELDS
from searchapp.engines.whoosh.segment.array_file import ArrayFile
from searchapp.engines.whoosh.segment.docstore import read_document
from searchapp.engines.whoosh.segment.format import DICTIONARY_OF, EXTENSION
from searchapp.engines.whoosh.segment.termdict import Dictionary, read_dictionary
from searchapp.engines.whoosh.segment.types import Array
from searchapp.engines.whoosh_compat import ListMatcher, TermInfo, codec

INDEX_NAME = "MAIN"
ID, DOCUMENT = "id", "document"
_INDEXED = (ID, *DICTIONARY_OF)


class ArraySegment(codec.Segment):
    """A segment of one file of arrays; `deleted` are little-endian 32-bit numbers."""

    def __init__(self, documents: int = 0) -> None:
        super().__init__(INDEX_NAME)
        self.documents = documents
        self.deleted = b""

    def file_name(self) -> str:
        """The name of the file in its build."""
        return str(self.make_filename(EXTENSION))

    def live_docs(self) -> Array:
        """Which docs are not deleted, as a mask by doc."""
        live_docs = np.ones(self.documents, bool)
        live_docs[np.frombuffer(self.deleted, "<i4")] = False
        return live_docs

    def with_live_docs(self, live_docs: Array) -> Self:
        """The same segment with only the docs of a mask by doc not deleted."""
        other = type(self)(self.documents)
        other.segid = self.segid
        other.deleted = np.flatnonzero(~live_docs).astype("<i4").tobytes()
        return other

    def codec(self) -> ArrayCodec:
        """What reads it."""
        return ArrayCodec()

    def doc_count_all(self) -> int:
        """How many documents it has, deleted ones included."""
        return self.documents

    def deleted_count(self) -> int:
        """How many documents are deleted."""
        return len(self.deleted) // 4

    def deleted_docs(self) -> Iterator[int]:
        """The deleted documents."""
        return iter(np.frombuffer(self.deleted, "<i4").tolist())

    def is_deleted(self, docnum: int) -> bool:
        """Whether a document is deleted."""
        return docnum in self.deleted_docs()


class ArrayCodec(codec.Codec):
    """Gives Whoosh readers of a segment; writing is `writer.WhooshWriter`'s."""

    def terms_reader(self, storage: Any, segment: ArraySegment) -> ArrayTerms:
        """Terms and postings."""
        return ArrayTerms(_open(storage, segment))

    def per_document_reader(self, storage: Any, segment: ArraySegment) -> ArrayDocuments:
        """Lengths and stored fields."""
        return ArrayDocuments(_open(storage, segment), segment)


def _open(storage: Any, segment: ArraySegment) -> ArrayFile:
    return ArrayFile(Path(storage.folder, segment.file_name()))


class ArrayTerms(codec.TermsReader):
    """Whoosh's view of a segment's terms."""

    def __init__(self, file: ArrayFile) -> None:
        self._file = file

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        return self._find(*term)[1] > 0

    def indexed_field_names(self) -> Iterator[str]:
        """The fields that have terms."""
        return iter(_INDEXED)

    def terms(self) -> Iterator[tuple[str, bytes]]:
        """Every field and term, ascending."""
        return ((f, t) for f in sorted(_INDEXED) for t in self._dictionary(f) if (f, t) in self)

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        """The terms of a field from one on."""
        words = self._dictionary(fieldname)
        found = (words[n] for n in range(words.lower_bound(prefix), len(words)))
        return ((fieldname, t) for t in found if (fieldname, t) in self)

    def items(self) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        """Every term and what is known of it."""
        return (((f, t), self.term_info(f, t)) for f, t in self.terms())

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[Any, TermInfo]]:
        """The terms of a field from one on, and what is known of them."""
        return (((f, t), self.term_info(f, t)) for f, t in self.terms_from(fieldname, prefix))

    def term_info(self, fieldname: str, text: bytes) -> TermInfo:
        """What is known of a term. Raises KeyError."""
        documents, frequencies, _ = self._postings(fieldname, text)
        return TermInfo(
            weight=float(frequencies.sum()),
            df=len(documents),
            minlength=1,
            maxweight=float(frequencies.max()),
            minid=int(documents[0]),
            maxid=int(documents[-1]),
        )

    def matcher(self, fieldname: str, text: bytes, format_: Any, scorer: Any = None) -> ListMatcher:
        """The postings of a term. Raises KeyError."""
        documents, frequencies, positions = self._postings(fieldname, text)
        return ListMatcher(
            documents.tolist(),
            frequencies.astype(float).tolist(),
            [part.astype(np.uint32).tobytes() for part in positions],
            format_,
            scorer=scorer,
            term=(fieldname, text),
            terminfo=self.term_info(fieldname, text),
        )

    def _dictionary(self, field: str) -> Dictionary:
        return read_dictionary(self._file, "ids" if field == ID else DICTIONARY_OF[field])

    def _find(self, field: str, text: bytes) -> tuple[int, int]:
        """A term's ord, and how many postings it has."""
        ord_ = self._dictionary(field).find(text)
        if ord_ < 0 or field == ID:
            return ord_, int(ord_ >= 0)
        start, stop = self._file.part(f"{field}.starts", ord_, ord_ + 2).tolist()
        return ord_, stop - start

    def _postings(self, field: str, text: bytes) -> tuple[Array, Array, list[Array]]:
        ord_, count = self._find(field, text)
        if not count:
            raise KeyError((field, text))
        if field == ID:
            one = np.ones(1, np.int32)
            return self._file.part("ids.documents", ord_, ord_ + 1), one, [one[:0]]
        start = int(self._file.part(f"{field}.starts", ord_, ord_ + 1)[0])
        documents = self._file.part(f"{field}.documents", start, start + count)
        frequencies = self._file.part(f"{field}.frequencies", start, start + count)
        if field not in FIELDS:
            return documents, frequencies, [documents[:0]] * count
        first, last = self._file.part(f"{field}.place_starts", ord_, ord_ + 2).tolist()
        positions = self._file.part(f"{field}.places", first, last)
        return documents, frequencies, np.split(positions, np.cumsum(frequencies)[:-1])


class ArrayDocuments(codec.PerDocumentReader):
    """Whoosh's view of a segment's documents."""

    def __init__(self, file: ArrayFile, segment: ArraySegment) -> None:
        self._file = file
        self._segment = segment
        self._deleted = frozenset(segment.deleted_docs())

    def doc_count(self) -> int:
        """How many documents are not deleted."""
        return int(self._segment.doc_count())

    def doc_count_all(self) -> int:
        """How many documents there are, deleted ones included."""
        return self._segment.documents

    def has_deletions(self) -> bool:
        """Whether any document is deleted."""
        return bool(self._deleted)

    def is_deleted(self, docnum: int) -> bool:
        """Whether a document is deleted."""
        return docnum in self._deleted

    def deleted_docs(self) -> Iterator[int]:
        """The deleted documents."""
        return iter(self._deleted)

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        """How many positions a field of a document has."""
        name = f"{fieldname}.length"
        return int(self._file[name][docnum]) if name in self._file else default

    def field_length(self, fieldname: str) -> int:
        """How many positions a field has in all documents."""
        return int(self._lengths(fieldname).sum())

    def min_field_length(self, fieldname: str) -> int:
        """The shortest."""
        return int(self._lengths(fieldname).min())

    def max_field_length(self, fieldname: str) -> int:
        """The longest."""
        return int(self._lengths(fieldname).max())

    def stored_fields(self, docnum: int) -> dict[str, bytes]:
        """The document."""
        return {DOCUMENT: read_document(self._file, docnum)}

    def _lengths(self, field: str) -> Array:
        name = f"{field}.length"
        return self._file[name] if name in self._file else np.zeros(1, np.int32)
