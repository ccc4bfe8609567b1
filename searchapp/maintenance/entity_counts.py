"""Every name of the index and how many documents have it, asked of the engine.

Beside the data's path, after the engine: for people who decide about names.
"""

from collections.abc import Mapping

from searchapp.curation.rules import Key
from searchapp.engines.base import FieldFilter, Searcher, SearchRequest
from searchapp.model import EntityType

_NEIGHBOURS = 50


def counts(searcher: Searcher) -> Mapping[Key, int]:
    """How many documents have each name, by type and name. Raises IndexUnavailable."""
    with searcher.pinned() as still:
        return {
            (kind, value): count
            for kind in EntityType
            for value, count in still.iter_values(kind.value)
        }


def count_together(searcher: Searcher, kind: EntityType, *both: str) -> int:
    """How many documents have all these names of one type."""
    return searcher.search(SearchRequest(size=0, filters={kind: FieldFilter(all=both)})).total


def neighbours(searcher: Searcher, key: Key) -> Mapping[Key, int]:
    """The names most often in the same documents, and in how many."""
    kind, name = key
    request = SearchRequest(
        size=0,
        filters={kind: FieldFilter(all=(name,))},
        facets={one.value: _NEIGHBOURS for one in EntityType},
    )
    found = {
        (EntityType(facet.field), value.value): value.count
        for facet in searcher.search(request).facets
        for value in facet.values
    }
    return {other: count for other, count in found.items() if other != key and count}
