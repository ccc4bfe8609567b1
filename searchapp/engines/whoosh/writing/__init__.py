"""From documents to segments.

In: documents. Out: segment files, and the commit that shows them.
`writer` is the transaction, `segment_writer` (over `interning`) makes one segment,
`merge` joins segments: `merge_source` opens them, then `merge_termdict`, `merge_postings`,
`merge_facets`, `merge_docstore`.
"""
