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
from searchapp.engines.base import BuildStamp, IndexInfo
from searchapp.engines.whoosh.segment.array_file import ArrayFile
from searchapp.engines.whoosh.segment.columns import Columns
from searchapp.engines.whoosh.segment.docstore import read_document
from searchapp.engines.whoosh.segment.format import DICTIONARY_OF, EXACT
from searchapp.engines.whoosh.segment.postings import (
    NOTHING,
    Postings,
    PostingsCache,
    join_postings,
    read_postings,
)
from searchapp.engines.whoosh.segment.termdict import Dictionary, dictionary
from searchapp.engines.whoosh.segment.types import Ints, Longs, Mask
from searchapp.errors import DocumentNotFound
from searchapp.model import IndexedDocument

_CACHED_BYTES = 64 * 2**20

# Postings of many terms are looked at so many at a time.
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Segment:
    """A segment open for reading; its documents are numbered from `base`."""

    file: ArrayFile
    base: int

    def dictionary(self, name: str) -> Dictionary:
        """The terms of `EXACT` or of `STEM` fields, or the `ids`."""
        if name not in self._dictionaries:
            self._dictionaries[name] = dictionary(self.file, name)
        return self._dictionaries[name]

    def with_any(self, fields: Sequence[str], terms: Sequence[bytes]) -> Ints:
        """The documents with any of some ascending exact terms, deleted ones included."""
        return self.with_ords(fields, np.array(self.dictionary(EXACT).places(terms), np.int64))

    def with_prefix(self, fields: Sequence[str], head: bytes) -> Ints:
        """The documents with any exact term that begins so, deleted ones included."""
        first, behind = self.dictionary(EXACT).starting(head)
        ends = np.array([first, behind], np.int64)
        # Neighbours in the dictionary are neighbours in the postings: one slice for all.
        return self._with_slices([(f, self._starts(f, ends)[None]) for f in fields])

    def with_ords(self, fields: Sequence[str], ords: Longs) -> Ints:
        """The documents with any of some exact terms by ascending ord, deleted ones included."""
        return self._with_slices([(f, self._slices(f, ords)) for f in fields])

    def _starts(self, field: str, ords: Longs) -> Longs:
        return self.file[f"{field}.starts"][ords].astype(np.int64)

    def _slices(self, field: str, ords: Longs) -> Longs:
        """Where postings of terms start and stop, a row each; what follows on is in one."""
        starts, stops = self._starts(field, ords), self._starts(field, ords + 1)
        apart = np.flatnonzero(starts[1:] != stops[:-1])
        firsts = np.concatenate([starts[:1], starts[apart + 1]])
        lasts = np.concatenate([stops[apart], stops[-1:]])
        return np.stack([firsts, lasts], 1)[lasts > firsts]

    def _with_slices(self, slices: Sequence[tuple[str, Longs]]) -> Ints:
        """The documents of slices of postings, ascending; a bounded part of them at a time."""
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
        for documents in chunks:
            mask[documents] = True
        return np.flatnonzero(mask).astype(np.int32)

    @cached_property
    def _dictionaries(self) -> dict[str, Dictionary]:
        return {}


@dataclass(frozen=True)
class Snapshot:
    """One commit; documents are numbered across its segments, `live` are not deleted."""

    info: IndexInfo
    stamp: BuildStamp
    segments: Sequence[Segment]
    columns: Columns
    live: Mask

    @cached_property
    def whole(self) -> bool:
        """Whether no document is deleted."""
        return bool(self.live.all())

    @cached_property
    def languages(self) -> tuple[str | None, ...]:
        """The languages of the live documents; None when some have none."""
        column = self.columns.facets["lang"]
        live = np.flatnonzero(self.live).astype(np.int32)
        named = tuple(column.value(n) for n in np.flatnonzero(column.every(live)).tolist())
        some_without = (column.starts[live] == column.starts[live + 1]).any()
        return (*named, None) if some_without else named

    def postings(self, field: str, term: str, *, positions: bool = False) -> Postings:
        """A term's postings among the live documents."""
        key = (field, term, positions)
        if (found := self._cache.get(key)) is None:
            found = self._read(field, term, positions=positions)
            self._cache.put(key, found)
        return found

    def with_any(self, fields: Sequence[str], terms: Iterable[str]) -> Ints:
        """The live documents with any of some exact terms, ascending."""
        wanted = sorted(term.encode("utf-8", "surrogatepass") for term in terms)
        return self._joined(s.with_any(fields, wanted) for s in self.segments)

    def with_prefix(self, fields: Sequence[str], head: str) -> Ints:
        """The live documents with any exact term that begins so, ascending."""
        wanted = head.encode("utf-8", "surrogatepass")
        return self._joined(s.with_prefix(fields, wanted) for s in self.segments)

    def with_ords(self, fields: Sequence[str], ords: Iterable[Longs]) -> Ints:
        """The live documents with any of some exact terms, by ascending ord in each segment."""
        pairs = zip(self.segments, ords, strict=True)
        return self._joined(segment.with_ords(fields, some) for segment, some in pairs)

    def _joined(self, found: Iterable[Ints]) -> Ints:
        """What was found in each segment, as live documents of all."""
        parts = [part + np.int32(s.base) for part, s in zip(found, self.segments, strict=True)]
        documents = np.concatenate([np.zeros(0, np.int32), *parts])
        return documents if self.whole else documents[self.live[documents]]

    def ordinal(self, document_id: str) -> int:
        """A live document's ordinal. Raises DocumentNotFound."""
        wanted = document_id.encode("utf-8", "surrogatepass")
        for segment in self.segments:
            if (place := segment.dictionary("ids").find(wanted)) >= 0:
                number = segment.base + int(segment.file.part("ids.documents", place, place + 1)[0])
                if self.live[number]:
                    return number
        raise DocumentNotFound(f"no document with the id {document_id!r} in the index")

    def document(self, ordinal: int) -> IndexedDocument:
        """The stored document."""
        segment = next(s for s in reversed(self.segments) if s.base <= ordinal)
        return loads(read_document(segment.file, ordinal - segment.base))

    @cached_property
    def _cache(self) -> PostingsCache:
        return PostingsCache(_CACHED_BYTES)

    def _read(self, field: str, term: str, *, positions: bool) -> Postings:
        wanted = term.encode("utf-8", "surrogatepass")
        parts = []
        for segment in self.segments:
            place = segment.dictionary(DICTIONARY_OF[field]).find(wanted)
            if place >= 0:
                parts.append(
                    read_postings(segment.file, field, place, segment.base, positions=positions)
                )
        if not parts:
            return NOTHING
        return join_postings(parts) if self.whole else join_postings(parts).within(self.live)
