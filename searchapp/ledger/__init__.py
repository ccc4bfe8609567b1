"""What was learnt of every page, kept in one SQLite file: the truth every index is a view of.

In: results of pages and containers (`rows`). Out: the same, for the indexer and for status.
`schema` are its tables, `reader` answers, `ledger` writes (both over `connection`), `batches`
many rows at a time; `staleness` and `worklist` say what has to be read again, `checksums` and
`verification` what is damaged, `captures` what crawlers met twice, `errors` puts SQLite's
complaints into words.
"""
