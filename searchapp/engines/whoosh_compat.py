"""What searchapp uses of Whoosh, and what Whoosh's age asks for; imported nowhere else.

Whoosh 2.7.4 is of 2016. Since then Python began to warn of its patterns written without
`r""`, when a file of Whoosh is first compiled, and to refuse one of its Arabic stemmer.
"""

import warnings
from collections.abc import Callable
from typing import cast

with warnings.catch_warnings():
    # "invalid escape sequence": the first up to Python 3.11, the second from 3.12 on.
    warnings.simplefilter("ignore", DeprecationWarning)
    warnings.simplefilter("ignore", SyntaxWarning)
    from whoosh import fields, formats
    from whoosh.codec import base as codec
    from whoosh.filedb.filestore import FileStorage
    from whoosh.index import TOC, clean_files
    from whoosh.lang import NoStemmer, stemmer_for_language
    from whoosh.lang.isri import ISRIStemmer
    from whoosh.lang.stopwords import stoplists
    from whoosh.matching.mcore import ListMatcher
    from whoosh.reading import TermInfo

__all__ = [
    "TOC",
    "FileStorage",
    "ListMatcher",
    "TermInfo",
    "clean_files",
    "codec",
    "fields",
    "find_stemmer",
    "formats",
    "stoplists",
]
_INITIAL_HAMZA = 2


class _ArabicStemmer(ISRIStemmer):
    stm: str

    def norm(self, num: int) -> str:
        # Whoosh's replacement is r"\u0627", which re takes for a bad escape.
        if num == _INITIAL_HAMZA:
            self.stm = self.re_intial_hamza.sub("\N{ARABIC LETTER ALEF}", self.stm)
            return self.stm
        return str(super().norm(num))


def find_stemmer(code: str) -> Callable[[str], str] | None:
    """Whoosh's stemmer of a language by ISO 639-1 code; None for one without."""
    if code == "ar":
        return cast("Callable[[str], str]", _ArabicStemmer().stem)
    try:
        return cast("Callable[[str], str]", stemmer_for_language(code))
    except NoStemmer:
        return None
