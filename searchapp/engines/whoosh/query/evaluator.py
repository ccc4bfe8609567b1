"""Evaluates a query tree on a snapshot: which docs match, and how well.

Every node becomes a set of docs (see `docset`): words, which rank, their docs and
scores; filters (facets, dates, NOT), which do not, a mask. Words look up stems,
anything quoted or patterned looks up exact terms.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import chain, product

import numpy as np

from searchapp.engines.analysis.compounds import NEAR, WEIGHT, both_orders, inflections, is_rare
from searchapp.engines.analysis.fields import FIELDS
from searchapp.engines.analysis.stemming import stemmer
from searchapp.engines.analysis.stopwords import RankingWords, name_phrases, ranking_words
from searchapp.engines.analysis.terms import QueryTerm, normalise_pattern, phrase_terms, query_terms
from searchapp.engines.analysis.wildcards import is_prefix, literal_prefix
from searchapp.engines.budget import Budget
from searchapp.engines.highlight.matches import (
    PatternMatch,
    PhraseMatch,
    QueryMatch,
    StemMatch,
    TermMatch,
)
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
    single_words,
)
from searchapp.engines.whoosh.query.bm25f import Bm25f
from searchapp.engines.whoosh.query.context import QueryContext
from searchapp.engines.whoosh.query.docset import (
    DocFilter,
    DocSet,
    ScoredDocs,
    intersect,
    intersect_masks,
    union,
)
from searchapp.engines.whoosh.query.operands import Operands
from searchapp.engines.whoosh.query.phrase import merge_occurrences, phrase_postings
from searchapp.engines.whoosh.reader.snapshot import Snapshot
from searchapp.engines.whoosh.segment.lexicon import Lexicon
from searchapp.engines.whoosh.segment.postings import Postings
from searchapp.engines.whoosh.segment.schema import STEMS
from searchapp.engines.whoosh.segment.types import Ints, Longs, Mask

_CONSTANT_SCORE = 1.0
# Of a doc while a term is scored: docs, frequencies, weights in two fields, their sum, scores.
_SCORED_BYTES = 24


@dataclass
class QueryEvaluator:
    """Evaluates one request's tree, and collects what to say and what to highlight.

    Without `ranked` it only finds, which costs less.
    """

    context: QueryContext
    uncertain: bool = False
    budget: Budget = field(default_factory=lambda: Budget(math.inf))
    notices: list[str] = field(default_factory=list)
    matches: list[QueryMatch] = field(default_factory=list)
    ranking_terms: dict[str, None] = field(default_factory=dict)
    term_weights: Mapping[str, float] = field(default_factory=dict)
    # A mask of the docs to be ranked; the others may be left out of a set, or not.
    candidates: Mask | None = None
    ranked: bool = True
    _ranking: RankingWords | None = None

    @property
    def snapshot(self) -> Snapshot:
        """The commit that is searched."""
        return self.context.snapshot

    @property
    def scoring(self) -> Bm25f:
        """What ranks its docs."""
        return self.context.scoring

    def evaluate(self, node: Node) -> ScoredDocs:
        """The live docs a tree matches; words without letters match nothing.

        `ranking_terms` then has the words that rank: all but stop words, if there are others.
        Raises RequestError for a query over its budget, Damaged.
        """
        words, alone = single_words(node)
        self._ranking = ranking_words(words, self.snapshot.languages, alone=alone)
        found = self._raise_names(self._evaluate(node), words)
        if found is None:
            return ScoredDocs.empty(len(self.snapshot.live_docs))
        if isinstance(found, DocFilter):
            every = found.mask is self.snapshot.live_docs
            return self.context.match_all if every else ScoredDocs.of_mask(found.mask)
        return found

    def _raise_names(self, found: DocSet | None, words: Sequence[str]) -> DocSet | None:
        """What is found, what has a name of stop words in one piece raised: `The Who`."""
        if not self.ranked or not isinstance(found, ScoredDocs) or found.scores is None:
            return found
        for name in name_phrases(words, self.snapshot.languages):
            whole = self._sequence(phrase_terms(name), 0, FIELDS).within(found.mask)
            found = union([found, whole])
        return found

    def find_word(self, word: Word) -> ScoredDocs | None:
        """The live docs that have a word; None for one with nothing to look up.

        Raises RequestError for a query over its budget of time, Damaged.
        """
        self.budget.spend()
        found = self._look_up(word)
        assert found is None or isinstance(found, ScoredDocs)  # words are no filters
        return found

    def _evaluate(self, node: Node) -> DocSet | None:
        """A node's docs; None for one with nothing to look up, which its parent leaves out."""
        match node:
            case Word() | Phrase() | Wildcard() | Fuzzy():
                return self._within_budget(node)
            case And(children):
                return self._and(children)
            case Or(children):
                return self._or(children)
            case Not(child):
                return self._not(child)
            case Boost(child, factor):
                found = self._evaluate(child)
                return found.boosted(factor) if isinstance(found, ScoredDocs) else found
            case _:
                return self._filter(self._mask(node))

    def _mask(self, node: Everything | FacetTerm | DateRange) -> Mask:
        columns = self.snapshot.columns
        match node:
            case Everything():
                return self.snapshot.live_docs
            case FacetTerm(facet):
                ords = self.context.facet_terms[facet].ords_of(node)
                return columns.facets[facet].docs_with_any(ords)
            case DateRange(first, last):
                return columns.dated_between(first, last, uncertain=self.uncertain)

    def _and(self, children: Sequence[Node]) -> DocSet | None:
        if not children:
            return DocFilter(self.snapshot.live_docs)
        candidates = self.candidates
        with Operands.of(intersect, self.budget) as found:
            for child in sorted(dict.fromkeys(children), key=self._document_frequency):
                self._narrow(found.last())
                found.add(self._evaluate(child))
            self.candidates = candidates
            return found.joined()

    def _narrow(self, found: Sequence[DocSet]) -> None:
        """What a rarer word leaves out need not be weighed for the others."""
        for docs in found:
            if isinstance(docs, ScoredDocs) and 2 * len(docs) < docs.doc_count:
                self.candidates = intersect_masks(self.candidates, docs.mask)

    def _document_frequency(self, node: Node) -> float:
        """About how many docs have a word; what is no single word comes after."""
        if not isinstance(node, Word) or len(terms := query_terms(node.text)[0]) != 1:
            return math.inf
        fields = (node.field,) if node.field else FIELDS
        stems = {stemmer(language)(terms[0].term) for language in self.snapshot.languages}
        return sum(len(self.snapshot.postings(STEMS[f], s).docs) for f, s in product(fields, stems))

    def _or(self, children: Sequence[Node]) -> DocSet | None:
        with Operands.of(union, self.budget) as found:
            for child in dict.fromkeys(children):
                found.add(self._evaluate(child))
            return found.joined()

    def _not(self, child: Node) -> DocSet | None:
        # What is excluded is not highlighted.
        inner = QueryEvaluator(
            self.context,
            self.uncertain,
            self.budget,
            self.notices,
            candidates=self.candidates,
            ranked=False,
        )
        found = inner._evaluate(child)
        return None if found is None else self._filter(~found.mask)

    def _filter(self, mask: Mask) -> DocFilter:
        """A mask without the deleted docs, which postings are without too."""
        live_docs = self.snapshot.live_docs
        only_live = not self.snapshot.has_deletions or mask is live_docs
        return DocFilter(mask if only_live else mask & live_docs)

    def _within_budget(self, node: Word | Phrase | Wildcard | Fuzzy) -> DocSet | None:
        self.budget.spend()
        found = self._look_up(node)
        self.budget.spend(len(found) if isinstance(found, ScoredDocs) else 0)
        return found

    def _look_up(self, node: Word | Phrase | Wildcard | Fuzzy) -> DocSet | None:
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
                found = self._stemmed(text, terms[0].term, fields)
                found = self._or_parts(found, terms[0].term, fields)
                return self._or_hyphenated(found, (text,), 0, fields)

    def _or_hyphenated(
        self, found: DocSet, words: tuple[str, ...], slop: int, fields: Sequence[str]
    ) -> DocSet:
        """What is found, or has the parts of words with hyphens one after the other."""
        parts = phrase_terms(words, apart=True)
        if parts == phrase_terms(words) or len(parts) < 2:  # noqa: PLR2004 - one part is no sequence
            return found
        return union([found, self._sequence(parts, slop, fields)])

    def _stemmed(self, word: str, term: str, fields: Sequence[str]) -> DocSet:
        """A word in any inflection: its stem in each language of the archive."""
        languages, known = self.snapshot.languages, self._ranking
        ranking = [code for code in languages if known is None or word in known[code]]
        stems = dict.fromkeys(stemmer(language)(term) for language in languages)
        scored = {stemmer(language)(term) for language in ranking}
        if ranking or not languages:
            self.ranking_terms[term] = None
            self.matches.append(StemMatch(tuple(fields), frozenset(scored)))
        found = self._score([(f, STEMS[f], s) for f in fields for s in stems if s in scored])
        if term in self.term_weights:
            found = found.boosted(self.term_weights[term])
        unscored = [
            ScoredDocs(self.snapshot.postings(STEMS[name], stem).docs, None, found.doc_count)
            for name, stem in product(fields, sorted(stems.keys() - scored))
        ]
        return union([found, *unscored])

    def _or_parts(self, found: DocSet, term: str, fields: Sequence[str]) -> DocSet:
        """What is found, or has the parts of a rare compound near each other."""
        stems = {stemmer(language)(term) for language in self.snapshot.languages}
        lookups = [self.snapshot.postings(STEMS[f], stem) for f in FIELDS for stem in stems]
        if not is_rare(sum(len(postings.docs) for postings in lookups)):
            return found
        near = [self._near(parts, code, fields) for code, parts in self.context.splits_of(term)]
        return union([found, *near]) if near else found

    def _near(self, parts: tuple[str, str], language: str, fields: Sequence[str]) -> ScoredDocs:
        """The docs in a language with two words, in any inflection, near each other."""
        forms = [inflections(part, language, self.context.terms_with_prefix) for part in parts]
        self.matches.append(TermMatch(tuple(fields), frozenset(chain.from_iterable(forms))))
        found = []
        for name in fields:
            self.budget.spend()
            merged = [self._any_of(name, terms) for terms in forms]
            postings = dict(zip(parts, merged, strict=True))
            found += [
                (name, phrase_postings(order, postings, NEAR, self.budget.spend))
                for order in both_orders(parts)
            ]
        column = self.snapshot.columns.facets["lang"]
        mask = column.docs_with_any([column.ord_of(language)])
        scored = self.scoring.score(found) if self.ranked else self._unranked(found)
        return scored.within(mask).boosted(WEIGHT)

    def _any_of(self, field: str, terms: Sequence[str]) -> Postings:
        found = [self.snapshot.postings(field, term, positions=True) for term in terms]
        return merge_occurrences([one for one in found if len(one.docs)])

    def _score(self, lookups: Sequence[tuple[str, str, str]]) -> ScoredDocs:
        """One term's scores, of its fields: each with what is indexed for it, and a form."""
        found = [(f, self._postings(indexed, term)) for f, indexed, term in lookups]
        self.budget.reserve(_SCORED_BYTES * sum(len(postings.docs) for _, postings in found))
        if not self.ranked:
            return self._unranked(found)
        if self.candidates is None:
            return self.scoring.score(found)
        frequency = self.scoring.cached_document_frequency(tuple(lookups), found)
        within = [(f, postings.within(self.candidates)) for f, postings in found]
        return self.scoring.score(within, frequency)

    def _postings(self, field: str, term: str, *, positions: bool = False) -> Postings:
        """A term's postings; what has to be copied is asked for first."""
        self.budget.reserve(self.snapshot.copied_bytes(field, term, positions=positions))
        return self.snapshot.postings(field, term, positions=positions)

    def _unranked(self, found: Sequence[tuple[str, Postings]]) -> ScoredDocs:
        """The docs of postings alone."""
        doc_count = len(self.snapshot.live_docs)
        docs = [ScoredDocs(postings.docs, None, doc_count) for _, postings in found]
        every = union(docs) if docs else ScoredDocs.empty(doc_count)
        assert isinstance(every, ScoredDocs)  # a union of such
        return every.within(self.candidates)

    def _phrase(self, words: tuple[str, ...], slop: int, fields: Sequence[str]) -> DocSet | None:
        terms = phrase_terms(words)
        if not terms:
            self.notices.append(left_out(" ".join(words)))
            return None
        return self._or_hyphenated(self._sequence(terms, slop, fields), words, slop, fields)

    def _sequence(self, terms: Sequence[QueryTerm], slop: int, fields: Sequence[str]) -> ScoredDocs:
        terms = tuple(terms)
        self.matches.append(PhraseMatch(tuple(fields), terms, slop))
        if len(terms) == 1:
            return self._score([(f, f, terms[0].term) for f in fields])
        found = []
        for name in fields:
            postings = {}
            for term in dict.fromkeys(t.term for t in terms):
                postings[term] = self._postings(name, term, positions=True)
                self.budget.spend()
            found.append((name, phrase_postings(terms, postings, slop, self.budget.spend)))
        return self.scoring.score(found) if self.ranked else self._unranked(found)

    def _wildcard(self, node: Wildcard, fields: Sequence[str]) -> DocSet | None:
        pattern = normalise_pattern(node.pattern)
        if not pattern.strip("?"):
            self.notices.append(left_out(node.pattern))
            return None
        if not pattern.strip("*"):
            self.notices.append(stands_for_all(node.pattern))
            lengths = self.snapshot.columns.lengths
            return self._filter(reduce(np.logical_or, (lengths[f] > 0 for f in fields)))
        self.matches.append(PatternMatch(tuple(fields), pattern))
        if is_prefix(pattern):
            return self._alike(self.snapshot.docs_with_prefix(fields, literal_prefix(pattern)))
        ords = (self._ords_matching(lexicon, pattern) for lexicon in self.context.lexicons)
        return self._alike(self.snapshot.docs_with_ords(fields, ords))

    def _ords_matching(self, lexicon: Lexicon, pattern: str) -> Longs:
        self.budget.spend()
        found = lexicon.matching(pattern)
        self.budget.reserve(2 * found.nbytes)
        return found

    def _fuzzy(self, text: str, distance: int, fields: Sequence[str]) -> DocSet | None:
        terms, _ = query_terms(text)
        if len(terms) != 1:
            return self._phrase((text,), 0, fields)
        near = self.context.within_edits(terms[0].term, distance)
        self.matches.append(TermMatch(tuple(fields), frozenset(near)))
        return self._alike(self.snapshot.docs_with_any(fields, near))

    def _alike(self, docs: Ints) -> ScoredDocs:
        """The docs (ascending int32) that a pattern or a misspelling finds, all alike."""
        self.budget.reserve(docs.nbytes)
        scores = np.full(len(docs), _CONSTANT_SCORE, np.float32)
        return ScoredDocs(docs, scores, len(self.snapshot.live_docs))
