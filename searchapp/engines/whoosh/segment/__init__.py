"""A segment on disk: `format` says which arrays there are.

In: files. Out: typed arrays over them, mapped into memory.
`array_file` holds arrays with checksums, `termdict`, `postings`, `columns` and `docstore` read
them, `lexicon` looks words up, `schema` and `whoosh_codec` make them an index that Whoosh opens.
"""
