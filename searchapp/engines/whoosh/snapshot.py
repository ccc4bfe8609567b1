"""One commit of the index, opened: everything an answer is computed from.

A snapshot never changes, and stays readable while a writer commits or removes its
files, because every file it needs is open.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from searchapp.document_json import loads
from searchapp.engines.base import BuildStamp, IndexInfo
from searchapp.engines.whoosh.columns import Columns, Mask
from searchapp.engines.whoosh.facet_terms import FacetTerms
from searchapp.engines.whoosh.lexicon import Lexicon
from searchapp.engines.whoosh.postings import (
    NOTHING,
    Postings,
    PostingsCache,
    join_postings,
    read_postings,
)
from searchapp.engines.whoosh.schema import FIELDS
from searchapp.engines.whoosh.scoring import Bm25f
from searchapp.errors import DocumentNotFound
from searchapp.model import FACET_FIELDS, IndexedDocument

_CACHED_BYTES = 64 * 2**20


@dataclass(frozen=True)
class Kept:
    """What of a segment never changes, and is read once for all snapshots it is in."""

    columns: Columns
    lexicon: bytes


@dataclass(frozen=True)
class Segment:
    """A Whoosh segment open for reading; its documents are numbered from `base`."""

    reader: Any
    base: int
    kept: Kept


@dataclass(frozen=True)
class Snapshot:
    """One commit; documents are numbered across its segments, `live` are not deleted."""

    info: IndexInfo
    stamp: BuildStamp
    segments: Sequence[Segment]
    columns: Columns
    live: Mask

    @cached_property
    def languages(self) -> tuple[str | None, ...]:
        """The languages of the live documents; None when some have none."""
        column = self.columns.facets["lang"]
        named = tuple(column.values[n] for n in np.flatnonzero(column.counts(self.live)))
        return (*named, None) if column.missing(self.live) else named

    @cached_property
    def scoring(self) -> Bm25f:
        """How well postings match, among the live documents."""
        return Bm25f(self.columns, self.live)

    @cached_property
    def facet_terms(self) -> Mapping[str, FacetTerms]:
        """What `person:name` and its like stand for, by facet."""
        return {f: FacetTerms(f, self.columns.facets[f].values) for f in FACET_FIELDS}

    @cached_property
    def lexicon(self) -> Lexicon:
        """Every exact term of the snapshot."""
        return Lexicon.of([s.kept.lexicon for s in self.segments])

    def postings(self, field: str, term: str, *, positions: bool = False) -> Postings:
        """A term's postings among the live documents."""
        key = (field, term, positions)
        if (found := self._cache.get(key)) is None:
            found = self._read(field, term, positions=positions)
            self._cache.put(key, found)
        return found

    def document_frequency(self, term: str) -> int:
        """How many live documents have an exact term in their title or text."""
        found = [self.postings(field, term).documents for field in FIELDS]
        return len(np.unique(np.concatenate(found)))

    def most_frequent(self, terms: Sequence[str], count: int) -> list[str]:
        """The exact terms most documents have, deleted ones included, then by code point."""
        readers = [s.reader for s in self.segments]
        frequency = {
            term: sum(r.doc_frequency(f, term) for r in readers for f in FIELDS) for term in terms
        }
        return sorted(terms, key=lambda term: (-frequency[term], term))[:count]

    def ordinal(self, document_id: str) -> int:
        """A live document's ordinal. Raises DocumentNotFound."""
        found = self.postings("id", document_id).documents
        if not len(found):
            raise DocumentNotFound(f"no document with the id {document_id!r} in the index")
        return int(found[0])

    def document(self, ordinal: int) -> IndexedDocument:
        """The stored document."""
        segment = next(s for s in reversed(self.segments) if s.base <= ordinal)
        return loads(segment.reader.stored_fields(ordinal - segment.base)["document"])

    @cached_property
    def _cache(self) -> PostingsCache:
        return PostingsCache(_CACHED_BYTES)

    def _read(self, field: str, term: str, *, positions: bool) -> Postings:
        parts = [
            read_postings(s.reader, field, term, s.base, positions=positions) for s in self.segments
        ]
        return join_postings(parts).within(self.live) if parts else NOTHING
