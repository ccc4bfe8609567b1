"""How much of a worker's time and memory one query may take, in any engine.

Limits of the query language bound what is asked for; this bounds what it costs in the
archive at hand. A query over its budget is refused with what to do, for half an answer
with wrong counts would look like a whole one.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import thread_time

from searchapp.errors import Problem, RequestError

# Hundreds of times what an ordinary query takes of a million documents.
QUERY_SECONDS = 1.0
# Documents found by all words of a query together, each word counted by itself.
MOST_FOUND = 30_000_000
# Bytes of arrays that a query holds and is about to make: leaves of 200 MB what a page of hits, its
# facets and a search in Python need. Set by hand.
MOST_BYTES = 128 << 20
_ADVICE = "use fewer words, fewer * ? and ~, and more letters before a *"


@dataclass
class Budget:
    """Seconds of CPU time, from now on, documents found, and bytes held."""

    seconds: float
    _start: float = field(default_factory=thread_time)
    _found: int = 0
    _held: int = 0

    def spend(self, found: int = 0) -> None:
        """Count what a word found. Raises RequestError once the query is over its budget."""
        self._found += found
        if self._found > MOST_FOUND:
            raise _refused(f"finds too much at once (over {MOST_FOUND:,} documents word by word)")
        if self.is_spent():
            raise _refused(f"takes longer than the {self.seconds:g} seconds a query may take")

    def reserve(self, size: int) -> None:
        """Ask for bytes before they are allocated. Raises RequestError where they are too many."""
        if self._held + size > MOST_BYTES:
            raise _refused(f"needs more than the {MOST_BYTES >> 20} MiB of memory a query may take")

    @contextmanager
    def held(self) -> Iterator["Budget"]:
        """What is added by `hold` within is given back at the end."""
        before = self._held
        try:
            yield self
        finally:
            self._held = before

    def hold(self, size: int) -> None:
        """Count bytes that are kept for a while. Raises RequestError where they are too many."""
        self.reserve(size)
        self._held += size

    def is_spent(self) -> bool:
        """Whether its seconds are over."""
        return thread_time() - self._start > self.seconds


def _refused(why: str) -> RequestError:
    return RequestError((Problem("q", f"{why}; {_ADVICE}"),))
