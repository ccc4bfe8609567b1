"""Generations of the index as folders.

In: the files a writer made. Out: a generation that is durable and live (`builds`), and the
checksums of its files (`manifest`).
"""
