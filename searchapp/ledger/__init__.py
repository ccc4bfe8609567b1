"""What was learnt of every page, kept in one SQLite file: the truth every index is a view of.

In: results of pages and containers (`rows`). Out: the same, for the indexer and for status.
`schema` are its tables, `ledger` writes, `reader` reads, `captures` and `batches` ask for many
at once, `staleness` says what has to be read again, `errors` puts SQLite's into words.
"""
