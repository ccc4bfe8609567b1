"""What the beginning of a name or of a title may become, while it is typed.

Names are found by the beginning of any of their words, most frequent first; titles by
the words typed so far, newest first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from searchapp.engines.analysis.fields import TITLE
from searchapp.engines.analysis.terms import fold, query_terms
from searchapp.engines.base import Completion
from searchapp.engines.whoosh.query.context import QueryContext
from searchapp.engines.whoosh.query.phrase import common
from searchapp.engines.whoosh.segment.types import Ints, Longs
from searchapp.model import EntityType

NAMED = tuple(map(str, EntityType))
_TITLES = 3
_SHORTEST_TITLE_WORD = 2
# Index terms one beginning may stand for, of those it comes first in.
_MOST_TERMS = 50
# So many names for each one shown are put in order.
_TIES = 4


@dataclass(frozen=True)
class Completer:
    """Completes on one snapshot; prepared when first asked."""

    context: QueryContext

    def complete(self, text: str, size: int) -> tuple[Completion, ...]:
        """At most `size` names and titles the text may become, titles last."""
        begun = " ".join(fold(text).split())
        if not begun or not size:
            return ()
        names = sorted(
            (name for facet in NAMED for name in self._names(facet, begun, size)),
            key=lambda name: (-name.count, name.value),
        )
        titles = self._titles(text, min(_TITLES, size))
        return (*names[: size - len(titles)], *titles)

    def _names(self, facet: str, begun: str, count: int) -> list[Completion]:
        """The most frequent names with a word that begins so."""
        numbers = self.context.prefixes[facet].begun(begun)
        column, counts = self.context.snapshot.columns.facets[facet], self._counts[facet]
        if len(numbers) > (few := count * _TIES):
            least = np.partition(counts[numbers], -few)[-few]
            numbers = numbers[counts[numbers] >= least]
        order = np.lexsort((column.places[numbers], -counts[numbers]))[:count]
        found = ((int(n), int(counts[n])) for n in numbers[order])
        return [Completion(facet, column.value(n), held) for n, held in found if held]

    @cached_property
    def _counts(self) -> dict[str, Longs]:
        """How many live documents have each name, by number."""
        columns = self.context.snapshot.columns.facets
        if self.context.snapshot.whole:
            return {facet: columns[facet].frequency for facet in NAMED}
        return {facet: columns[facet].every(self.context.match_all.documents) for facet in NAMED}

    def _titles(self, text: str, count: int) -> tuple[Completion, ...]:
        """The newest documents with all words in their title, the last one begun."""
        terms = [term.term for word in text.split() for term in query_terms(word)[0]]
        if not terms or len(terms[-1]) < _SHORTEST_TITLE_WORD:
            return ()
        *whole, begun = terms
        found = self._with_any(self.context.terms_beginning(begun, _MOST_TERMS))
        for having in sorted(map(self._documents, whole), key=len):
            found = common(*sorted((found, having), key=len))
        ranks = self.context.snapshot.columns.rank(newest=True, uncertain=False)[found]
        if count < len(found):
            first = np.argpartition(ranks, count)[:count]
            found, ranks = found[first], ranks[first]
        newest = found[np.argsort(ranks)]
        documents = (self.context.snapshot.document(int(ordinal)) for ordinal in newest)
        return tuple(Completion(TITLE, d.article.title, 1, d.id) for d in documents)

    def _documents(self, term: str) -> Ints:
        return self.context.snapshot.postings(TITLE, term).documents

    def _with_any(self, terms: Sequence[str]) -> Ints:
        mask = np.zeros(len(self.context.snapshot.live), bool)
        for documents in map(self._documents, terms):
            mask[documents] = True
        return np.flatnonzero(mask).astype(np.int32)
