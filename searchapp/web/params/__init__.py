"""From a query string to a request, and from a request to an address.

In: name and value pairs. Out: a `Search` with its SearchRequest, or every problem with them.
In reading order: `raw` takes the pairs, `values` reads one value, `search` all of them; `cursor`
marks a place in an order; `refine` changes a search by one step, and `urls` writes it.
"""
