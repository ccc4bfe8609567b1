"""What the index knows of one person, organisation or place, for the page and the JSON.

Between the searcher and `pages.entity` and `api.entity_answer`. One search gives the newest
documents, the co-mentions and the histogram; the newest documents give the names
the text uses. Every figure is of one snapshot.
"""

import os
from collections import Counter
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice
from pathlib import Path

from searchapp.curation import decisions, watchlist
from searchapp.curation.curation import CURATION_KEY, Curation
from searchapp.curation.decisions import Decision
from searchapp.curation.rules import Key
from searchapp.curation.watchlist import WatchlistEntry
from searchapp.engines.analysis.spelling import fold
from searchapp.engines.base import (
    FacetValue,
    FieldFilter,
    Interval,
    Searcher,
    SearchRequest,
    SearchResponse,
    Sort,
)
from searchapp.errors import DecisionError, EntityNotFound
from searchapp.maintenance.followed_curation import read_followed
from searchapp.maintenance.source_names import file_state, ledger_state
from searchapp.model import EntityType

LATEST, COMPANIONS, SAMPLED, NEAREST = 5, 10, 100, 5
# Characters of them, so that a few long texts cost no more than a hundred articles. Set by hand.
MOST_SAMPLED = 20_000_000
# One more than shown: a name is its own first companion. The usual language needs no label.
_FACETS = {**{kind.value: COMPANIONS + 1 for kind in EntityType}, "lang": 1}


@dataclass(frozen=True)
class EntityCuration:
    """What people decided about an entity; `note` says what keeps it from being up to date."""

    decisions: tuple[Decision, ...] = ()
    watched: WatchlistEntry | None = None
    note: str = ""


@dataclass(frozen=True)
class EntityProfile:
    """One entity. `response` has its newest documents, their facets and the histogram.

    `spellings` are the ways the text writes it with how often, in the `sampled`
    newest documents.
    """

    type: EntityType
    name: str
    response: SearchResponse
    spellings: tuple[tuple[str, int], ...]
    sampled: int
    curation: EntityCuration

    def companions(self, kind: EntityType) -> tuple[FacetValue, ...]:
        """The names of one type that most documents have beside it, itself left out."""
        facet = next(one for one in self.response.facets if one.field == kind)
        own = (self.type, self.name)
        others = (v for v in facet.values if v.count and (kind, v.value) != own)
        return tuple(others)[:COMPANIONS]


@dataclass(frozen=True)
class RenamedEntity:
    """The name an entity has now, by a decision."""

    type: EntityType
    name: str


def find_profile(
    searcher: Searcher, kind: str, name: str, directory: Path
) -> EntityProfile | RenamedEntity:
    """The entity of a type and a name as facets show it, or where it went.

    `directory` has the decisions. Raises EntityNotFound, IndexUnavailable.
    """
    if kind not in set(EntityType):
        raise EntityNotFound(f"there is no type {kind!r}, only {', '.join(EntityType)}")
    key = (EntityType(kind), name)
    response = searcher.search(_request(key, LATEST))
    curation, note = _curation(directory)
    if not response.total:
        return _renamed_entity(key, curation) or _alike(searcher, key, curation)
    indexed = searcher.stamp().versions.get(CURATION_KEY)
    if curation and not note and indexed not in {curation.version, None}:
        note = "What was decided last is not in the index yet: run searchapp reindex."
    spellings, sampled = _spellings(searcher, key)
    own = EntityCuration(_decisions_about(curation, key), _watchlist_entry(curation, key), note)
    return EntityProfile(*key, response, spellings, sampled, own)


def _request(key: Key, size: int) -> SearchRequest:
    kind, name = key
    return SearchRequest(
        filters={kind: FieldFilter(all=(name,))},
        facets=_FACETS if size else {},
        interval=Interval.AUTO,
        sort=Sort.NEWEST,
        size=size,
    )


def _spellings(searcher: Searcher, key: Key) -> tuple[tuple[tuple[str, int], ...], int]:
    counts: Counter[str] = Counter()
    sampled = read = 0
    for hit in islice(searcher.scan(_request(key, 0)), SAMPLED):
        text = hit.document.article.text
        sampled, read = sampled + 1, read + len(text)
        for entity in hit.document.entities:
            if (entity.type, entity.name) == key:
                counts.update(" ".join(text[start:end].split()) for start, end in entity.mentions)
        if read > MOST_SAMPLED:
            break
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0]))), sampled


def _renamed_entity(key: Key, curation: Curation | None) -> RenamedEntity | None:
    final = curation.rules.final(key) if curation else key
    return RenamedEntity(*final) if final and final != key else None


def _alike(searcher: Searcher, key: Key, curation: Curation | None) -> RenamedEntity:
    """The entity of the same name but for case, accents and marks. Raises EntityNotFound."""
    kind, name = key
    nearest = tuple(_nearest(searcher, key))
    if nearest and _letters(nearest[0]) == _letters(name):
        return RenamedEntity(kind, nearest[0])
    why = "".join(
        f"; {d.summary} ({decisions.FILE_NAME}, line {d.line})"
        for d in _decisions_about(curation, key)
    )
    near = f"; nearest: {', '.join(nearest)}" if nearest else ""
    raise EntityNotFound(f"no document names the {kind} “{name}”{why}{near}", kind, nearest)


def _nearest(searcher: Searcher, key: Key) -> list[str]:
    """Names spelt nearly so, and those that have its words; likeliest first."""
    kind, name = key
    asked = SearchRequest(
        filters={kind: FieldFilter(all=(name,))},
        facets={kind: NEAREST},
        finding={kind: name},
        size=0,
        correct=True,
    )
    correction = searcher.search(asked).correction
    meant = [one.meant for one in correction.replaced] if correction else []
    (found,) = searcher.search(replace(asked, filters={})).facets
    return list(dict.fromkeys([*meant, *(value.value for value in found.values)]))[:NEAREST]


def _letters(name: str) -> str:
    return "".join(filter(str.isalnum, fold(name)))


def _decisions_about(curation: Curation | None, key: Key) -> tuple[Decision, ...]:
    """Every decision that made the entity what it is."""
    if not curation:
        return ()
    keys = curation.rules.sources_of([key])
    return tuple(
        d
        for d in curation.decisions
        if any((d.type, name) in keys for name in d.names) or (d.to_type or d.type, d.to) in keys
    )


def _watchlist_entry(curation: Curation | None, key: Key) -> WatchlistEntry | None:
    entry = curation.watchlist.entry_of(key[1]) if curation else None
    return entry if entry and (entry.type, entry.name) == key else None


def _curation(directory: Path) -> tuple[Curation | None, str]:
    paths = [directory / name for name in (decisions.FILE_NAME, watchlist.FILE_NAME)]
    try:
        curation = _read(directory, (*map(file_state, paths), ledger_state(directory)))
        notes = curation.unused
    except DecisionError as error:
        curation, notes = None, (str(error),)
    return curation, "; ".join(notes).replace(f"{directory}{os.sep}", "")


@lru_cache(maxsize=2)
def _read(directory: Path, _states: tuple[object, ...]) -> Curation:
    return read_followed(directory)
