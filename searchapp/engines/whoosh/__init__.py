"""The embedded engine, in the order data takes through it.

In: documents, and requests for them. Out: an index on disk, and responses.
Writing: `writing` makes segments (`segment` has their files) of documents and terms, and
`directory` makes them durable and live. Reading: `reader` opens a commit, `query` finds its
docs, `collect` counts and chooses among them, `suggest` offers ways on; `searcher` joins them.
"""

from searchapp.engines.whoosh.engine import WhooshEngine

__all__ = ["WhooshEngine"]
