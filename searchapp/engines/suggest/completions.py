"""Completions as every engine gives them: which come first, and what is marked in them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from searchapp.engines.analysis.fields import TITLE
from searchapp.engines.analysis.name_words import (
    MOST_FORGIVEN,
    join_ranges,
    matched_ranges,
    typed_end,
)
from searchapp.engines.analysis.terms import analyse
from searchapp.engines.base import Completion
from searchapp.model import IndexedDocument

# With more names that a word typed begins no slip is looked for; and titles shown at most,
# by words of so many letters at least. Set by hand.
_FEW = 2
MAX_TITLES, MIN_BEGUN = 3, 2


@dataclass(frozen=True)
class Name:
    """A facet's value that what is typed may become, so many slips off."""

    facet: str
    value: str
    count: int
    slips: int

    @property
    def place(self) -> tuple[bool, int, int, str]:
        """Where it stands: what no document has comes last."""
        return not self.count, self.slips, -self.count, self.value


def forgives(typed: Sequence[str], written: int) -> bool:
    """Whether slips are looked for, when so many names are written as typed.

    Of several words one name that has them all is enough.
    """
    few = _FEW if len(typed) == 1 else 0
    return bool(typed) and written <= few and len(typed) <= MOST_FORGIVEN


def name_completions(
    names: Iterable[Name], typed: Sequence[str], most: int
) -> tuple[Completion, ...]:
    """The first names, with the words typed marked."""
    first = sorted(names, key=lambda name: name.place)[:most]
    return tuple(
        Completion(n.facet, n.value, n.count, None, matched_ranges(typed, n.value)) for n in first
    )


def title_completion(document: IndexedDocument, terms: Sequence[str]) -> Completion:
    """A document's title with the terms marked, of the last one the letters that it has."""
    title, (*whole, begun) = document.article.title, terms
    ranges = [
        (token.start, token.end if token.term in whole else typed_end(title, begun, *token[2:]))
        for token in analyse(title)
        if token.term in whole or token.term.startswith(begun)
    ]
    return Completion(TITLE, title, 1, document.id, join_ranges(ranges))
