"""From a query string to a request, and from a request to an address.

In: a query string. Out: `SearchRequest`, or the problems found.
`raw` splits, `values` reads one value, `search` all of them; `cursor` marks a place in an order;
`refine` changes a search by one step, and `urls` writes it.
"""
