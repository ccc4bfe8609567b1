"""The embedded engine: an index in Whoosh's form, written and searched as arrays.

In: documents, and requests as `base` has them. Out: answers. `engine` is the door. Writing:
`writing` makes `segment` files, `directory` makes them durable and live, `admin` looks after
them. Reading: `reader` opens a commit, `query` finds docs in it, `collect` and `suggest` make
answers of them on `kernels`; `searcher` joins these.
"""

from searchapp.engines.whoosh.engine import WhooshEngine

__all__ = ["WhooshEngine"]
