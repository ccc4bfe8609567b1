"""One commit of the index, opened: everything an answer is computed from.

A snapshot never changes, and stays readable while a writer commits or removes its
files, because every file it needs is open.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from searchapp.document_json import loads
from searchapp.engines.analysis.fields import FIELDS
from searchapp.engines.base import BuildStamp, IndexInfo
from searchapp.engines.whoosh.segment.array_file import ArrayFile
from searchapp.engines.whoosh.segment.columns import Columns
from searchapp.engines.whoosh.segment.docstore import read_document
from searchapp.engines.whoosh.segment.format import DICTIONARY_OF, EXACT
from searchapp.engines.whoosh.segment.postings import (
    EMPTY,
    Postings,
    PostingsCache,
    concatenate_postings,
    read_postings,
)
from searchapp.engines.whoosh.segment.termdict import Dictionary, read_dictionary
from searchapp.engines.whoosh.segment.types import Ints, Mask
from searchapp.errors import DocumentNotFound
from searchapp.model import IndexedDocument

# Of copied postings: as much as those of some common words; set by hand, not measured.
_CACHED_BYTES = 64 * 2**20


@dataclass(frozen=True)
class Segment:
    """A segment open for reading; `base` is its first doc in the snapshot."""

    file: ArrayFile
    base: int

    def dictionary(self, name: str) -> Dictionary:
        """The terms of `EXACT` or of `STEM` fields, or the `ids`."""
        if name not in self._dictionaries:
            self._dictionaries[name] = read_dictionary(self.file, name)
        return self._dictionaries[name]

    def docs_with_any(self, fields: Sequence[str], terms: Sequence[bytes]) -> Ints:
        """The docs with any of ascending exact terms: ascending int32.

        They are counted from 0, and deleted ones are among them.
        """
        ords = self.dictionary(EXACT).ords_of(terms)
        runs = np.split(ords, np.flatnonzero(np.diff(ords) != 1) + 1) if ords else []
        return self._docs_of_runs(fields, [(int(r[0]), int(r[-1])) for r in runs])

    def docs_with_prefix(self, fields: Sequence[str], prefix: bytes) -> Ints:
        """The same, with any exact term that begins so."""
        first, stop = self.dictionary(EXACT).prefix_range(prefix)
        return self._docs_of_runs(fields, [(first, stop - 1)] if first < stop else [])

    def _docs_of_runs(self, fields: Sequence[str], runs: Sequence[tuple[int, int]]) -> Ints:
        # Neighbours in the dictionary are neighbours in the postings: one slice for all.
        found = [self._docs_of_run(f, first, last) for f in fields for first, last in runs]
        docs = np.concatenate([np.zeros(0, np.int32), *found])
        count = self.file.count("day")
        if len(docs) * 64 < count:
            return np.unique(docs)
        mask = np.zeros(count, bool)
        mask[docs] = True
        return np.flatnonzero(mask).astype(np.int32)

    def _docs_of_run(self, field: str, first: int, last: int) -> Ints:
        """The docs of the terms with ords from `first` to `last`: int32, with repetitions."""
        starts = self.file.part(f"{field}.starts", first, last + 2)
        return self.file.part(f"{field}.documents", int(starts[0]), int(starts[-1]))

    def document_frequencies(self, ords: Sequence[int]) -> list[int]:
        """How many titles and texts have each exact term, by its ord; deleted ones included."""
        chosen = np.array(ords, np.int64)
        total = np.zeros(len(chosen), np.int64)
        for field in FIELDS:
            starts = self.file[f"{field}.starts"]
            total += starts[chosen + 1].astype(np.int64) - starts[chosen]
        return total.tolist()

    @cached_property
    def _dictionaries(self) -> dict[str, Dictionary]:
        return {}


@dataclass(frozen=True)
class Snapshot:
    """One commit; docs are numbered across its segments, `live_docs` is a mask of them."""

    info: IndexInfo
    stamp: BuildStamp
    segments: Sequence[Segment]
    columns: Columns
    live_docs: Mask

    @cached_property
    def has_deletions(self) -> bool:
        """Whether any doc is deleted."""
        return not self.live_docs.all()

    @cached_property
    def languages(self) -> tuple[str | None, ...]:
        """The languages of the live docs; None among them when some have none."""
        column = self.columns.facets["lang"]
        docs = np.flatnonzero(self.live_docs).astype(np.int32)
        ords = np.flatnonzero(column.count_by_ord(docs)).tolist()
        some_without = (column.starts[docs] == column.starts[docs + 1]).any()
        return (*map(column.value, ords), *((None,) if some_without else ()))

    def postings(self, field: str, term: str, *, positions: bool = False) -> Postings:
        """A term's postings among the live docs, in a field of `DICTIONARY_OF`. Raises Damaged."""
        key = (field, term, positions)
        if (found := self._postings_cache.get(key)) is None:
            found = self._read_postings(field, term, positions=positions)
            self._postings_cache.put(key, found)
        return found

    def terms_with_prefix(self, prefix: str) -> list[str]:
        """The exact terms that begin so, ascending."""
        found: set[bytes] = set()
        for segment in self.segments:
            words = segment.dictionary(EXACT)
            first, last = words.prefix_range(prefix.encode())
            found.update(words.between(first, last))
        return [term.decode() for term in sorted(found)]

    def docs_with_any(self, fields: Sequence[str], terms: Sequence[str]) -> Ints:
        """The live docs with any of some exact terms: ascending int32."""
        wanted = sorted(term.encode() for term in terms)
        return self._concatenate_live(s.docs_with_any(fields, wanted) for s in self.segments)

    def docs_with_prefix(self, fields: Sequence[str], prefix: str) -> Ints:
        """The live docs with any exact term that begins so: ascending int32."""
        return self._concatenate_live(
            s.docs_with_prefix(fields, prefix.encode()) for s in self.segments
        )

    def _concatenate_live(self, docs_by_segment: Iterable[Ints]) -> Ints:
        """Docs counted from 0 in each segment, as live docs of the snapshot."""
        parts = [
            part + np.int32(s.base) for part, s in zip(docs_by_segment, self.segments, strict=True)
        ]
        docs = np.concatenate([np.zeros(0, np.int32), *parts])
        return docs[self.live_docs[docs]] if self.has_deletions else docs

    def most_frequent(self, terms: Sequence[str], count: int) -> list[str]:
        """The exact terms most docs have, deleted ones included, then by code point."""
        frequency = dict.fromkeys(terms, 0)
        wanted = sorted(term.encode() for term in terms)
        for segment in self.segments:
            words = segment.dictionary(EXACT)
            ords = words.ords_of(wanted)
            for ord_, docs in zip(ords, segment.document_frequencies(ords), strict=True):
                frequency[words[ord_].decode()] += docs
        return sorted(terms, key=lambda term: (-frequency[term], term))[:count]

    def doc_of(self, document_id: str) -> int:
        """A live document's doc. Raises DocumentNotFound, Damaged."""
        wanted = document_id.encode("utf-8", "surrogatepass")
        for segment in self.segments:
            if (ord_ := segment.dictionary("ids").find(wanted)) >= 0:
                doc = segment.base + int(segment.file.part("ids.documents", ord_, ord_ + 1)[0])
                if self.live_docs[doc]:
                    return doc
        raise DocumentNotFound(f"no document with the id {document_id!r} in the index")

    def document(self, doc: int) -> IndexedDocument:
        """The stored document. Raises Damaged."""
        segment = next(s for s in reversed(self.segments) if s.base <= doc)
        return loads(read_document(segment.file, doc - segment.base))

    @cached_property
    def _postings_cache(self) -> PostingsCache:
        return PostingsCache(_CACHED_BYTES)

    def _read_postings(self, field: str, term: str, *, positions: bool) -> Postings:
        wanted = term.encode("utf-8", "surrogatepass")
        parts = []
        for segment in self.segments:
            ord_ = segment.dictionary(DICTIONARY_OF[field]).find(wanted)
            if ord_ >= 0:
                parts.append(
                    read_postings(segment.file, field, ord_, segment.base, positions=positions)
                )
        if not parts:
            return EMPTY
        postings = concatenate_postings(parts)
        return postings.within(self.live_docs) if self.has_deletions else postings
