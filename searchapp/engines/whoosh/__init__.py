"""The embedded engine, in the order data takes through it.

Writing: `writer` puts `analysis` terms and `records` into the fields of `schema`;
`builds` makes them durable and live. Reading: `opening` gives a `snapshot` of
`columns`, `postings` and `lexicon`; `matching`, `facets`, `ranking` and `snippets`
make an answer of it; `searcher` joins them.
"""

from searchapp.engines.whoosh.engine import WhooshEngine

__all__ = ["WhooshEngine"]
