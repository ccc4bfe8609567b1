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
    NOTHING,
    Postings,
    PostingsCache,
    join_postings,
    read_postings,
)
from searchapp.engines.whoosh.segment.termdict import Dictionary, dictionary
from searchapp.engines.whoosh.segment.types import Ints, Mask
from searchapp.errors import DocumentNotFound
from searchapp.model import IndexedDocument

_CACHED_BYTES = 64 * 2**20


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
        places = self.dictionary(EXACT).places(terms)
        runs = np.split(places, np.flatnonzero(np.diff(places) != 1) + 1) if places else []
        return self._with_runs(fields, [(int(r[0]), int(r[-1])) for r in runs])

    def beginning(self, fields: Sequence[str], head: bytes) -> Ints:
        """The documents with any exact term that begins so, deleted ones included."""
        first, behind = self.dictionary(EXACT).starting(head)
        return self._with_runs(fields, [(first, behind - 1)] if first < behind else [])

    def _with_runs(self, fields: Sequence[str], runs: Sequence[tuple[int, int]]) -> Ints:
        # Neighbours in the dictionary are neighbours in the postings: one slice for all.
        found = [self._owners(f, first, last) for f in fields for first, last in runs]
        documents = np.concatenate([np.zeros(0, np.int32), *found])
        count = self.file.count("day")
        if len(documents) * 64 < count:
            return np.unique(documents)
        mask = np.zeros(count, bool)
        mask[documents] = True
        return np.flatnonzero(mask).astype(np.int32)

    def _owners(self, field: str, first: int, last: int) -> Ints:
        """The documents of neighbouring terms, with repetitions."""
        starts = self.file.part(f"{field}.starts", first, last + 2)
        return self.file.part(f"{field}.documents", int(starts[0]), int(starts[-1]))

    def owners_of(self, places: Sequence[int]) -> list[int]:
        """How many titles and texts have each exact term, deleted ones included."""
        chosen = np.array(places, np.int64)
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

    def terms_with_prefix(self, head: str) -> list[str]:
        """The exact terms that begin so, ascending."""
        found: set[bytes] = set()
        for segment in self.segments:
            words = segment.dictionary(EXACT)
            first, last = words.starting(head.encode())
            found.update(words.between(first, last))
        return [term.decode() for term in sorted(found)]

    def with_any(self, fields: Sequence[str], terms: Sequence[str]) -> Ints:
        """The live documents with any of some exact terms, ascending."""
        wanted = sorted(term.encode() for term in terms)
        return self._joined(s.with_any(fields, wanted) for s in self.segments)

    def beginning(self, fields: Sequence[str], head: str) -> Ints:
        """The live documents with any exact term that begins so, ascending."""
        return self._joined(s.beginning(fields, head.encode()) for s in self.segments)

    def _joined(self, found: Iterable[Ints]) -> Ints:
        """What was found in each segment, as live documents of all."""
        parts = [part + np.int32(s.base) for part, s in zip(found, self.segments, strict=True)]
        documents = np.concatenate([np.zeros(0, np.int32), *parts])
        return documents if self.whole else documents[self.live[documents]]

    def most_frequent(self, terms: Sequence[str], count: int) -> list[str]:
        """The exact terms most documents have, deleted ones included, then by code point."""
        frequency = dict.fromkeys(terms, 0)
        wanted = sorted(term.encode() for term in terms)
        for segment in self.segments:
            words = segment.dictionary(EXACT)
            places = words.places(wanted)
            for place, number in zip(places, segment.owners_of(places), strict=True):
                frequency[words[place].decode()] += number
        return sorted(terms, key=lambda term: (-frequency[term], term))[:count]

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
