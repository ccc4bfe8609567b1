"""Files that are one document and no HTML: opened by the worker that cleans them.

In: the bytes of a file, under the worker's limits. Out: HTML or text with what it says of itself.
`reader` chooses by format: `mail`, `markdown`, `pdf`.
"""
