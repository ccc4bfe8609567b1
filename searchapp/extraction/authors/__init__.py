"""Who wrote a page.

In: the parsed page and its metadata. Out: names, in the order given.
`bylines` reads by-lines in the text, `names` says what can be a person's name, `selection` decides.
"""
