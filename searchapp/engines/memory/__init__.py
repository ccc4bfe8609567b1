"""An engine in memory, for tests and for embedding: brute force, and gone with the process.

In: documents, as `entries` of counted words. Out: answers by loops over all of them:
`evaluation` finds and ranks, `facets` counts, `searcher` joins both, `engine` commits.
"""

from searchapp.engines.memory.engine import MemoryEngine, shared_engine

__all__ = ["MemoryEngine", "shared_engine"]
