"""Words that stand in most texts of a language and tell none from another.

They are indexed and found like any word; only the ranking leaves them out, as long as
a query has other words. A list is of one language: German `die` says nothing, English
`die` does, and a query word is weighed in each language the archive has.
"""

from functools import cache

from searchapp.engines.analysis.terms import fold
from searchapp.engines.whoosh_compat import stoplists


@cache
def stop_words(language: str | None) -> frozenset[str]:
    """The words of a language by ISO 639-1 code, folded; none for one without a list."""
    code = (language or "").partition("-")[0].lower()
    return frozenset(map(fold, stoplists.get(code, ())))
