"""Stemmers of our own, for languages whose good ones are missing or do not read folded terms.

Light ones, which take off the endings (and small words in front) of nouns and adjectives: J. Savoy,
Light Stemming Approaches for the French, Portuguese, German and Hungarian Languages (SAC 2006);
L. Larkey, L. Ballesteros, M. Connell, Light Stemming for Arabic Information Retrieval (2007).
What stands in front is taken off again and again, so that a word has one stem with it and without.
The endings were set by the pairs of `tests/engines/analysis/inflections.py`.
"""

import re
from collections.abc import Mapping, Sequence

# By ending, how many letters it must leave.
_Endings = Mapping[str, int]


def _endings(*groups: tuple[int, str]) -> _Endings:
    """Endings, the longest first."""
    found = {ending: least for least, endings in groups for ending in endings.split()}
    return dict(sorted(found.items(), key=lambda item: -len(item[0])))


def _strip_end(term: str, endings: _Endings) -> str:
    for ending, least in endings.items():
        if term.endswith(ending) and len(term) - len(ending) >= least:
            return term.removesuffix(ending)
    return term


def _strip_ends(term: str, endings: _Endings) -> str:
    while (shorter := _strip_end(term, endings)) != term:
        term = shorter
    return term


def _strip_front(term: str, fronts: Sequence[tuple[str, int]]) -> str:
    """Without each of some beginnings, which leave so many letters, as often as there is one."""
    for front, least in fronts:
        if term.startswith(front) and len(term) - len(front) >= least:
            return _strip_front(term.removeprefix(front), fronts)
    return term


# The article with and, then, in, like, for; and alone.
_ARABIC_FRONTS = [
    *(
        (front, 2)
        for front in ("وبال", "وكال", "فبال", "وال", "فال", "بال", "كال", "ولل", "لل", "ال")
    ),
    ("و", 4),
]
_GOD = re.compile("[وفبكت]?الله|ولله|لله")


def strip_arabic_article(term: str) -> str:
    """An Arabic word without the article, and the small words written in one with it."""
    return "الله" if _GOD.fullmatch(term) else _strip_front(term, _ARABIC_FRONTS)


_HINDI_NASAL = re.compile("\u0901|न\u094d|म\u094d(?=[प-म])")


def write_hindi_nasals_alike(term: str) -> str:
    """A Hindi word with a dot for every nasal that may be one, as Lucene's normalizer."""
    return _HINDI_NASAL.sub("\u0902", term)


_HEBREW_FRONTS = [("ו", 3), ("ה", 3), ("ב", 3), ("ל", 3), ("מ", 4), ("כ", 4), ("ש", 4)]
_HEBREW_ENDS = _endings((3, "ימ יימ ות יות ה"))


def stem_hebrew(term: str) -> str:
    """Without and, the, in, to, from, as, that in front, and the endings of gender and number."""
    return _strip_front(_strip_end(term, _HEBREW_ENDS), _HEBREW_FRONTS)


_PERSIAN_ENDS = _endings((2, "هايي هاي ها ترين تر"), (3, "ات ان ي"))


def stem_persian(term: str) -> str:
    """Without the endings of number, degree and ezafe."""
    return _strip_ends(term, _PERSIAN_ENDS)


_TURKISH_ENDS = _endings(
    (2, "lar ler da de ta te dan den tan ten ki"),
    (3, "i u yi yu in un nin nun ni nu si su imiz umuz iniz unuz ya ye"),
    (3, "yla yle la le nda nde ndan nden"),
    (4, "a e n na ne"),
)
_VOICED = str.maketrans("bdg", "ptk")


def stem_turkish(term: str) -> str:
    """Without the endings of number, case and possession, the last letter as it is without them."""
    stem = _strip_ends(term, _TURKISH_ENDS)
    return stem[:-1] + stem[-1:].translate(_VOICED)


_UKRAINIAN_ENDS = _endings(
    (2, "ого ому ими ій ої ою их им ий ього ьому ьої іми іх ім ові еві єві ами ями ів їв єв"),
    (3, "а я о е є и і ї у ю ь й ах ях ам ям ом ем єм ею єю ей ії ія ію ією ій іям іями іях ею"),
    (3, "увати ував увала ували увало ують ує ив ила или ило ять уть ють"),
    (2, "єва єву"),
    (3, "ова ева ову еву овим"),
)
_CLOSED = re.compile("і(?=[бвгджзклмнпрстфхцчшщ]+$)")


def stem_ukrainian(term: str) -> str:
    """Without the endings of nouns, adjectives and verbs; `о` for `і` in a closed last syllable."""
    if len(term) > len("міся"):
        term = term.removesuffix("ся").removesuffix("сь")
    return _CLOSED.sub("о", _strip_ends(term, _UKRAINIAN_ENDS).rstrip("ь"))


_FLEETING = re.compile("(?<=[bcdfghjklmnprstwz])e(?=k$)")


def drop_fleeting_e(term: str) -> str:
    """A Polish noun as its other cases have it: *statk* for *statek*."""
    return _FLEETING.sub("", term)


_PORTUGUESE = [
    ("oes", "ao"),
    ("aes", "ao"),
    ("aos", "ao"),
    ("ais", "al"),
    ("eis", "el"),
    ("ois", "ol"),
]


def singular_portuguese(term: str) -> str:
    """A plural that changes more than its last letter as the singular: *acao* for *acoes*.

    V. Orengo, C. Huyck, A Stemming Algorithm for the Portuguese Language (SPIRE 2001).
    """
    for plural, singular in _PORTUGUESE:
        if term.endswith(plural) and len(term) - len(plural) >= 2:  # noqa: PLR2004 - `pais`, land
            return term.removesuffix(plural) + singular
    return f"{term[:-2]}m" if term.endswith("ns") else term
