"""The page about one person, organisation or place.

From EntityProfile. Its links add it to the search its reader came from.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from searchapp.model import EntityType
from searchapp.web.entity_profile import EntityProfile
from searchapp.web.pages import wording
from searchapp.web.pages.hits import HitView, hit_views, way_back
from searchapp.web.pages.timeline import TimelineView, timeline
from searchapp.web.pages.wording import Count, CountGroup, Link
from searchapp.web.params import refine
from searchapp.web.params.search import Search
from searchapp.web.params.urls import about_url, entity_api_url, search_url


@dataclass(frozen=True)
class DecisionView:
    """A decision in words, with who can take it back where."""

    summary: str
    about: str


@dataclass(frozen=True)
class EntityView:
    """Everything on the page of an entity; `companions` are names in the same documents."""

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
    spellings: tuple[Count, ...]
    sampled: str
    companions: tuple[CountGroup, ...]
    watchlist: str
    decisions: tuple[DecisionView, ...]
    note: str
    json: str


def entity_view(profile: EntityProfile, return_to: Search, root: str) -> EntityView:
    """Show an entity; `return_to` is the search its reader goes back to."""
    own = refine.include(Search(), profile.type, profile.name)
    total = profile.response.total
    return EntityView(
        title=profile.name,
        name=profile.name,
        type=profile.type.value,
        kind=wording.VALUES[profile.type],
        back=way_back(return_to, root),
        summary=f"Named in {wording.quantity(total, 'page')}",
        actions=tuple(_actions(profile, return_to, root)),
        dates=timeline(own, profile.response, root),
        hits=hit_views(own, profile.response, root),
        more=_more(own, total, len(profile.response.hits), root),
        spellings=tuple(wording.count(*spelling, "mention") for spelling in profile.spellings),
        sampled=_sample_note(profile),
        companions=tuple(_companions(profile, return_to, root)),
        watchlist=_watchlist_note(profile),
        decisions=tuple(_decisions(profile)),
        note=profile.curation.note,
        json=entity_api_url(profile.type, profile.name, root),
    )


def _actions(profile: EntityProfile, return_to: Search, root: str) -> Iterator[Link]:
    own = refine.include(Search(), profile.type, profile.name)
    yield Link("Search these pages", search_url(own, root))
    if return_to != Search():
        for text, step in (
            ("Add to the search", refine.include),
            ("Require in the search", refine.require),
            ("Exclude from the search", refine.exclude),
        ):
            yield Link(text, search_url(step(return_to, profile.type, profile.name), root))


def _more(own: Search, total: int, shown: int, root: str) -> Link | None:
    if total <= shown:
        return None
    return Link(f"All {wording.quantity(total, 'page')}", search_url(own, root))


def _sample_note(profile: EntityProfile) -> str:
    everything = profile.sampled == profile.response.total
    return "" if everything else f"In the {wording.number(profile.sampled)} newest pages"


def _companions(profile: EntityProfile, return_to: Search, root: str) -> Iterator[CountGroup]:
    for kind in EntityType:
        counts = tuple(_counts(profile, kind, return_to, root))
        if counts:
            yield wording.count_group(kind.value, counts)


def _counts(
    profile: EntityProfile, kind: EntityType, return_to: Search, root: str
) -> Iterator[Count]:
    own = refine.require(Search(), profile.type, profile.name)
    for value in profile.companions(kind):
        about = about_url(kind, value.value, return_to, root)
        both = search_url(refine.require(own, kind, value.value), root)
        yield wording.count(value.value, value.count, "page", about, both)


def _watchlist_note(profile: EntityProfile) -> str:
    entry = profile.curation.watched
    if not entry:
        return ""
    aliases = f", also as {', '.join(entry.aliases)}" if entry.aliases else ""
    return f"On the watch-list{aliases}{f': {entry.note}' if entry.note else ''}"


def _decisions(profile: EntityProfile) -> Iterator[DecisionView]:
    for decision in profile.curation.decisions:
        day = wording.day(decision.made) if decision.made else ""
        parts = (day, decision.note, f"line {decision.line}")
        yield DecisionView(decision.summary, ", ".join(part for part in parts if part))
