"""What AND and OR join, with a bound on how much of it is held at once: for `evaluator`."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from searchapp.engines.budget import Budget
from searchapp.engines.whoosh.query.docset import DocSet, ScoredDocs

# What is held is joined when it takes so many bytes; set by hand.
MOST_HELD = 16 << 20


class Operands:
    """The sets of a node's children so far; `join` makes one of some."""

    def __init__(self, join: Callable[[Sequence[DocSet]], DocSet], budget: Budget) -> None:
        self._join, self._budget = join, budget
        self._sets: list[DocSet] = []
        self._size = 0

    @classmethod
    @contextmanager
    def of(cls, join: Callable[[Sequence[DocSet]], DocSet], budget: Budget) -> Iterator["Operands"]:
        """None yet; what they hold is given back at the end."""
        with budget.held():
            yield cls(join, budget)

    def add(self, found: DocSet | None) -> None:
        """One more, None for nothing. Raises RequestError over the budget."""
        if found is None:
            return
        self._hold([*self._sets, found], size_of(found))
        if self._size > MOST_HELD and len(self._sets) > 1:
            self._budget.reserve(self._size)
            joined = self._join(self._sets)
            self._budget.hold(-self._size)
            self._size = 0
            self._hold([joined], size_of(joined))

    def last(self) -> Sequence[DocSet]:
        """The last one, if there is any."""
        return self._sets[-1:]

    def joined(self) -> DocSet | None:
        """All of them as one; None when there are none."""
        if not self._sets:
            return None
        self._budget.reserve(self._size)
        return self._join(self._sets)

    def _hold(self, sets: list[DocSet], size: int) -> None:
        self._budget.hold(size)
        self._sets = sets
        self._size += size


def size_of(found: DocSet) -> int:
    """The bytes of a set, with the mask that may be made of it."""
    if not isinstance(found, ScoredDocs):
        return found.mask.nbytes
    scores = 0 if found.scores is None else found.scores.nbytes
    return found.docs.nbytes + scores + found.doc_count
