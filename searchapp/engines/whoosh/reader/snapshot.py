"""One commit of the index, opened: everything an answer is computed from.

A snapshot never changes, and stays readable while a writer commits or removes its
files, because every file it needs is open.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from searchapp.document_json import loads
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
from searchapp.engines.whoosh.segment.types import Ints, Longs, Mask
from searchapp.errors import DocumentNotFound
from searchapp.model import IndexedDocument

# Of copied postings: as much as those of some common words; set by hand, not measured.
_CACHED_BYTES = 64 * 2**20
# Postings of many terms are looked at so many at a time: some 12 MiB. Set by hand.
_CHUNK = 1 << 20
# Terms whose postings are found at a time: some 6 MiB. Set by hand.
_ORDS = 100_000


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
        return self.docs_with_ords(
            fields, np.array(self.dictionary(EXACT).ords_of(terms), np.int64)
        )

    def docs_with_prefix(self, fields: Sequence[str], prefix: bytes) -> Ints:
        """The same, with any exact term that begins so."""
        ends = np.array(self.dictionary(EXACT).prefix_range(prefix), np.int64)
        # Neighbours in the dictionary are neighbours in the postings: one slice for all.
        return self._docs_of_slices([(f, self._starts(f, ends)[None]) for f in fields])

    def docs_with_ords(self, fields: Sequence[str], ords: Longs) -> Ints:
        """The same, with any of the exact terms of some ascending ords (int64)."""
        parts = [ords[n : n + _ORDS] for n in range(0, max(1, len(ords)), _ORDS)]
        if len(parts) == 1:
            return self._docs_of_slices([(f, self._slices(f, ords)) for f in fields])
        mask = np.zeros(self.file.count("day"), bool)
        for part in parts:
            mask[self._docs_of_slices([(f, self._slices(f, part)) for f in fields])] = True
        return np.flatnonzero(mask).astype(np.int32)

    def postings_bytes(self, field: str, ord_: int, *, positions: bool) -> int:
        """The bytes of a term's postings joined to others: docs, frequencies, positions twice."""
        start, stop = self.file.part(f"{field}.starts", ord_, ord_ + 2).tolist()
        size = 8 * (stop - start)
        if positions:
            first, last = self.file.part(f"{field}.place_starts", ord_, ord_ + 2).tolist()
            size += 8 * (last - first)
        return int(size)

    def _starts(self, field: str, ords: Longs) -> Longs:
        return self.file[f"{field}.starts"][ords].astype(np.int64)

    def _slices(self, field: str, ords: Longs) -> Longs:
        """Where postings of terms start and stop, a row each; what follows on is in one."""
        starts, stops = self._starts(field, ords), self._starts(field, ords + 1)
        apart = np.flatnonzero(starts[1:] != stops[:-1])
        firsts = np.concatenate([starts[:1], starts[apart + 1]])
        lasts = np.concatenate([stops[apart], stops[-1:]])
        return np.stack([firsts, lasts], 1)[lasts > firsts]

    def _docs_of_slices(self, slices: Sequence[tuple[str, Longs]]) -> Ints:
        """The docs of slices of postings (rows of `_slices`), few of them in memory at a time."""
        chunks = (
            self.file.part(f"{field}.documents", start, min(start + _CHUNK, stop))
            for field, ends in slices
            for first, stop in ends.tolist()
            for start in range(first, stop, _CHUNK)
        )
        count = self.file.count("day")
        if sum(int(np.diff(ends).sum()) for _, ends in slices) * 64 < count:
            return np.unique(np.concatenate([np.zeros(0, np.int32), *chunks]))
        mask = np.zeros(count, bool)
        for docs in chunks:
            mask[docs] = True
        return np.flatnonzero(mask).astype(np.int32)

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

    def copied_bytes(self, field: str, term: str, *, positions: bool = False) -> int:
        """What reading a term's postings allocates: those of one segment are only looked at."""
        if self._postings_cache.get((field, term, positions)) is not None:
            return 0
        entries = self._entries(field, term)
        if len(entries) == 1 and not self.has_deletions:
            return 0
        return sum(s.postings_bytes(field, ord_, positions=positions) for s, ord_ in entries)

    def docs_with_any(self, fields: Sequence[str], terms: Iterable[str]) -> Ints:
        """The live docs with any of some exact terms: ascending int32."""
        wanted = sorted(term.encode("utf-8", "surrogatepass") for term in terms)
        return self._concatenate_live(s.docs_with_any(fields, wanted) for s in self.segments)

    def docs_with_prefix(self, fields: Sequence[str], prefix: str) -> Ints:
        """The live docs with any exact term that begins so: ascending int32."""
        wanted = prefix.encode("utf-8", "surrogatepass")
        return self._concatenate_live(s.docs_with_prefix(fields, wanted) for s in self.segments)

    def docs_with_ords(self, fields: Sequence[str], ords_by_segment: Iterable[Longs]) -> Ints:
        """The live docs with any of the exact terms of ascending ords (int64): ascending int32."""
        pairs = zip(self.segments, ords_by_segment, strict=True)
        return self._concatenate_live(s.docs_with_ords(fields, ords) for s, ords in pairs)

    def _concatenate_live(self, docs_by_segment: Iterable[Ints]) -> Ints:
        """Docs counted from 0 in each segment, as live docs of the snapshot."""
        parts = [
            part + np.int32(s.base) for part, s in zip(docs_by_segment, self.segments, strict=True)
        ]
        docs = np.concatenate([np.zeros(0, np.int32), *parts])
        return docs[self.live_docs[docs]] if self.has_deletions else docs

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

    def _entries(self, field: str, term: str) -> list[tuple[Segment, int]]:
        """The segments that have a term, each with its ord."""
        wanted = term.encode("utf-8", "surrogatepass")
        found = ((s, s.dictionary(DICTIONARY_OF[field]).find(wanted)) for s in self.segments)
        return [(segment, ord_) for segment, ord_ in found if ord_ >= 0]

    @cached_property
    def _postings_cache(self) -> PostingsCache:
        return PostingsCache(_CACHED_BYTES)

    def _read_postings(self, field: str, term: str, *, positions: bool) -> Postings:
        parts = [
            read_postings(segment.file, field, ord_, segment.base, positions=positions)
            for segment, ord_ in self._entries(field, term)
        ]
        if not parts:
            return EMPTY
        postings = concatenate_postings(parts)
        return postings.within(self.live_docs) if self.has_deletions else postings
