"""Which words of a vocabulary another may have been meant as, and how far off each is.

The slips forgiven: one edit from the fourth letter on, two from the eighth, where letters in
each other's place are one; and any of the spellings of a name in other languages, see
`analysis.name_key`.
"""

from searchapp.engines.analysis.edit_distance import edits
from searchapp.engines.analysis.name_key import name_key, sound_form
from searchapp.engines.suggest.term_statistics import Vocabulary

_ONE_EDIT, _TWO_EDITS = 4, 8
# Set by hand, and held against `bench/misspellings.py`: what another first letter adds, for
# few err there (Pollock, Zamora 1984), and what words that sound alike differ by.
_FIRST_LETTER = 0.5
_SAME_KEY, _SAME_KEY_EDIT = 0.4, 0.3
_MAX_COMPARED = 100


def is_correctable(term: str) -> bool:
    """Whether a term may be a slip: a word long enough, and no code or number."""
    return len(term) >= _ONE_EDIT and term.isalpha()


def forgiven_edits(term: str) -> int:
    """How many edits of a term are a slip."""
    return (len(term) >= _ONE_EDIT) + (len(term) >= _TWO_EDITS)


def near_terms(term: str, vocabulary: Vocabulary) -> dict[str, float]:
    """The words a term may have been meant as, itself left out, with how far off each is."""
    near = vocabulary.within_edits(term, forgiven_edits(term))
    key = name_key(term)
    slips = {other: _distance(other, term, key) for other in near if other != term}
    return slips | sounding_terms(term, vocabulary)


def sounding_terms(term: str, vocabulary: Vocabulary) -> dict[str, float]:
    """Of those, the ones that are a name's other spellings."""
    key = name_key(term)
    if not key:
        return {}
    alike = sorted(vocabulary.with_key(key), key=lambda t: (abs(len(t) - len(term)), t))
    found = (other for other in alike[:_MAX_COMPARED] if _is_spelling(other, term, key))
    return {other: _distance(other, term, key) for other in found if other != term}


def _is_spelling(other: str, term: str, key: str) -> bool:
    return (
        edits(other, term) <= max(len(other), len(term)) // 2
        and edits(sound_form(other), sound_form(term)) <= forgiven_edits(term)
        and name_key(other) == key
    )


def _distance(other: str, term: str, key: str) -> float:
    distance = edits(other, term)
    if key and name_key(other) == key:
        return _SAME_KEY + _SAME_KEY_EDIT * distance
    return distance + _FIRST_LETTER * (other[0] != term[0])
