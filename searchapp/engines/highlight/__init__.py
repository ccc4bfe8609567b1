"""Where a text matches a query, and which passages to show; on every engine.

In: a query's leaves and a document's text. Out: snippets with ranges in Unicode code points.
`matches` finds terms and phrases in the tokens, `term_offsets` their words in `source_text`,
`passages` cuts the text, `snippets` chooses.
"""
