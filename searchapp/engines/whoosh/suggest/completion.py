"""What the beginning of a name or of a title may become, while it is typed.

Names are found by the beginning of any of their words, most frequent first; titles by
the words typed so far, newest first.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from searchapp.engines.analysis.fields import TITLE
from searchapp.engines.analysis.spelling import fold
from searchapp.engines.analysis.terms import query_terms
from searchapp.engines.base import Completion
from searchapp.engines.whoosh.query.context import QueryContext
from searchapp.engines.whoosh.query.phrase import intersect_docs
from searchapp.engines.whoosh.segment.types import Ints, Longs
from searchapp.model import EntityType

_FACETS = tuple(map(str, EntityType))
_MAX_TITLES = 3
_MIN_TITLE_PREFIX = 2
# Index terms a prefix may stand for, the first by code point; set by hand, not measured.
_MAX_TERMS = 50
# So many names for each one shown are put in order; set by hand, not measured.
_CANDIDATES = 4


@dataclass(frozen=True)
class Completer:
    """Completes on one snapshot; prepared when first asked."""

    context: QueryContext

    def complete(self, text: str, size: int) -> tuple[Completion, ...]:
        """At most `size` names and titles the text may become, titles last. Raises Damaged."""
        prefix = " ".join(fold(text).split())
        if not prefix or not size:
            return ()
        names = sorted(
            (name for facet in _FACETS for name in self._names(facet, prefix, size)),
            key=lambda name: (-name.count, name.value),
        )
        titles = self._titles(text, min(_MAX_TITLES, size))
        return (*names[: size - len(titles)], *titles)

    def _names(self, facet: str, prefix: str, count: int) -> list[Completion]:
        """The most frequent names with a word that begins so."""
        ords = self.context.prefixes[facet].ords_with_prefix(prefix)
        column, counts = self.context.snapshot.columns.facets[facet], self._counts[facet]
        if len(ords) > (few := count * _CANDIDATES):
            least = np.partition(counts[ords], -few)[-few]
            ords = ords[counts[ords] >= least]
        order = np.lexsort((column.dict_ords[ords], -counts[ords]))[:count]
        found = ((int(n), int(counts[n])) for n in ords[order])
        return [Completion(facet, column.value(n), held) for n, held in found if held]

    @cached_property
    def _counts(self) -> dict[str, Longs]:
        """How many live docs have each name: int64 by ord."""
        columns = self.context.snapshot.columns.facets
        if not self.context.snapshot.has_deletions:
            return {facet: columns[facet].frequency for facet in _FACETS}
        docs = self.context.match_all.docs
        return {facet: columns[facet].count_by_ord(docs) for facet in _FACETS}

    def _titles(self, text: str, count: int) -> tuple[Completion, ...]:
        """The newest documents with all words in their title, the last one begun."""
        terms = [term.term for word in text.split() for term in query_terms(word)[0]]
        if not terms or len(terms[-1]) < _MIN_TITLE_PREFIX:
            return ()
        *whole, prefix = terms
        begun = self.context.terms_with_prefix(prefix, _MAX_TERMS)
        found = self.context.snapshot.docs_with_any([TITLE], begun)
        for docs in sorted(map(self._docs, whole), key=len):
            found = intersect_docs(*sorted((found, docs), key=len))
        ranks = self.context.snapshot.columns.date_ranks(newest=True, uncertain=False)[found]
        if count < len(found):
            first = np.argpartition(ranks, count)[:count]
            found, ranks = found[first], ranks[first]
        newest = found[np.argsort(ranks)]
        documents = (self.context.snapshot.document(int(doc)) for doc in newest)
        return tuple(Completion(TITLE, d.article.title, 1, d.id) for d in documents)

    def _docs(self, term: str) -> Ints:
        return self.context.snapshot.postings(TITLE, term).docs
