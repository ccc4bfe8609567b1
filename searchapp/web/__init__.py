"""From a query string to a SearchRequest, and from a SearchResponse to a page, JSON or feed."""
