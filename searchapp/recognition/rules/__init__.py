"""Rules over the mentions a model found, in the order they run.

In: text and mentions. Out: mentions, mended.
`patterns` knows the forms of news, `missed` adds names, `context` and `retyping` give them
another type, `propagation` gives it to the other mentions of the name. Rules and their
numbers were made on `examples/annotated` (docs/decisions, `python bench/entities.py`).
"""
