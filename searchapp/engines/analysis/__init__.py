"""From text to the terms an index holds, for documents and queries, on every engine.

In: text and its language. Out: terms with positions.
`terms` splits and folds, `stemming` and `stopwords` know the languages, `wildcards` matches
patterns, `fields` names what is searched.
"""
