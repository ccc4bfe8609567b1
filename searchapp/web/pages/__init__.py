"""What each page shows, as frozen values: domain types in, text and addresses out.

Last step before the templates, which only loop and test. In reading order:
`results` joins `form`, `chips`, `facets`, `timeline`, `hits`, `pagination` and
`relaxation` into the search page; `article` is the saved article; `message` is
everything that is neither. `wording` says values in words for all of them.
"""
