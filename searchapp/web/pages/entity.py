"""The page about one person, organisation or place.

From EntityProfile. Its links add it to the search its reader came from.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from searchapp.model import EntityType
from searchapp.web.entity_profile import EntityProfile
from searchapp.web.pages import wording
from searchapp.web.pages.hits import HitView, hit_views, way_back
from searchapp.web.pages.timeline import TimelineView, timeline
from searchapp.web.pages.wording import Link
from searchapp.web.params import refine
from searchapp.web.params.search import Search
from searchapp.web.params.urls import about_url, entity_api_url, search_url


@dataclass(frozen=True)
class Spelling:
    """One way the text writes the name, and how often."""

    text: str
    count: str
    unit: str


@dataclass(frozen=True)
class Companion:
    """A name in the same documents; `both` is the search for the two together."""

    name: str
    count: str
    unit: str
    href: str
    both: str


@dataclass(frozen=True)
class Companions:
    """The people, organisations or places most often in the same documents."""

    type: str
    name: str
    values: tuple[Companion, ...]


@dataclass(frozen=True)
class DecisionView:
    """A decision in words, with who can take it back where."""

    summary: str
    about: str


@dataclass(frozen=True)
class EntityView:
    """Everything on the page of an entity."""

    title: str
    name: str
    type: str
    kind: str
    back: Link
    summary: str
    actions: tuple[Link, ...]
    dates: TimelineView | None
    hits: tuple[HitView, ...]
    more: Link | None
    spellings: tuple[Spelling, ...]
    sampled: str
    companions: tuple[Companions, ...]
    watched: str
    decisions: tuple[DecisionView, ...]
    note: str
    json: str


def entity_view(found: EntityProfile, came_from: Search, root: str) -> EntityView:
    """Show an entity; `came_from` is the search its reader goes back to."""
    own = refine.include(Search(), found.type, found.name)
    total = found.response.total
    return EntityView(
        title=found.name,
        name=found.name,
        type=found.type.value,
        kind=wording.VALUES[found.type],
        back=way_back(came_from, root),
        summary=f"Named in {wording.counted(total, 'page')}",
        actions=tuple(_actions(found, came_from, root)),
        dates=timeline(own, found.response, root),
        hits=hit_views(own, found.response, root),
        more=_more(own, total, len(found.response.hits), root),
        spellings=tuple(
            Spelling(text, wording.number(count), wording.unit(count, "mention"))
            for text, count in found.spellings
        ),
        sampled=_sampled(found),
        companions=tuple(_companions(found, came_from, root)),
        watched=_watched(found),
        decisions=tuple(_decisions(found)),
        note=found.curated.note,
        json=entity_api_url(found.type, found.name, root),
    )


def _actions(found: EntityProfile, came_from: Search, root: str) -> Iterator[Link]:
    own = refine.include(Search(), found.type, found.name)
    yield Link("Search these pages", search_url(own, root))
    if came_from != Search():
        for text, step in (
            ("Add to the search", refine.include),
            ("Require in the search", refine.require),
            ("Exclude from the search", refine.exclude),
        ):
            yield Link(text, search_url(step(came_from, found.type, found.name), root))


def _more(own: Search, total: int, shown: int, root: str) -> Link | None:
    if total <= shown:
        return None
    return Link(f"All {wording.counted(total, 'page')}", search_url(own, root))


def _sampled(found: EntityProfile) -> str:
    everything = found.sampled == found.response.total
    return "" if everything else f"In the {wording.number(found.sampled)} newest pages"


def _companions(found: EntityProfile, came_from: Search, root: str) -> Iterator[Companions]:
    for kind in EntityType:
        values = tuple(_values(found, kind, came_from, root))
        if values:
            yield Companions(kind.value, wording.FACETS[kind], values)


def _values(
    found: EntityProfile, kind: EntityType, came_from: Search, root: str
) -> Iterator[Companion]:
    own = refine.require(Search(), found.type, found.name)
    for value in found.companions(kind):
        yield Companion(
            value.value,
            wording.number(value.count),
            wording.unit(value.count, "page"),
            about_url(kind, value.value, came_from, root),
            search_url(refine.require(own, kind, value.value), root),
        )


def _watched(found: EntityProfile) -> str:
    entry = found.curated.watched
    if not entry:
        return ""
    aliases = f", also as {', '.join(entry.aliases)}" if entry.aliases else ""
    return f"On the watch-list{aliases}{f': {entry.note}' if entry.note else ''}"


def _decisions(found: EntityProfile) -> Iterator[DecisionView]:
    for made in found.curated.decisions:
        day = wording.day(made.made) if made.made else ""
        parts = (day, made.note, f"line {made.line}")
        yield DecisionView(made.summary, ", ".join(part for part in parts if part))
