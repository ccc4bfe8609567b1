"""Evaluates a query tree on a snapshot: which documents match, and how well.

Every node becomes a set of documents (see `hits`): words, which rank, their numbers
and scores; filters (facets, dates, NOT), which do not, a mask. Words look up stems,
anything quoted or patterned looks up exact terms.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import product

import numpy as np

from searchapp.engines.analysis.fields import FIELDS
from searchapp.engines.analysis.stemming import stemmer
from searchapp.engines.analysis.stopwords import stop_words
from searchapp.engines.analysis.terms import QueryTerm, pattern, phrase_terms, query_terms
from searchapp.engines.analysis.wildcards import is_prefix, literal_prefix
from searchapp.engines.highlight.matches import Mark, PatternMark, PhraseMark, StemMark, TermMark
from searchapp.engines.notices import left_out, stands_for_all
from searchapp.engines.query import (
    And,
    Boost,
    DateRange,
    Everything,
    FacetTerm,
    Fuzzy,
    Node,
    Not,
    Or,
    Phrase,
    Wildcard,
    Word,
    leaves,
)
from searchapp.engines.whoosh.query.bm25f import Bm25f
from searchapp.engines.whoosh.query.budget import Budget
from searchapp.engines.whoosh.query.context import QueryContext
from searchapp.engines.whoosh.query.docset import (
    Filter,
    Found,
    Match,
    all_of,
    any_of,
    intersection,
    nothing,
    selected,
)
from searchapp.engines.whoosh.query.phrase import in_sequence
from searchapp.engines.whoosh.reader.snapshot import Snapshot
from searchapp.engines.whoosh.segment.lexicon import Lexicon
from searchapp.engines.whoosh.segment.schema import STEMS
from searchapp.engines.whoosh.segment.types import Ints, Longs, Mask

_CONSTANT_SCORE = 1.0


@dataclass
class Matcher:
    """Evaluates one request's tree, and collects what to say and what to highlight."""

    context: QueryContext
    uncertain: bool = False
    budget: Budget = field(default_factory=lambda: Budget(math.inf))
    notices: list[str] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    telling: dict[str, None] = field(default_factory=dict)
    # Documents that are to be ranked; the others may be left out of a match, or not.
    among: Mask | None = None
    _stop_words_rank: bool = True

    @property
    def snapshot(self) -> Snapshot:
        """The commit that is searched."""
        return self.context.snapshot

    @property
    def scoring(self) -> Bm25f:
        """What ranks its documents."""
        return self.context.scoring

    def match(self, node: Node) -> Match:
        """The live documents a tree matches; odd words match nothing.

        `telling` then has the words that rank: all but stop words, if there are others.
        Raises RequestError for a query over its budget.
        """
        self._stop_words_rank = not any(map(self._tells, leaves(node)))
        found = self._evaluate(node)
        if found is None:
            return nothing(len(self.snapshot.live))
        if isinstance(found, Filter):
            every = found.mask is self.snapshot.live
            return self.context.match_all if every else selected(found.mask)
        return found

    def _evaluate(self, node: Node) -> Found | None:
        """A node's match; None for one with nothing to look up, which its parent leaves out."""
        match node:
            case Word() | Phrase() | Wildcard() | Fuzzy():
                return self._bounded(node)
            case And(children):
                return self._all(children)
            case Or(children):
                return self._any(children)
            case Not(child):
                return self._none(child)
            case Boost(child, factor):
                found = self._evaluate(child)
                return found.times(factor) if isinstance(found, Match) else found
            case _:
                return self._filter(self._selected(node))

    def _selected(self, node: Everything | FacetTerm | DateRange) -> Mask:
        match node:
            case Everything():
                return self.snapshot.live
            case FacetTerm(facet):
                ordinals = self.context.facet_terms[facet].ordinals(node)
                return self.snapshot.columns.facets[facet].having(ordinals)
            case DateRange(first, last):
                return self.snapshot.columns.published(first, last, uncertain=self.uncertain)

    def _all(self, children: Sequence[Node]) -> Found | None:
        if not children:
            return Filter(self.snapshot.live)
        found: list[Found] = []
        among = self.among
        for child in sorted(dict.fromkeys(children), key=self._holders):
            self._narrow(found[-1:])
            if (match := self._evaluate(child)) is not None:
                found.append(match)
        self.among = among
        return all_of(found) if found else None

    def _narrow(self, found: Sequence[Found]) -> None:
        """What a rarer word leaves out need not be weighed for the others."""
        for match in found:
            if isinstance(match, Match) and 2 * len(match) < match.count:
                self.among = intersection(self.among, match.mask)

    def _holders(self, node: Node) -> float:
        """About how many documents have a word; what is no single word comes after."""
        if not isinstance(node, Word) or len(terms := query_terms(node.text)[0]) != 1:
            return math.inf
        fields = (node.field,) if node.field else FIELDS
        stems = {stemmer(language)(terms[0].term) for language in self.snapshot.languages}
        return sum(
            len(self.snapshot.postings(STEMS[f], s).documents) for f, s in product(fields, stems)
        )

    def _any(self, children: Sequence[Node]) -> Found | None:
        found = [m for child in dict.fromkeys(children) if (m := self._evaluate(child)) is not None]
        return any_of(found) if found else None

    def _none(self, child: Node) -> Found | None:
        # What is excluded is not highlighted.
        inner = Matcher(self.context, self.uncertain, self.budget, self.notices)
        inner.among = self.among
        found = inner._evaluate(child)
        if found is None:
            return None
        return self._filter(~found.mask)

    def _filter(self, mask: Mask) -> Filter:
        """A mask without the deleted documents, which postings are without too."""
        whole = self.snapshot.whole or mask is self.snapshot.live
        return Filter(mask if whole else mask & self.snapshot.live)

    def _bounded(self, node: Word | Phrase | Wildcard | Fuzzy) -> Found | None:
        self.budget.spend()
        found = self._words(node)
        self.budget.spend(len(found) if isinstance(found, Match) else 0)
        return found

    def _words(self, node: Word | Phrase | Wildcard | Fuzzy) -> Found | None:
        fields = (node.field,) if node.field else FIELDS
        match node:
            case Wildcard():
                return self._wildcard(node, fields)
            case Fuzzy(text, distance):
                return self._fuzzy(text, distance, fields)
            case Phrase(words, slop):
                return self._phrase(words, slop, fields)
            case Word(text):
                terms, _ = query_terms(text)
                if len(terms) != 1:
                    return self._phrase((text,), 0, fields)
                return self._or_apart(self._stems(terms[0].term, fields), (text,), 0, fields)

    def _or_apart(
        self, found: Found, words: tuple[str, ...], slop: int, fields: Sequence[str]
    ) -> Found:
        """What is found, or has the parts of words with hyphens one after the other."""
        parts = phrase_terms(words, apart=True)
        if parts == phrase_terms(words) or len(parts) < 2:  # noqa: PLR2004 - one part is no sequence
            return found
        return any_of([found, self._sequence(parts, slop, fields)])

    def _stems(self, term: str, fields: Sequence[str]) -> Found:
        """A word in any inflection: its stem in each language of the archive."""
        languages = self.snapshot.languages
        ranking = [c for c in languages if self._stop_words_rank or term not in stop_words(c)]
        stems = dict.fromkeys(stemmer(language)(term) for language in languages)
        telling = {stemmer(language)(term) for language in ranking}
        if ranking or not languages:
            self.telling[term] = None
            self.marks.append(StemMark(tuple(fields), frozenset(telling)))
        found = self._scored([(f, STEMS[f], s) for f in fields for s in stems if s in telling])
        silent = [
            Match(self.snapshot.postings(STEMS[name], stem).documents, None, found.count)
            for name, stem in product(fields, sorted(stems.keys() - telling))
        ]
        return any_of([found, *silent])

    def _tells(self, leaf: Node) -> bool:
        """Whether a leaf ranks by itself, which a stop word does not."""
        match leaf:
            case Word(text):
                terms, _ = query_terms(text)
                every = self.snapshot.languages
                return len(terms) != 1 or any(terms[0].term not in stop_words(c) for c in every)
            case Phrase() | Wildcard() | Fuzzy():
                return True
            case _:
                return False

    def _scored(self, lookups: Sequence[tuple[str, str, str]]) -> Match:
        found = [(f, self.snapshot.postings(indexed, term)) for f, indexed, term in lookups]
        if self.among is None:
            return self.scoring.score(found)
        holders = self.scoring.holders(tuple(lookups), found)
        return self.scoring.score([(f, p.within(self.among)) for f, p in found], holders)

    def _phrase(self, words: tuple[str, ...], slop: int, fields: Sequence[str]) -> Found | None:
        terms = phrase_terms(words)
        if not terms:
            self.notices.append(left_out(" ".join(words)))
            return None
        return self._or_apart(self._sequence(terms, slop, fields), words, slop, fields)

    def _sequence(self, terms: Sequence[QueryTerm], slop: int, fields: Sequence[str]) -> Match:
        terms = tuple(terms)
        self.marks.append(PhraseMark(tuple(fields), terms, slop))
        if len(terms) == 1:
            return self._scored([(f, f, terms[0].term) for f in fields])
        found = []
        for name in fields:
            postings = [self.snapshot.postings(name, t.term, positions=True) for t in terms]
            found.append((name, in_sequence(terms, postings, slop)))
        return self.scoring.score(found)

    def _wildcard(self, node: Wildcard, fields: Sequence[str]) -> Found | None:
        wanted = pattern(node.pattern)
        if not wanted.strip("?"):
            self.notices.append(left_out(node.pattern))
            return None
        if not wanted.strip("*"):
            self.notices.append(stands_for_all(node.pattern))
            lengths = self.snapshot.columns.lengths
            return self._filter(reduce(np.logical_or, (lengths[f] > 0 for f in fields)))
        self.marks.append(PatternMark(tuple(fields), wanted))
        if is_prefix(wanted):
            return self._alike(self.snapshot.with_prefix(fields, literal_prefix(wanted)))
        ords = (self._bounded_lookup(words, wanted) for words in self.context.lexicons)
        return self._alike(self.snapshot.with_ords(fields, ords))

    def _bounded_lookup(self, words: Lexicon, wanted: str) -> Longs:
        self.budget.spend()
        return words.matching(wanted)

    def _fuzzy(self, text: str, distance: int, fields: Sequence[str]) -> Found | None:
        terms, _ = query_terms(text)
        if not terms:
            self.notices.append(left_out(text))
            return None
        if len(terms) > 1:
            return self._phrase((text,), 0, fields)
        near = self.context.terms_within(terms[0].term, distance)
        self.marks.append(TermMark(tuple(fields), frozenset(near)))
        return self._alike(self.snapshot.with_any(fields, near))

    def _alike(self, documents: Ints) -> Match:
        """Documents that a pattern or a misspelling finds, all alike."""
        scores = np.full(len(documents), _CONSTANT_SCORE, np.float32)
        return Match(documents, scores, len(self.snapshot.live))
