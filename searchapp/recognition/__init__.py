"""The people, organisations and places a text names.

In: an article's text and language. Out: `model.Entity` values, each under one name.
`registry` chooses a recogniser (`spacy_models` with `pinned_models`, `plugins`), `recogniser`
runs it (`truecasing` for headlines in capitals), `postprocess` mends its `mentions` by the
`rules`, `coreference` (over `name_forms`, `gazetteer`, `organisations`) joins those of one name.
`english` has the words that the rules know; its lists and those of `gazetteer` are files beside.
"""
