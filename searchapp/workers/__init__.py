"""Processes that read and clean pages, under limits of time and memory.

In: `messages.Page` values. Out: for each an `Answer`, its article and entities or what is wrong.
`pool` hands pages to processes that `forkserver` starts; each runs `worker`.
"""
