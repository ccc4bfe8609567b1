"""An EntityProfile as the answer of `GET /api/v1/entities/<type>/<name>`.

Beside `answer`, whose rules hold here too.
"""

from typing import Annotated

from msgspec import Struct, field

from searchapp.curation import decisions
from searchapp.engines.base import DATE_FACET
from searchapp.maintenance.status_json import Day, Index, Natural, Positive, about
from searchapp.model import EntityType
from searchapp.web.api.answer import to_facet, to_result
from searchapp.web.api.schemas import Facet, Milliseconds, Result, Url
from searchapp.web.entity_profile import EntityProfile
from searchapp.web.params import refine, urls
from searchapp.web.params.search import Search
from searchapp.web.params.urls import Representation, search_url


class Spelling(Struct, frozen=True):
    """A way the texts write a name."""

    name: Annotated[str, about("as the text writes it")]
    mentions: Positive


class CompanionLinks(Struct, frozen=True):
    """The companion's own answer, and the search for the two together."""

    self_: Url = field(name="self")
    both: Url


class Companion(Struct, frozen=True):
    """A name in the same documents."""

    name: str
    count: Annotated[Positive, about("documents that name both")]
    links: CompanionLinks


class Companions(Struct, frozen=True):
    """The names most documents have beside this one, by type."""

    person: list[Companion]
    org: list[Companion]
    place: list[Companion]


class Decision(Struct, frozen=True):
    """A decision that made the entity what it is."""

    summary: str
    line: Annotated[Positive, about("line of entities.toml")]
    made: Day | None
    note: str | None


class ProfileLinks(Struct, frozen=True):
    """The same for people, and the searches with and without the name."""

    self_: Url = field(name="self")
    html: Url
    search: Url
    exclude: Url


class Profile(Struct, frozen=True, kw_only=True):
    """What the index knows of a person, an organisation or a place."""

    type: EntityType
    name: Annotated[str, about("as facets show it")]
    total: Annotated[Positive, about("documents that name it")]
    took_ms: Milliseconds
    index: Index
    dates: Facet
    latest: list[Result]
    names: list[Spelling]
    names_from: Annotated[Natural, about("how many of the newest documents `names` was counted in")]
    named_with: Companions
    decisions: list[Decision]
    watched: Annotated[tuple[str, ...] | None, about("the spellings the watch-list has for it")]
    note: Annotated[str | None, about("what keeps decisions from being up to date")]
    links: ProfileLinks


def to_profile(profile: EntityProfile, took_ms: float, root: str = "") -> Profile:
    """Make the answer of `GET /api/v1/entities/<type>/<name>`."""
    response, curation = profile.response, profile.curation
    own = refine.include(Search(), profile.type, profile.name)
    dates = next(facet for facet in response.facets if facet.field == DATE_FACET)
    return Profile(
        type=profile.type,
        name=profile.name,
        total=response.total,
        took_ms=round(took_ms, 1),
        index=Index.of(response.index),
        dates=to_facet(own, dates, root),
        latest=[to_result(hit, root) for hit in response.hits],
        names=[Spelling(name, count) for name, count in profile.spellings],
        names_from=profile.sampled,
        named_with=Companions(
            _companions(profile, EntityType.PERSON, root),
            _companions(profile, EntityType.ORG, root),
            _companions(profile, EntityType.PLACE, root),
        ),
        decisions=[_decision(decision) for decision in curation.decisions],
        watched=curation.watched.spellings if curation.watched else None,
        note=curation.note or None,
        links=_links(profile, own, root),
    )


def _links(profile: EntityProfile, own: Search, root: str) -> ProfileLinks:
    key = (profile.type, profile.name)
    without = refine.exclude(Search(), *key)
    return ProfileLinks(
        urls.entity_api_url(*key, root),
        urls.entity_url(*key, root),
        search_url(own, root, Representation.JSON),
        search_url(without, root, Representation.JSON),
    )


def _companions(profile: EntityProfile, kind: EntityType, root: str) -> list[Companion]:
    own = refine.require(Search(), profile.type, profile.name)
    return [
        Companion(
            value.value,
            value.count,
            CompanionLinks(
                urls.entity_api_url(kind, value.value, root),
                search_url(refine.require(own, kind, value.value), root, Representation.JSON),
            ),
        )
        for value in profile.companions(kind)
    ]


def _decision(decision: decisions.Decision) -> Decision:
    made = decision.made.isoformat() if decision.made else None
    return Decision(decision.summary, decision.line, made, decision.note or None)
