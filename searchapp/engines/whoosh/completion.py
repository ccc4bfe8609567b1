"""What the beginning of a name or of a title may become, while it is typed.

Names are found by the beginning of any of their words, most frequent first; titles by
the words typed so far, newest first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from searchapp.engines.analysis import fold, query_terms
from searchapp.engines.base import Completion
from searchapp.engines.whoosh.columns import Longs
from searchapp.engines.whoosh.lexicon import Lexicon
from searchapp.engines.whoosh.schema import TITLE
from searchapp.engines.whoosh.snapshot import Snapshot
from searchapp.model import EntityType

NAMED = tuple(map(str, EntityType))
_TITLES = 3
_SHORTEST_TITLE_WORD = 2
# Index terms one beginning may stand for, of those it comes first in.
_MOST_TERMS = 50
# Names have fewer words than this that begin alike.
_BEGINNINGS = 16


@dataclass(frozen=True)
class Completer:
    """Completes on one snapshot; prepared when first asked."""

    snapshot: Snapshot

    def complete(self, text: str, size: int) -> tuple[Completion, ...]:
        """At most `size` names and titles the text may become, titles last."""
        begun = " ".join(fold(text).split())
        if not begun or not size:
            return ()
        names = sorted(
            (name for facet in NAMED for name in self._names[facet].starting(begun, size)),
            key=lambda name: (-name.count, name.value),
        )
        titles = self._titles(text, min(_TITLES, size))
        return (*names[: size - len(titles)], *titles)

    @cached_property
    def _names(self) -> dict[str, Names]:
        return {facet: Names.of(facet, self.snapshot) for facet in NAMED}

    def _titles(self, text: str, count: int) -> tuple[Completion, ...]:
        """The newest documents with all words in their title, the last one begun."""
        terms = [term.term for word in text.split() for term in query_terms(word)[0]]
        if not terms or len(terms[-1]) < _SHORTEST_TITLE_WORD:
            return ()
        *whole, begun = terms
        found = self._with(self.snapshot.lexicon.beginning(begun, _MOST_TERMS))
        for term in whole:
            found = np.intersect1d(found, self._with([term]))
        ranks = self.snapshot.columns.rank(newest=True, uncertain=False)[found]
        newest = found[np.argsort(ranks)[:count]]
        documents = (self.snapshot.document(int(ordinal)) for ordinal in newest)
        return tuple(Completion(TITLE, d.article.title, 1, d.id) for d in documents)

    def _with(self, terms: Sequence[str]) -> Longs:
        found = [self.snapshot.postings(TITLE, term).documents for term in terms]
        return np.unique(np.concatenate([np.zeros(0, np.int64), *found]))


@dataclass(frozen=True)
class Names:
    """The names of one facet, by every way to begin them: `sergey lavrov`, `lavrov`.

    `beginnings[i]` is one of a name's, in code point order, and `owners[i]` that name's
    place in `values`.
    """

    facet: str
    values: Sequence[str]
    counts: Longs
    beginnings: Lexicon
    owners: Longs

    @classmethod
    def of(cls, facet: str, snapshot: Snapshot) -> Names:
        """Of the live documents of a snapshot."""
        column = snapshot.columns.facets[facet]
        values = [string.decode("utf-8", "surrogatepass") for string in column.strings]
        counts = column.every(snapshot.everything.documents)[column.ordinals]
        begun = []
        for place in np.flatnonzero(counts).tolist():
            words = fold(values[place]).split()
            begun += [(" ".join(words[n:]).encode(), place) for n in range(len(words))]
        begun.sort()
        lines = b"".join(line + b"\n" for line, _ in begun)
        return cls(facet, values, counts, Lexicon(lines), np.array([n for _, n in begun], np.int64))

    def starting(self, begun: str, count: int) -> list[Completion]:
        """The most frequent names with a word that begins so."""
        first, last = self.beginnings.places(begun)
        owners = self.owners[first:last]
        if len(owners) > (most := count * _BEGINNINGS):
            least = np.partition(self.counts[owners], -most)[-most]
            owners = owners[self.counts[owners] >= least]
        owners = np.unique(owners)
        best = owners[np.lexsort((owners, -self.counts[owners]))][:count]
        return [Completion(self.facet, self.values[int(n)], int(self.counts[n])) for n in best]
