"""Processes that read and clean pages, under limits of time and memory.

In: `messages.Request` values, one a page. Out: `messages` with the article or the fault.
`pool` hands pages to processes that `forkserver` starts; each runs `worker`.
"""
