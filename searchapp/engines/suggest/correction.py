"""A request that nothing answers as it is spelt, in the archive's spelling: sentence 11 of `base`.

Decided by query and archive alone. What has nothing is mended; a word that is there only
where nothing has all of the query, and then something has it with the rest. Stop words that
are not needed are no slips: a question may have one that no document has.
"""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain, pairwise
from math import inf, log1p

from searchapp.engines.base import Correction, FieldFilter, Replacement, SearchRequest
from searchapp.engines.query import (
    And,
    Boost,
    Everything,
    FacetTerm,
    Node,
    Or,
    Phrase,
    Word,
    leaves,
    normalise,
)
from searchapp.engines.relaxation import silent_among
from searchapp.engines.suggest.near_values import EDIT_WEIGHT, near_values
from searchapp.engines.suggest.options import (
    Count,
    Option,
    facet_options,
    joined_forms,
    likeliest,
    rare_word_options,
    sounding_options,
    split_options,
    variant_options,
    word_options,
)
from searchapp.engines.suggest.surface_form import surface_form
from searchapp.engines.suggest.term_statistics import TermStatistics

# Bounds of what a miss costs, set by hand.
_MAX_WORDS = 16
_MAX_TRIED = 16
_SURE = 1.0
_ROLES = ("any", "all", "none")


def correct(
    request: SearchRequest,
    terms: TermStatistics,
    count: Count,
    languages: Sequence[str | None],
) -> tuple[SearchRequest, Correction | None]:
    """The request to be answered, and what was corrected in it.

    `count` says how many documents of the whole archive match a query with all of its words,
    `languages` are those of the archive.
    Raises what it raises, IndexDamaged.
    """
    if not request.correct:
        return request, None
    count = cache(count)  # leaves are asked for more than once
    filters, values = _correct_filters(request.filters, terms)
    query, optional, words = _correct_query(request, terms, count, languages)
    replaced = (*words, *values)
    if not replaced:
        return request, None
    answered = replace(request, query=query, filters=filters, optional=optional)
    return answered, Correction(query, replaced)


def _correct_filters(
    filters: Mapping[str, FieldFilter], terms: TermStatistics
) -> tuple[dict[str, FieldFilter], list[Replacement]]:
    replaced = [
        Replacement(facet, value, next(iter(near)))
        for facet, chosen in filters.items()
        for value in chosen.states()
        if not terms.value_frequency(facet, value) and (near := near_values(facet, value, terms))
    ]
    meant = {(r.field, r.typed): r.meant for r in replaced}
    corrected = {
        facet: FieldFilter(
            **{
                role: tuple(sorted({meant.get((facet, v), v) for v in getattr(chosen, role)}))
                for role in _ROLES
            }
        )
        for facet, chosen in filters.items()
    }
    return corrected if replaced else dict(filters), replaced


_Corrected = tuple[Node, tuple[Word, ...], tuple[Replacement, ...]]


def _correct_query(
    request: SearchRequest, terms: TermStatistics, count: Count, languages: Sequence[str | None]
) -> _Corrected:
    query, optional = request.query, request.optional
    asked = list(dict.fromkeys(leaves(query)))
    unchanged = query, optional, ()
    if isinstance(query, Everything) or len(asked) > _MAX_WORDS or count(query):
        return unchanged
    needed = _without_silent(request, languages)
    if needed != query and count(needed):
        return unchanged
    if joined := _join(query, terms, count):
        node, said = joined
        return node, _still_optional(node, optional, asked), (said,)
    lost = [leaf for leaf in dict.fromkeys(leaves(needed)) if not count(leaf)]
    free = frozenset[Word]() if request.every_word else frozenset(optional)
    slips = _Slips(needed, free, terms, count, lost)
    chosen = slips.mend() or slips.mend(rare=True)
    if not chosen:
        return unchanged
    nodes = {leaf: _written(leaf, o.node, terms) for leaf, o in chosen.items() if o.changed}
    kept = tuple(nodes.get(word, word) for word in optional)
    words = tuple(word for word in kept if isinstance(word, Word))
    return _replace(query, nodes), words, tuple(_said(chosen, nodes))


