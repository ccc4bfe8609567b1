"""What each page shows, as frozen values, before the templates, which only loop and test.

In: a response, a document, an entity's profile, a status. Out: text and addresses.
In reading order: `routes` has the addresses; `results` joins `form`, `chips`, `facets`, `timeline`,
`hits`, `pagination`, `relaxation` and `welcome` into the search page; `article`, `entity`, `status`
and `message` are the others. `wording` says values in words for all of them.
"""
