# mypy: allow-untyped-calls
# (Whoosh is typed in part only)
"""Snowball stemmers by language, for the terms `analysis` makes.

Terms arrive without diacritics, so that `lesions` finds `lésions` whichever way the
stemmer would have treated the accent. Snowball: M. F. Porter, snowballstem.org.

A stem says which language it is of, `fr:lesion`: cut down by another language's rules,
a word would often meet one of its function words (`été` the Finnish `et`).
"""

from __future__ import annotations

from functools import cache, lru_cache

from whoosh.lang import has_stemmer, stemmer_for_language

from searchapp.engines.analysis import Stemmer

_REMEMBERED = 200_000


@cache
def stemmer(language: str | None) -> Stemmer:
    """The stemmer of a language by ISO 639-1 code; one that changes nothing if none."""
    code = (language or "").partition("-")[0].lower()
    if not code or not has_stemmer(code):
        return _unchanged
    stem = stemmer_for_language(code)

    @lru_cache(maxsize=_REMEMBERED)
    def of_words(term: str) -> str:
        # Codes and compounds have no inflection, and a stem must not be empty.
        return f"{code}:{stem(term) or term}" if term.isalpha() else term

    return of_words


def _unchanged(term: str) -> str:
    return term
