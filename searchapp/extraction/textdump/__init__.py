"""Text dumps of pages: what a scraper left when it threw the markup away.

In: lines of text, template residue included. Out: the parts of an article.
`hard_wraps` joins lines broken at a width, `line_scores` says how much a line is prose,
`dump` finds title, date and body, `lead` says the lead once.
"""
