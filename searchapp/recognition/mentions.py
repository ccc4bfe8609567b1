"""A mention: where a text names something, and of what kind.

On the data's path: what a language model marks (`recogniser`), `postprocess` mends,
`propagation` completes and `coreference` joins.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from searchapp.model import EntityType


@dataclass(frozen=True, slots=True, order=True)
class Mention:
    """A half-open range of code points, and what it names.

    `type` None is a name of another kind (a work, an event, a product): no entity,
    but nothing else may be read into it. `sure` is what a convention says rather than a
    model: it counts for more when the mentions of one name disagree. `here` holds where it
    stands and says nothing of other mentions: `Detroit 2, Toronto 6` are teams.
    """

    start: int
    end: int
    type: EntityType | None
    sure: bool = field(default=False, compare=False)
    here: bool = field(default=False, compare=False)

    def with_type(self, kind: EntityType | None) -> Mention:
        """The same range as a name of another type."""
        if kind is self.type:
            return self
        return Mention(self.start, self.end, kind, self.sure, self.here)

    def with_range(self, start: int, end: int) -> Mention:
        """The same name over another range."""
        if (start, end) == (self.start, self.end):
            return self
        return Mention(start, end, self.type, self.sure, self.here)


def add_disjoint(mentions: Sequence[Mention], others: Iterable[Mention]) -> list[Mention]:
    """The mentions, then those of the others that touch none before them."""
    found = list(mentions)
    taken = {position for mention in found for position in range(mention.start, mention.end)}
    for mention in others:
        if taken.isdisjoint(range(mention.start, mention.end)):
            found.append(mention)
            taken.update(range(mention.start, mention.end))
    return found
