"""BM25F over title and text, on arrays.

S. Robertson, H. Zaragoza: The Probabilistic Relevance Framework: BM25 and Beyond
(2009), section 3.6, with Lucene's inverse document frequency, which is never negative.
Statistics are those of the live docs, whatever segments they are in, so that
one archive ranks the same however it was written.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from searchapp.engines.analysis.fields import FIELDS
from searchapp.engines.ranking import BOOSTS, K1, B, idf
from searchapp.engines.whoosh.kernels.dispatch import compiled_kernels
from searchapp.engines.whoosh.query.docset import ScoredDocs, union
from searchapp.engines.whoosh.segment.columns import Columns
from searchapp.engines.whoosh.segment.postings import Postings
from searchapp.engines.whoosh.segment.types import Ints, Mask, Scores

# Terms whose docs were counted: some 10 MiB.
_MAX_CACHED = 100_000


@dataclass(frozen=True)
class Bm25f:
    """Scores postings against the docs of one snapshot; `live_docs` is a mask by doc."""

    columns: Columns
    live_docs: Mask

    @cached_property
    def live_count(self) -> int:
        """How many live docs there are."""
        return int(np.count_nonzero(self.live_docs))

    def score(
        self, postings: Iterable[tuple[str, Postings]], document_frequency: int | None = None
    ) -> ScoredDocs:
        """One term's docs and scores, from its postings in each field.

        Several postings of one field (the stems a word has in several languages) add
        up to one term. `document_frequency` is how many docs have the term, where these
        postings are not all of it.
        """
        weights = [self._weigh(*found) for found in postings if len(found[1].docs)]
        total = union(weights) if weights else ScoredDocs.empty(len(self.live_docs))
        assert isinstance(total, ScoredDocs)  # a union of such
        if total.scores is None:
            return total
        frequency = len(total) if document_frequency is None else document_frequency
        return self._saturate(total, total.scores, frequency)

    def score_docs(
        self, docs: Ints, postings: Sequence[tuple[str, Postings]], document_frequency: int
    ) -> Scores:
        """One term's float32 scores of `docs`, ascending int32; costs little when they are few."""
        weights = np.zeros(len(docs), np.float32)
        for field, found in postings:
            if not len(found.docs):
                continue
            indices = np.searchsorted(found.docs, docs).clip(max=len(found.docs) - 1)
            there = found.docs[indices] == docs
            norms = self._field_norms[field][docs[there]]
            weights[there] += found.frequencies[indices[there]] * norms
        rarity = self.idf(document_frequency)
        return weights / (K1 + weights) * np.float32((K1 + 1) * rarity)

    def document_frequency(self, postings: Sequence[tuple[str, Postings]]) -> int:
        """How many docs have a term in any field."""
        listed = [found.docs for _, found in postings if len(found.docs)]
        if not listed:
            return 0
        most, *others = sorted(listed, key=len, reverse=True)
        # Titles add few to the texts: only those are looked for, and nothing is sorted.
        rest = np.unique(np.concatenate([most[:0], *others]))
        there = most[np.searchsorted(most, rest).clip(max=len(most) - 1)] == rest
        return len(most) + len(rest) - int(np.count_nonzero(there))

    def cached_document_frequency(
        self, term: Hashable, postings: Sequence[tuple[str, Postings]]
    ) -> int:
        """The same, counted once for a term."""
        if (found := self._document_frequencies.get(term)) is None:
            if len(self._document_frequencies) >= _MAX_CACHED:
                self._document_frequencies.clear()
            found = self._document_frequencies[term] = self.document_frequency(postings)
        return found

    def idf(self, document_frequency: int) -> float:
        """The inverse document frequency of a term that so many docs have."""
        return idf(document_frequency, self.live_count)

    def _weigh(self, field: str, found: Postings) -> ScoredDocs:
        norms = self._field_norms[field]
        if kernels := compiled_kernels():
            weights: Scores = kernels.field_weights(found.docs, found.frequencies, norms)
        else:
            weights = norms[found.docs]
            weights *= found.frequencies
        return ScoredDocs(found.docs, weights, len(self.live_docs))

    def _saturate(
        self, weighed: ScoredDocs, weights: Scores, document_frequency: int
    ) -> ScoredDocs:
        scores = weights + np.float32(K1)
        np.divide(weights, scores, out=scores)
        scores *= np.float32((K1 + 1) * self.idf(document_frequency))
        return ScoredDocs(weighed.docs, scores, weighed.doc_count)

    @cached_property
    def _document_frequencies(self) -> dict[Hashable, int]:
        return {}

    @cached_property
    def _field_norms(self) -> Mapping[str, Scores]:
        """What one occurrence weighs, by field and doc: the field's boost over its length."""
        return {field: self._norms(field) for field in FIELDS}

    def _norms(self, field: str) -> Scores:
        lengths = self.columns.lengths[field]
        live = lengths if self.live_count == len(self.live_docs) else lengths[self.live_docs]
        mean = int(live.sum(dtype=np.int64)) / max(1, self.live_count) or 1.0
        return np.float32(BOOSTS[field]) / (
            np.float32(1 - B) + np.float32(B / mean) * lengths.astype(np.float32)
        )
