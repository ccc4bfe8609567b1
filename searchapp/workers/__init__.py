"""Processes that read and clean pages, under limits of time and memory.

In: `messages.Page` values. Out: `messages.Answer` values, an article or a fault each.
`pool` hands pages to processes that `forkserver` starts; each runs `worker`.
"""
