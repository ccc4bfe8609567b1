"""What a page says of itself, for machines.

In: the parsed page. Out: `page.Metadata`.
`page` joins meta elements with `json_ld` (schema.org), `hydration` (state that scripts start
from) and `next_flight` (the rows of React server components).
"""
