"""A segment on disk: `format` says which arrays there are.

In: files. Out: typed arrays over them, mapped into memory.
`array_file` holds arrays (of `types`) with checksums, `termdict`, `postings`, `columns` (over
`facet_column`) and `docstore` read them, `lexicon` looks words up, `schema` and `whoosh_codec`
make them an index that Whoosh opens.
"""
