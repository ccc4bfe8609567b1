"""The people, organisations and places a text names.

In: an article's text and language. Out: `model.Entity` values, each under one name.
`registry` chooses a recogniser (`spacy_models`, `plugins`), `recogniser` runs it, `postprocess`
mends its mentions by the `rules`, `coreference` (over `name_forms`, `gazetteer`,
`organisations`) puts the mentions of one name together. Their words are in `english` and its
file, and in that of `gazetteer`.
"""
