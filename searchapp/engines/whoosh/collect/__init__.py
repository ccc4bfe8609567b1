"""What is made of a query's hits: `top_docs`, `facet_counts`, `date_histogram`.

In: the docset of a query. Out: one page of docs, values with counts, periods with counts.
"""
