"""Texts as vectors that lie near each other when they mean the same: the optional extra `meaning`.

In: a document's title and opening (`passage`), or a query's words. Out: a vector, and which
others lie near. Read `model` (text to vector) first, then `vector_file` (the vectors of an
archive, mapped).
Documents become vectors in the workers, queries in the processes that search.
"""
