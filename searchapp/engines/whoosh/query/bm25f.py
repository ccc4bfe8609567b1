"""BM25F over title and text, on arrays.

S. Robertson, H. Zaragoza: The Probabilistic Relevance Framework: BM25 and Beyond
(2009), section 3.6, with Lucene's inverse document frequency, which is never negative.
Statistics are those of the live documents, whatever segments they are in, so that
one archive ranks the same however it was written.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from searchapp.engines.analysis.fields import FIELDS
from searchapp.engines.ranking import BOOSTS, K1, B, idf
from searchapp.engines.whoosh.kernels.dispatch import compiled
from searchapp.engines.whoosh.query.docset import Match, any_of, nothing
from searchapp.engines.whoosh.segment.columns import Columns
from searchapp.engines.whoosh.segment.postings import Postings
from searchapp.engines.whoosh.segment.types import Ints, Mask, Scores

# Terms whose documents were counted: some 10 MiB.
_MOST_COUNTED = 100_000


@dataclass(frozen=True)
class Bm25f:
    """Scores postings against the documents of one snapshot."""

    columns: Columns
    live: Mask

    @cached_property
    def documents(self) -> int:
        """How many documents there are."""
        return int(np.count_nonzero(self.live))

    def score(self, postings: Iterable[tuple[str, Postings]], holders: int | None = None) -> Match:
        """One term's documents and scores, from its postings in each field.

        Several postings of one field (the stems a word has in several languages) add
        up to one term. `holders` is how many documents have the term, where these
        postings are not all of it.
        """
        weighed = [self._weighed(*found) for found in postings if len(found[1].documents)]
        total = any_of(weighed) if weighed else nothing(len(self.live))
        assert isinstance(total, Match)  # a union of matches
        if total.scores is None:
            return total
        return self._saturated(total, total.scores, len(total) if holders is None else holders)

    def holders(self, term: Hashable, postings: Sequence[tuple[str, Postings]]) -> int:
        """How many documents have a term in any field; counted once."""
        if (found := self._holders.get(term)) is None:
            if len(self._holders) >= _MOST_COUNTED:
                self._holders.clear()
            found = self._holders[term] = self.frequency(postings)
        return found

    def among(self, documents: Ints, postings: Sequence[tuple[str, Postings]]) -> Scores:
        """One term's scores for some documents, ascending; costs little when they are few."""
        weights = np.zeros(len(documents), np.float32)
        for field, found in postings:
            if not len(found.documents):
                continue
            places = np.searchsorted(found.documents, documents).clip(max=len(found.documents) - 1)
            there = found.documents[places] == documents
            norms = self._norms[field][documents[there]]
            weights[there] += found.frequencies[places[there]] * norms
        rarity = self.idf(self.frequency(postings))
        return weights / (K1 + weights) * np.float32((K1 + 1) * rarity)

    def frequency(self, postings: Sequence[tuple[str, Postings]]) -> int:
        """How many documents have a term in any field."""
        listed = [found.documents for _, found in postings if len(found.documents)]
        if not listed:
            return 0
        most, *others = sorted(listed, key=len, reverse=True)
        # Titles add few to the texts: only those are looked for, and nothing is sorted.
        rest = np.unique(np.concatenate([most[:0], *others]))
        there = most[np.searchsorted(most, rest).clip(max=len(most) - 1)] == rest
        return len(most) + len(rest) - int(np.count_nonzero(there))

    def idf(self, documents: int) -> float:
        """The inverse document frequency of a term that so many documents have."""
        return idf(documents, self.documents)

    def _weighed(self, field: str, found: Postings) -> Match:
        norms = self._norms[field]
        if loops := compiled():
            weights: Scores = loops.weighed(found.documents, found.frequencies, norms)
        else:
            weights = norms[found.documents]
            weights *= found.frequencies
        return Match(found.documents, weights, len(self.live))

    def _saturated(self, match: Match, weights: Scores, holders: int) -> Match:
        scores = weights + np.float32(K1)
        np.divide(weights, scores, out=scores)
        scores *= np.float32((K1 + 1) * self.idf(holders))
        return Match(match.documents, scores, match.count)

    @cached_property
    def _holders(self) -> dict[Hashable, int]:
        return {}

    @cached_property
    def _norms(self) -> Mapping[str, Scores]:
        """What one occurrence weighs in each document: its field's boost over its length."""
        return {field: self._norm(field) for field in FIELDS}

    def _norm(self, field: str) -> Scores:
        lengths = self.columns.lengths[field]
        live = lengths if self.documents == len(self.live) else lengths[self.live]
        mean = int(live.sum(dtype=np.int64)) / max(1, self.documents) or 1.0
        return np.float32(BOOSTS[field]) / (
            np.float32(1 - B) + np.float32(B / mean) * lengths.astype(np.float32)
        )
