"""Stemmers by language, for the terms that `terms` makes.

Terms arrive without diacritics, so that `lesions` finds `lésions` whichever way the
stemmer would have treated the accent. Snowball: M. F. Porter, snowballstem.org.

A stem says which language it is of, `fr:lesion`: cut down by another language's rules,
a word would often meet one of its function words (`été` the Finnish `et`).
"""

import re
from functools import cache

from searchapp.engines.analysis import light_stemmers, snowball, terms
from searchapp.engines.analysis.terms import Stemmer
from searchapp.engines.whoosh_compat import find_stemmer

# What an index was built with, the package that stems some languages included.
VERSION = f"{terms.VERSION}-{snowball.VERSION}"
# Of each language: the words met first, most of them frequent; some 200 bytes each.
_MAX_CACHED = 30_000
# Norwegian has three codes.
_ALIASES = {"nb": "no", "nn": "no"}
LIGHT: dict[str, Stemmer] = {
    "fa": light_stemmers.stem_persian,
    "he": light_stemmers.stem_hebrew,
    "tr": light_stemmers.stem_turkish,
    "uk": light_stemmers.stem_ukrainian,
}
# What is done to words before the stemmers of Whoosh and Snowball have them.
_BEFORE: dict[str, Stemmer] = {
    "ar": light_stemmers.strip_arabic_article,
    "hi": light_stemmers.write_hindi_nasals_alike,
    "pl": light_stemmers.drop_fleeting_e,
    "pt": light_stemmers.singular_portuguese,
}
# Digits and what joins words.
_NO_WORD = re.compile(r"[\d&.@,+#]")


def language_code(language: str | None) -> str:
    """The code by which a language has a stemmer and stop words, of any tag: `no` for `nb-NO`."""
    code = (language or "").partition("-")[0].lower()
    return _ALIASES.get(code, code)


@cache
def stemmer(language: str | None) -> Stemmer:
    """The stemmer of a language by ISO 639-1 code; one that changes nothing if none."""
    code = language_code(language)
    stem = _find_stemmer(code)
    if stem is None:
        return _unchanged
    cached: dict[str, str] = {}

    def cached_stem(term: str) -> str:
        found = cached.get(term)
        if found is None:
            # Codes and compounds have no inflection, and a stem must not be empty.
            found = f"{code}:{stem(term) or term}" if is_word(term) else term
            if len(cached) < _MAX_CACHED:
                cached[term] = found
        return found

    return cached_stem


def is_word(term: str) -> bool:
    """Whether a term has nothing but letters and their marks (vowels of Hindi are marks)."""
    return term.isalpha() or not (term.isascii() or _NO_WORD.search(term))


def _find_stemmer(code: str) -> Stemmer | None:
    if code in LIGHT:
        return LIGHT[code]
    stem = snowball.find_stemmer(code) or find_stemmer(code)
    if stem is None or code not in _BEFORE:
        return stem
    first, then = _BEFORE[code], stem
    return lambda term: then(first(term))


def _unchanged(term: str) -> str:
    return term
