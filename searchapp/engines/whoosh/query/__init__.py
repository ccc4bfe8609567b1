"""From a query tree to a docset with scores.

In: a query of ours and a snapshot. Out: docs, ascending, with BM25F scores.
`context` keeps what queries of a snapshot share, `evaluator` walks the tree (`phrase` for
phrases, within a `budget`), `docset` are the sets it
joins, `bm25f` weighs, `relevance_feedback` adds the words that the best hits share.
"""
