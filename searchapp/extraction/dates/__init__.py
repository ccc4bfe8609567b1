"""When a page was published and changed, how that was found and how sure it is.

In: the parsed page, its metadata, address and capture time. Out: dates with method, precision
and confidence. `parser` (over `months`) reads a date, `visible` finds those a reader sees,
`published` weighs all of them, `plausibility` rejects, `modified` looks for later changes.
"""