def _without_silent(request: SearchRequest, languages: Sequence[str | None]) -> Node:
    """The query without the words that are neither needed nor missed."""
    if not isinstance(request.query, And):
        return request.query
    silent = silent_among(request.query, request.optional, languages)
    kept = tuple(child for child in request.query.children if child not in silent)
    return normalise(And(kept)) if silent else request.query


def _still_optional(
    node: Node, optional: Sequence[Word], asked: Sequence[Node]
) -> tuple[Word, ...]:
    """The words that may be missing of a query, two of which became one word of `node`."""
    words = [leaf for leaf in leaves(node) if isinstance(leaf, Word)]
    return tuple(w for w in words if w in optional or (optional and w not in asked))


def _written(leaf: Node, node: Node, terms: TermStatistics) -> Node:
    """What replaces a leaf, in the archive's spelling."""
    match node:
        case Word(text):
            return replace(node, text=surface_form(text, terms))
        case Phrase(words):
            typed = leaf.words if isinstance(leaf, Phrase) else ()
            kept = (w if w in typed else surface_form(w, terms) for w in words)
            return replace(node, words=tuple(kept))
        case _:
            return node


def _said(chosen: Mapping[Node, Option], nodes: Mapping[Node, Node]) -> Iterator[Replacement]:
    """What was replaced; all words together where one was that is there, for they are not."""
    if any(option.exists and isinstance(leaf, Word) for leaf, option in chosen.items()):
        words = [leaf for leaf in chosen if isinstance(leaf, Word)]
        meant = [nodes.get(word, word) for word in words]
        yield Replacement(None, " ".join(map(_text, words)), " ".join(map(_text, meant)))
    for leaf, node in nodes.items():
        match leaf, node:
            case Word(), _ if not chosen[leaf].exists:
                yield Replacement(None, _text(leaf), _text(node))
            case FacetTerm(facet, value), FacetTerm(_, meant_value):
                yield Replacement(facet, value, meant_value)
            case Phrase(typed), Phrase(meant_words) if not chosen[leaf].exists:
                pairs = dict.fromkeys(zip(typed, meant_words, strict=True))
                yield from (Replacement(None, a, b) for a, b in pairs if a != b)
            case Phrase(), _:
                yield Replacement(None, _text(leaf), _text(node))


def _text(node: Node) -> str:
    match node:
        case Word(text):
            return text
        case Phrase(words):
            return " ".join(words)
        case _:
            return ""


def _join(query: Node, terms: TermStatistics, count: Count) -> tuple[Node, Replacement] | None:
    """The query with two words side by side made one that the archive has, if that finds."""
    if not isinstance(query, And):
        return None
    for place, (one, other) in enumerate(pairwise(query.children)):
        if not (isinstance(one, Word) and isinstance(other, Word) and one.field == other.field):
            continue
        for term in joined_forms(one.text, other.text):
            if not terms.document_frequency(term):
                continue
            word = Word(surface_form(term, terms), one.field)
            rest = (*query.children[:place], word, *query.children[place + 2 :])
            if count(node := normalise(And(rest))):
                return node, Replacement(None, f"{one.text} {other.text}", word.text)
    return None


