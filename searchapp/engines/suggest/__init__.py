"""Ways on from a query or a document, for every engine that can say how frequent terms are.

In: `term_statistics.TermStatistics` of a snapshot. Out: another query.
`did_you_mean` mends a query's unlikely words, `more_like_this` asks for a document's telling
ones.
"""
