"""Builds of the index as folders.

In: the files a writer made (`storages`). Out: a commit that is durable and live (`builds` over
`pointer`, `commits`), and the names of its files and whether they are damaged (`commit_files`).
"""
