"""What a part of a query that finds nothing may have been meant as, likeliest first."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import log1p

from searchapp.engines.analysis.terms import query_terms
from searchapp.engines.query import FacetTerm, Node, Phrase, Word
from searchapp.engines.suggest.near_terms import (
    forgiven_edits,
    is_correctable,
    near_terms,
    sounding_terms,
)
from searchapp.engines.suggest.near_values import EDIT_WEIGHT, near_values
from searchapp.engines.suggest.surface_form import surface_form, usual_form
from searchapp.engines.suggest.term_statistics import TermStatistics

Count = Callable[[Node], int]
# Set by hand: what a word that hardly any document has is, and how much more frequent the one
# it is taken for must be.
FEW_HITS, FAR_MORE = 2, 10
_MAX_OPTIONS = 8
_SPLIT = 0.8
# How British and American English differ: organise, colour, theatre, analyse.
_VARIANTS = (
    ("isa", "iza"),
    ("ise", "ize"),
    ("isi", "izi"),
    ("yse", "yze"),
    ("our", "or"),
    ("tre", "ter"),
)
_VARIANT = 0.3
# Of the shortest compounds: sky line is one, any one is not.
_SHORTEST_PART, _SHORTEST_SPLIT = 3, 7
# Letters that join the parts of German compounds.
_LINKS = ("", "s", "es", "n", "en")


@dataclass(frozen=True)
class Option:
    """A node in place of another, words as terms; how far off, and about how often it is there.

    `changed` is False for the node itself; `exists` says that what is changed is in the
    archive, though not with the rest.
    """

    node: Node
    distance: float = 0.0
    frequency: int = 0
    changed: bool = True
    exists: bool = False

    @property
    def likelihood(self) -> float:
        """The greater, the likelier."""
        return log1p(self.frequency) - EDIT_WEIGHT * self.distance


def likeliest(options: Sequence[Option]) -> list[Option]:
    """The first few by likelihood."""
    return sorted(options, key=lambda o: (-o.likelihood, str(o.node)))[:_MAX_OPTIONS]


def term_of(word: str) -> str | None:
    """The one term a word looks up; None when it may not be a slip."""
    found, _ = query_terms(word)
    return found[0].term if len(found) == 1 and is_correctable(found[0].term) else None


def word_options(text: str, terms: TermStatistics) -> list[Option]:
    """The words that one which nothing has may mean. Raises IndexDamaged."""
    term = term_of(text)
    near = near_terms(term, terms) if term else {}
    slips = terms.within_edits(term, forgiven_edits(term)) if term else ()
    found = [Option(Word(o), far, terms.document_frequency(o)) for o, far in near.items()]
    kept = likeliest([option for option in found if option.frequency])
    return [o for o in kept if _word(o) in slips or _is_name(o, terms)]


def rare_word_options(text: str, known: int, terms: TermStatistics) -> list[Option]:
    """The far more frequent words that one which hardly any document has may mean."""
    if known > FEW_HITS:
        return []
    found = word_options(text, terms)
    return [_existing(o) for o in found if o.frequency > known * FAR_MORE]


def sounding_options(text: str, terms: TermStatistics) -> list[Option]:
    """The other spellings of a name that is there, Sergey for Sergei."""
    term = term_of(text)
    near = sounding_terms(term, terms) if term else {}
    found = [Option(Word(o), far, terms.document_frequency(o)) for o, far in near.items()]
    kept = likeliest([_existing(option) for option in found if option.frequency])
    return [option for option in kept if _is_name(option, terms)]


def _word(option: Option) -> str:
    assert isinstance(option.node, Word)
    return option.node.text


def _is_name(option: Option, terms: TermStatistics) -> bool:
    """Whether the archive writes a word with a capital: only names have other spellings."""
    return not surface_form(_word(option), terms).islower()


def variant_options(word: Word, count: Count) -> list[Option]:
    """The word in the other English spelling, whatever forms of it the archive has."""
    if term_of(word.text) is None:
        return []
    text = word.text.lower()
    pairs = [*_VARIANTS, *((other, one) for one, other in _VARIANTS)]
    spelt = {text.replace(one, other, 1) for one, other in pairs if one in text}
    found = [Option(Word(other), _VARIANT, count(Word(other, word.field))) for other in spelt]
    return [option for option in found if option.frequency]


def _existing(option: Option) -> Option:
    return Option(option.node, option.distance, option.frequency, exists=True)


def split_options(word: Word, terms: TermStatistics, count: Count) -> list[Option]:
    """The word as two that stand side by side, sky line for skyline. Raises IndexDamaged."""
    term = term_of(word.text)
    if term is None or len(term) < _SHORTEST_SPLIT:
        return []
    found = []
    for first, second in _parts(term):
        if terms.document_frequency(first) and terms.document_frequency(second):
            node = Phrase((first, second), field=word.field)
            found.append(Option(node, _SPLIT, count(node)))
    return [option for option in likeliest(found) if option.frequency]


def _parts(term: str) -> Iterator[tuple[str, str]]:
    for place in range(_SHORTEST_PART, len(term) - _SHORTEST_PART + 1):
        first, second = term[:place], term[place:]
        yield first, second
        for link in _LINKS[1:]:
            if first.endswith(link) and place - len(link) >= _SHORTEST_PART:
                yield first.removesuffix(link), second


def joined_forms(first: str, second: str) -> Iterator[str]:
    """Two words as the terms they may make together: skyline, verkehrsminister."""
    one, other = query_terms(first)[0], query_terms(second)[0]
    if len(one) == len(other) == 1 and one[0].term.isalpha() and other[0].term.isalpha():
        for link in _LINKS:
            yield one[0].term + link + other[0].term


def facet_options(term: FacetTerm, terms: TermStatistics) -> list[Option]:
    """The values, or for `person:name` the words of values, that a facet's term may mean."""
    facet = term.field
    if term.whole or facet == "site":
        return likeliest(
            [
                Option(
                    FacetTerm(facet, value, whole=True), far, terms.value_frequency(facet, value)
                )
                for value, far in near_values(facet, term.value, terms).items()
            ]
        )
    return _facet_words(term, terms)


def _facet_words(term: FacetTerm, terms: TermStatistics) -> list[Option]:
    facet, word = term.field, term_of(term.value)
    if word is None or facet == "lang":
        return []
    known = terms.facet_terms[facet]
    found = []
    for other, distance in near_terms(word, terms.facet_words(facet)).items():
        values = [known.values[n] for n in sorted(known.by_word[other])]
        frequency = sum(terms.value_frequency(facet, value) for value in values)
        if frequency:
            node = FacetTerm(facet, usual_form(other, values), whole=False)
            found.append(Option(node, distance, frequency))
    return likeliest(found)
