"""How much of a worker's time and memory one query may take.

Limits of the query language bound what is asked for; this bounds what it costs in the
archive at hand. A query over its budget is refused with what to do, for half an answer
with wrong counts would look like a whole one.
"""

from dataclasses import dataclass, field
from time import thread_time

from searchapp.errors import Problem, RequestError

# Documents found by all words of a query together, each word counted by itself: what an
# OR of hundreds of words holds at once, in an archive of a million about 30 whole columns.
MOST_FOUND = 30_000_000
_ADVICE = "use fewer words, fewer * ? and ~, and more letters before a *"


@dataclass
class Budget:
    """Seconds of CPU time, from now on, and documents found."""

    seconds: float
    _start: float = field(default_factory=thread_time)
    _found: int = 0

    def spend(self, found: int = 0) -> None:
        """Count what a word found. Raises RequestError once the query is over its budget."""
        self._found += found
        if self._found > MOST_FOUND:
            raise _refused(f"finds too much at once (over {MOST_FOUND:,} documents word by word)")
        if thread_time() - self._start > self.seconds:
            raise _refused(f"takes longer than the {self.seconds:g} seconds a query may take")


def _refused(why: str) -> RequestError:
    return RequestError((Problem("q", f"{why}; {_ADVICE}"),))
