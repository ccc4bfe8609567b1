"""Compounds of the Germanic languages and Finnish, split into words the archive has.

As P. Koehn, K. Knight: Empirical Methods for Compound Splitting (EACL 2003), but for the choice:
every split into two known words counts, as what is sought are texts that have both. Nothing of
it is in the index.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Protocol

from searchapp.engines.analysis.stemming import is_word, language_code, stemmer
from searchapp.engines.analysis.stopwords import stop_words
from searchapp.engines.analysis.terms import QueryTerm

_SHORTEST = 7
# How many positions apart the parts may stand in a text; set by hand.
NEAR = 5
# What parts weigh beside the compound: so little that a text with it comes first. Set by hand.
WEIGHT = 0.05
# A compound that so many documents have is found by itself alone: they fill a first page.
_FREQUENT = 10
_SHORTEST_PART = 3
# Of the terms that begin like a part, and of those that are its inflections; set by hand.
_MAX_BEGUN, _MAX_FORMS = 200, 8
_MAX_SPLITS = 3
# What links the parts, and what the first one has lost.
_LINKS = {
    "da": ("", "s", "e", "er"),
    "de": ("", "s", "es", "n", "en", "er", "e", "ns", "ens"),
    "fi": ("", "n"),
    "nl": ("", "s", "en", "e", "n"),
    "no": ("", "s", "e"),
    "sv": ("", "s"),
}
_LOST = {"da": ("e",), "de": ("e", "en"), "nl": ("e", "en"), "no": ("e",), "sv": ("a", "e")}


Parts = tuple[str, str]


class Words(Protocol):
    """The words of an archive, exact and stemmed."""

    def has_term(self, term: str, *, stem: bool = False) -> bool:
        """Whether an exact term, or a stem, is there; perhaps of deleted documents only."""

    def document_frequency(self, term: str, *, stem: bool = False) -> int:
        """How many documents have it."""


def is_rare(frequency: int) -> bool:
    """Whether so few documents have a word that its parts are looked for, too."""
    return frequency < _FREQUENT


def split_compound(
    term: str, languages: Sequence[str | None], words: Words
) -> list[tuple[str, Parts]]:
    """The two words of the archive that a term may be made of, with the language they are of.

    Of each language the most even splits, a few at most.
    """
    making = [code for code in languages if code and language_code(code) in _LINKS]
    if not making or len(term) < _SHORTEST or not is_word(term):
        return []
    return [(code, parts) for code in making for parts in _split(term, code, words)]


def inflections(
    part: str, language: str | None, with_prefix: Callable[[str, int], Sequence[str]]
) -> list[str]:
    """The exact terms that are a word in any inflection, the word itself among them."""
    stem = stemmer(language)
    begun = with_prefix(part[:-1], _MAX_BEGUN)
    alike = [term for term in begun if term != part and stem(term) == stem(part)]
    return [part, *alike[:_MAX_FORMS]]


def both_orders(parts: Parts) -> list[tuple[QueryTerm, QueryTerm]]:
    """Two words as terms side by side, one way and the other."""
    first, last = parts
    orders = dict.fromkeys([(first, last), (last, first)])
    return [(QueryTerm(one, 0), QueryTerm(other, 1)) for one, other in orders]


def _split(term: str, language: str, words: Words) -> list[Parts]:
    stem = stemmer(language)

    def is_known(part: str) -> bool:
        return words.has_term(part) or words.has_term(stem(part), stem=True)

    def is_live(part: str) -> bool:
        return bool(
            words.document_frequency(part) or words.document_frequency(stem(part), stem=True)
        )

    splits = dict.fromkeys(_splits(term, language, is_known))
    even = sorted(splits, key=lambda parts: (-min(map(len, parts)), parts))
    return list(islice((parts for parts in even if all(map(is_live, parts))), _MAX_SPLITS))


def _splits(term: str, language: str, is_known: Callable[[str], bool]) -> Iterator[Parts]:
    code = language_code(language)
    stops = stop_words(code)
    for cut in range(_SHORTEST_PART, len(term) - _SHORTEST_PART + 1):
        first, last = term[:cut], term[cut:]
        if last in stops or not is_known(last):
            continue
        bare = [first.removesuffix(link) for link in _LINKS[code] if first.endswith(link)]
        for word in (*bare, *(first + lost for lost in _LOST.get(code, ()))):
            if len(word) >= _SHORTEST_PART and word not in stops and is_known(word):
                yield word, last
