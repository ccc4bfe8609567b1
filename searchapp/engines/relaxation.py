"""Which words of a query may be missing, for every engine: sentence 10 of `base`."""

# With so many documents that have all words nothing is relaxed: they fill a first page.
MIN_COMPLETE = 10
