"""searchapp: full-text search with date and entity facets for saved web pages.

The data's path: `indexer` reads and cleans pages into documents, `engines`
indexes and finds them, `web` and `cli` show them.
"""

__version__ = "0.1.0"