@dataclass(frozen=True)
class _Slips:
    """A query that nothing matches; nothing at all has its `lost` leaves."""

    query: Node
    optional: frozenset[Word]
    terms: TermStatistics
    count: Count
    lost: Sequence[Node]

    def mend(self, *, rare: bool = False) -> dict[Node, Option] | None:
        """The likeliest replacement of each leaf that finds something; None for none.

        With `rare`, those may be replaced too that hardly any document has.
        """
        slots = {leaf: self._options(leaf, rare=rare) for leaf in dict.fromkeys(leaves(self.query))}
        hopeless = {leaf for leaf, options in slots.items() if not options}
        if isinstance(self.query, And) and not hopeless <= self.optional:
            return None
        tried = list(_combinations({leaf: options for leaf, options in slots.items() if options}))
        counted = [(self._weigh(hopeless, one), one) for one in tried if _is_change(one)]
        value, best = max(counted, key=lambda pair: pair[0], default=(-inf, None))
        if value == -inf and counted and not rare and self.optional:
            return _first_of_words(tried)
        return best if value > -inf else None

    def _weigh(self, hopeless: AbstractSet[Node], chosen: Mapping[Node, Option]) -> float:
        """How likely replacements are together, by what has them all; -inf where nothing has."""
        query = self.query
        if isinstance(query, And):
            query = And(tuple(child for child in query.children if child not in hopeless))
        found = self.count(_replace(query, {leaf: option.node for leaf, option in chosen.items()}))
        distance = sum(option.distance for option in chosen.values())
        return log1p(found) - EDIT_WEIGHT * distance if found else -inf

    def _options(self, leaf: Node, *, rare: bool) -> list[Option]:
        """What a leaf may mean, itself unless nothing has it; none where there is no telling."""
        lost = leaf in self.lost
        match leaf:
            case Word() if lost or rare:
                return self._word(leaf, lost=lost)
            case Phrase() if lost:
                return self._phrase(leaf)
            case FacetTerm() if lost:
                return facet_options(leaf, self.terms)
            case _:
                return [] if lost else [Option(leaf, changed=False)]

    def _word(self, word: Word, *, lost: bool) -> list[Option]:
        if lost:
            others = variant_options(word, self.count), split_options(word, self.terms, self.count)
            found = likeliest([*word_options(word.text, self.terms), *chain(*others)])
        else:
            known = self.count(word)
            kept = Option(word, frequency=known, changed=False)
            found = [kept, *rare_word_options(word.text, known, self.terms)]
        return [_in_field(option, word.field) for option in found]

    def _phrase(self, phrase: Phrase) -> list[Option]:
        """The phrase with other words in it, where something has it; first without its slips."""
        known = {text: self.count(Phrase((text,))) for text in phrase.words}
        words: dict[Node, list[Option]] = {}
        for text, count in known.items():
            options = [] if count else word_options(text, self.terms)
            words[Word(text)] = options or [Option(Word(text), frequency=count, changed=False)]
        if found := self._phrases(phrase, words):
            return found
        for text in (text for text, count in known.items() if count):
            words[Word(text)] += sounding_options(text, self.terms)
        return self._phrases(phrase, words)

    def _phrases(self, phrase: Phrase, words: Mapping[Node, list[Option]]) -> list[Option]:
        tried = filter(_is_change, _combinations(words))
        found = [self._rewritten(phrase, chosen) for chosen in tried]
        return likeliest([option for option in found if option.frequency])

    def _rewritten(self, phrase: Phrase, chosen: Mapping[Node, Option]) -> Option:
        node = replace(phrase, words=tuple(_text(chosen[Word(w)].node) for w in phrase.words))
        distance = sum(option.distance for option in chosen.values())
        exists = any(option.exists for option in chosen.values())
        return Option(node, distance, self.count(node), exists=exists)


def _first_of_words(tried: Sequence[dict[Node, Option]]) -> dict[Node, Option] | None:
    """The likeliest each by itself, as others may be missing: but no phrase, which may not.

    Nothing speaks for them but how they are spelt: so they are one edit away, or hardly more.
    """
    sure = (one for one in tried if _is_change(one) and _keeps_kinds(one))
    return next((one for one in sure if all(o.distance <= _SURE for o in one.values())), None)


def _keeps_kinds(chosen: Mapping[Node, Option]) -> bool:
    return all(type(option.node) is type(leaf) for leaf, option in chosen.items())


def _in_field(option: Option, field: str | None) -> Option:
    node = option.node
    return replace(option, node=replace(node, field=field)) if isinstance(node, Word) else option


def _is_change(chosen: Mapping[Node, Option]) -> bool:
    return any(option.changed for option in chosen.values())


def _combinations(slots: Mapping[Node, Sequence[Option]]) -> Iterator[dict[Node, Option]]:
    """One option of each slot, the likeliest first few together (beam search)."""
    beam: list[dict[Node, Option]] = [{}]
    for leaf, options in slots.items():
        longer = [{**chosen, leaf: option} for chosen in beam for option in options]
        beam = sorted(longer, key=_likelihood, reverse=True)[:_MAX_TRIED]
    return iter(beam)


def _likelihood(chosen: Mapping[Node, Option]) -> float:
    return sum(option.likelihood for option in chosen.values())


def _replace(node: Node, nodes: Mapping[Node, Node]) -> Node:
    match node:
        case And(children) | Or(children):
            return normalise(type(node)(tuple(_replace(child, nodes) for child in children)))
        case Boost(child, factor):
            return Boost(_replace(child, nodes), factor)
        case _:
            return nodes.get(node, node)
