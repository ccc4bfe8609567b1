"""What a page says of itself, for machines.

In: the parsed page. Out: `page.Metadata`.
`page` joins meta elements with `json_ld` (schema.org). Apart from them, `hydration` reads the body
from the state that scripts start from, through `next_flight` (rows of React server components).
"""
