"""Evaluates a query tree on a snapshot: the documents it finds by id, with their scores.

What each construct means is `docs/query-language.md`; ranking is BM25F by `ranking`, with a
word's inflections as one term and a phrase as one term of its own. Filters score nothing.
"""

import math
import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain, pairwise

from searchapp.engines.analysis.compounds import (
    NEAR,
    WEIGHT,
    both_orders,
    inflections,
    is_rare,
    split_compound,
)
from searchapp.engines.analysis.fields import FIELDS
from searchapp.engines.analysis.stemming import stemmer
from searchapp.engines.analysis.stopwords import RankingWords, name_phrases, ranking_words
from searchapp.engines.analysis.terms import QueryTerm, normalise_pattern, phrase_terms, query_terms
from searchapp.engines.analysis.wildcards import as_regex
from searchapp.engines.budget import Budget
from searchapp.engines.highlight.matches import (
    PatternMatch,
    PhraseMatch,
    QueryMatch,
    StemMatch,
    TermMatch,
)
from searchapp.engines.memory.entries import Entry, Snapshot
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
from searchapp.engines.ranking import BOOSTS, K1, B, idf

Scores = dict[str, float]
_CONSTANT_SCORE = 1.0


@dataclass
class Evaluation:
    """Evaluates one request's tree, and collects what to say and what to highlight."""

    snapshot: Snapshot
    uncertain: bool = False
    budget: Budget = field(default_factory=lambda: Budget(math.inf))
    notices: list[str] = field(default_factory=list)
    matches: list[QueryMatch] = field(default_factory=list)
    ranking_terms: set[str] = field(default_factory=set)
    term_weights: Mapping[str, float] = field(default_factory=dict)
    _ranking: RankingWords | None = None

    def find(self, node: Node) -> Scores:
        """The documents a tree finds; odd words find nothing."""
        words, alone = single_words(node)
        self._ranking = ranking_words(words, self.snapshot.languages, alone=alone)
        found = self._evaluate(node) or {}
        for name in name_phrases(words, self.snapshot.languages):
            whole = self._sequence(phrase_terms(name), 0, FIELDS)
            found = {id_: score + whole.get(id_, 0.0) for id_, score in found.items()}
        return found

    def find_word(self, word: Word) -> Scores | None:
        """The documents that have a word; None for one with nothing to look up."""
        return self._words(word)

    def _evaluate(self, node: Node) -> Scores | None:
        """A node's documents; None for one with nothing to look up, which its parent leaves out."""
        match node:
            case Word() | Phrase() | Wildcard() | Fuzzy():
                return self._words(node)
            case And(children):
                return self._all(children)
            case Or(children):
                return self._any(children)
            case Not(child):
                return self._none(child)
            case Boost(child, factor):
                found = self._evaluate(child)
                return found and {id_: score * factor for id_, score in found.items()}
            case _:
                return self._selected(node)

    def _selected(self, node: Everything | FacetTerm | DateRange) -> Scores:
        match node:
            case Everything():
                return self._those(lambda _: True)
            case FacetTerm(facet):
                known = self.snapshot.facet_terms[facet]
                values = {known.values[n] for n in known.ords_of(node)}
                return self._those(lambda e: not values.isdisjoint(self._entry(e).values[facet]))
            case DateRange(first, last):
                return self._those(lambda e: _is_within(self.day(e), first, last))

    def day(self, document_id: str) -> date | None:
        """A document's date, as far as it counts."""
        return self._entry(document_id).document.article.counted_day(uncertain=self.uncertain)

    def _entry(self, document_id: str) -> Entry:
        return self.snapshot.entries[document_id]

    def _those(self, fits: Callable[[str], bool]) -> Scores:
        self.budget.spend()
        found = {id_: 0.0 for id_ in self.snapshot.entries if fits(id_)}
        self.budget.spend(len(found))
        return found

    def _all(self, children: Sequence[Node]) -> Scores | None:
        if not children:
            return self._those(lambda _: True)
        found = self._found(children)
        if not found:
            return None
        shared = set.intersection(*map(set, found))
        return {id_: sum(f[id_] for f in found) for id_ in found[0] if id_ in shared}

    def _none(self, child: Node) -> Scores | None:
        # What is excluded is not highlighted.
        inner = Evaluation(self.snapshot, self.uncertain, self.budget, self.notices)
        found = inner._evaluate(child)
        return None if found is None else self._those(lambda e: e not in found)

    def _any(self, children: Sequence[Node]) -> Scores | None:
        found = self._found(children)
        return _sum(found) if found else None

    def _found(self, children: Sequence[Node]) -> list[Scores]:
        every = map(self._evaluate, dict.fromkeys(children))
        return [found for found in every if found is not None]

    def _words(self, node: Word | Phrase | Wildcard | Fuzzy) -> Scores | None:
        fields = (node.field,) if node.field else FIELDS
        match node:
            case Word(text):
                terms, _ = query_terms(text)
                if len(terms) != 1:
                    return self._phrase((text,), 0, fields)
                found = self._stems(text, terms[0].term, fields)
                found = self._or_parts(found, terms[0].term, fields)
                return self._or_apart(found, (text,), 0, fields)
            case Phrase(words, slop):
                return self._phrase(words, slop, fields)
            case Wildcard():
                return self._wildcard(node.pattern, fields)
            case Fuzzy(text, distance):
                return self._fuzzy(text, distance, fields)

    def _stems(self, word: str, term: str, fields: Sequence[str]) -> Scores:
        """A word in any inflection: its stem in each language of the archive."""
        languages, known = self.snapshot.languages, self._ranking
        ranking = [code for code in languages if known is None or word in known[code]]
        telling = dict.fromkeys(stemmer(language)(term) for language in ranking)
        if ranking or not languages:
            self.ranking_terms.add(term)
            self.matches.append(StemMatch(tuple(fields), frozenset(telling)))
        stems = {stemmer(language)(term) for language in languages}
        found = self._those(lambda e: any(stems & self._entry(e).stems[f].keys() for f in fields))

        def count(entry: Entry, name: str) -> int:
            return sum(entry.stems[name][stem] for stem in telling)

        factor = self.term_weights.get(term, 1.0)
        scored = {id_: factor * score for id_, score in self._scored(fields, count).items()}
        return _sum([scored, found])

    def score_stem(self, stem: str) -> Scores:
        """The documents with a stem."""
        return self._scored(FIELDS, lambda entry, name: entry.stems[name][stem])

    def _or_parts(self, found: Scores, term: str, fields: Sequence[str]) -> Scores:
        """What is found, or has the parts of a rare compound near each other."""
        snapshot = self.snapshot
        stems = {stemmer(language)(term) for language in snapshot.languages}
        if not is_rare(sum(map(snapshot.field_count, stems))):
            return found
        splits = split_compound(term, snapshot.languages, snapshot)
        return _sum([found, *(self._near(parts, code, fields) for code, parts in splits)])

    def _near(self, parts: tuple[str, str], language: str, fields: Sequence[str]) -> Scores:
        """The documents in a language with two words, in any inflection, near each other."""
        spend = self.budget.spend
        forms = [inflections(part, language, self.snapshot.terms_with_prefix) for part in parts]
        self.matches.append(TermMatch(tuple(fields), frozenset(chain.from_iterable(forms))))

        def count(entry: Entry, name: str) -> int:
            listed = [chain.from_iterable(entry.terms[name].get(t, ()) for t in f) for f in forms]
            places = {part: sorted(set(found)) for part, found in zip(parts, listed, strict=True)}
            return sum(_starts(places, order, NEAR, spend) for order in both_orders(parts))

        scores = self._scored(fields, count)
        spoken = {i for i in scores if self._entry(i).document.article.language == language}
        return {id_: scores[id_] * WEIGHT for id_ in scores if id_ in spoken}

    def _or_apart(
        self, found: Scores, words: tuple[str, ...], slop: int, fields: Sequence[str]
    ) -> Scores:
        """What is found, or has the parts of words with hyphens one after the other."""
        parts = phrase_terms(words, apart=True)
        if parts == phrase_terms(words) or len(parts) < 2:  # noqa: PLR2004 - one part is no sequence
            return found
        return _sum([found, self._sequence(parts, slop, fields)])

    def _phrase(self, words: tuple[str, ...], slop: int, fields: Sequence[str]) -> Scores | None:
        terms = phrase_terms(words)
        if not terms:
            self.notices.append(left_out(" ".join(words)))
            return None
        return self._or_apart(self._sequence(terms, slop, fields), words, slop, fields)

    def _sequence(self, terms: tuple[QueryTerm, ...], slop: int, fields: Sequence[str]) -> Scores:
        self.matches.append(PhraseMatch(tuple(fields), terms, slop))
        spend = self.budget.spend
        return self._scored(
            fields, lambda entry, name: _starts(entry.terms[name], terms, slop, spend)
        )

    def _wildcard(self, written: str, fields: Sequence[str]) -> Scores | None:
        wanted = normalise_pattern(written)
        if not wanted.strip("?"):
            self.notices.append(left_out(written))
            return None
        if not wanted.strip("*"):
            self.notices.append(stands_for_all(written))
            return self._those(lambda e: any(self._entry(e).lengths[f] for f in fields))
        self.matches.append(PatternMatch(tuple(fields), wanted))
        fits = re.compile(as_regex(wanted)).match
        return self._with_any(filter(fits, self.snapshot.lexicon), fields)

    def _fuzzy(self, text: str, distance: int, fields: Sequence[str]) -> Scores | None:
        terms, _ = query_terms(text)
        if len(terms) != 1:
            return self._phrase((text,), 0, fields)
        near = frozenset(self.snapshot.within_edits(terms[0].term, distance))
        self.matches.append(TermMatch(tuple(fields), near))
        return self._with_any(near, fields)

    def _with_any(self, terms: Iterable[str], fields: Sequence[str]) -> Scores:
        """The documents with any of some terms, all alike."""
        wanted = set(terms)
        found = self._those(
            lambda e: any(not wanted.isdisjoint(self._entry(e).terms[f]) for f in fields)
        )
        return dict.fromkeys(found, _CONSTANT_SCORE)

    def _scored(self, fields: Sequence[str], count: Callable[[Entry, str], int]) -> Scores:
        """The documents with a term, which each has so many times in a field."""
        weights: Scores = {}
        for id_, entry in self.snapshot.entries.items():
            self.budget.spend()
            if weight := sum(self._weight(entry, name, count(entry, name)) for name in fields):
                weights[id_] = weight
        rarity = idf(len(weights), self.snapshot.document_count())
        return {id_: rarity * (K1 + 1) * w / (K1 + w) for id_, w in weights.items()}

    def _weight(self, entry: Entry, name: str, count: int) -> float:
        mean = self.snapshot.mean_lengths[name]
        return count * BOOSTS[name] / (1 - B + B * entry.lengths[name] / mean)


def _is_within(day: date | None, first: date | None, last: date | None) -> bool:
    return day is not None and (first or date.min) <= day <= (last or date.max)


def _sum(found: Sequence[Scores]) -> Scores:
    total: Scores = {}
    for scores in found:
        for id_, score in scores.items():
            total[id_] = total.get(id_, 0.0) + score
    return total


def _starts(
    positions: Mapping[str, list[int]],
    terms: Sequence[QueryTerm],
    slop: int,
    spend: Callable[[], None],
) -> int:
    """How many times terms stand in order with at most `slop` more positions between them."""
    places = [positions.get(term.term, []) for term in terms]
    span = terms[-1].offset - terms[0].offset
    count = 0
    for start in places[0]:
        spend()
        at = start
        for (before, term), following in zip(pairwise(terms), places[1:], strict=True):
            n = bisect_left(following, at + term.offset - before.offset)
            if n == len(following):
                return count
            at = following[n]
        count += at - start - span <= slop
    return count
