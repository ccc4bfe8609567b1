"""Snowball stemmers by language, for the terms that `terms` makes.

Terms arrive without diacritics, so that `lesions` finds `lésions` whichever way the
stemmer would have treated the accent. Snowball: M. F. Porter, snowballstem.org.

A stem says which language it is of, `fr:lesion`: cut down by another language's rules,
a word would often meet one of its function words (`été` the Finnish `et`).
"""

from functools import cache

from searchapp.engines.analysis.terms import Stemmer
from searchapp.engines.whoosh_compat import find_stemmer

# Of each language: the words met first, most of them frequent; some 200 bytes each.
_MAX_CACHED = 30_000


@cache
def stemmer(language: str | None) -> Stemmer:
    """The stemmer of a language by ISO 639-1 code; one that changes nothing if none."""
    code = (language or "").partition("-")[0].lower()
    stem = find_stemmer(code)
    if stem is None:
        return _unchanged
    cached: dict[str, str] = {}

    def cached_stem(term: str) -> str:
        # Codes and compounds have no inflection, and a stem must not be empty.
        if not term.isalpha():
            return term
        found = cached.get(term)
        if found is None:
            found = f"{code}:{stem(term) or term}"
            if len(cached) < _MAX_CACHED:
                cached[term] = found
        return found

    return cached_stem


def _unchanged(term: str) -> str:
    return term
