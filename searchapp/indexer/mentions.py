"""A mention: where a text names something, and of what kind.

On the data's path: what a language model marks (`entities`), `repairs` mends,
`recurrence` completes and `coreference` joins.
"""

from __future__ import annotations

from dataclasses import dataclass

from searchapp.model import EntityType


@dataclass(frozen=True, slots=True, order=True)
class Mention:
    """A half-open range of code points, and what it names.

    `type` None is a name of another kind (a work, an event, a product): no entity,
    but nothing else may be read into it.
    """

    start: int
    end: int
    type: EntityType | None
