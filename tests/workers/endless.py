"""A run that reads one page for ever: a process of its own, to be killed."""

from __future__ import annotations

import sys

from searchapp.workers.messages import Limits
from searchapp.workers.pool import read_pages

if __name__ == "__main__":  # the forkserver imports this file too
    list(read_pages(sys.argv[1:], 1, {}, Limits(seconds=3600, memory_mb=1500, page_mb=64)))
