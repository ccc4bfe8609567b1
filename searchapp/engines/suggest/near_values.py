"""Which values of a facet a name may have been meant as: `Marit Solbreg`, `solberg, marit`."""

from collections.abc import Iterator
from math import log1p

from searchapp.engines.query.facet_term import FacetTerms
from searchapp.engines.suggest.near_terms import is_correctable, near_terms
from searchapp.engines.suggest.term_statistics import TermStatistics

# What a word more or less counts for, and how much more frequent a value must be to make up
# for an edit; set by hand, and held against `bench/misspellings.py`.
_WORD_MORE = 1.5
EDIT_WEIGHT = 3.0
_MAX_TYPED = 8
_FIXED = frozenset({"lang"})


def near_values(facet: str, typed: str, terms: TermStatistics) -> dict[str, float]:
    """The values a name may mean, likeliest first, with how far off; none for a facet of codes."""
    known = terms.facet_terms[facet]
    if facet in _FIXED:
        return {}
    same = [(value, 0.0) for value in known.written_alike(typed)]
    offset = dict(same or _by_words(known, facet, typed, terms))
    frequency = {value: terms.value_frequency(facet, value) for value in offset}
    ranked = sorted(
        (value for value, count in frequency.items() if count),
        key=lambda v: (EDIT_WEIGHT * offset[v] - log1p(frequency[v]), v),
    )
    return {value: offset[value] for value in ranked}


def _by_words(
    known: FacetTerms, facet: str, typed: str, terms: TermStatistics
) -> Iterator[tuple[str, float]]:
    """The values with a word near each one typed, in any order, and how far off they are."""
    words = known.words_of(typed)
    if not words or len(words) > _MAX_TYPED:
        return
    near = [_near_words(known, word, facet, terms) for word in words]
    found = [
        {
            n: distance
            for other, distance in sorted(each.items(), key=lambda pair: -pair[1])
            for n in known.by_word[other]
        }
        for each in near
    ]
    for n in set.intersection(*map(set, found)):
        more = len(known.words_of(known.values[n])) - len(words)
        if more <= (len(words) > 1):
            yield known.values[n], sum(each[n] for each in found) + _WORD_MORE * abs(more)


def _near_words(
    known: FacetTerms, word: str, facet: str, terms: TermStatistics
) -> dict[str, float]:
    near = {word: 0.0} if word in known.by_word else {}
    if is_correctable(word) or "." in word:
        near |= near_terms(word, terms.facet_words(facet))
    return near
