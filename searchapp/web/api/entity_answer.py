"""An EntityProfile as the answer of `GET /api/v1/entities/<type>/<name>`.

Beside `answer`, whose rules hold here too.
"""

from __future__ import annotations

from searchapp.curation.decisions import Decision
from searchapp.engines.base import DATE_FACET
from searchapp.maintenance.status_json import Index
from searchapp.model import EntityType
from searchapp.web.api import schemas
from searchapp.web.api.answer import to_facet, to_result
from searchapp.web.entity_profile import EntityProfile
from searchapp.web.params import refine, urls
from searchapp.web.params.search import Search
from searchapp.web.params.urls import Representation, search_url


def to_profile(profile: EntityProfile, took_ms: float, root: str = "") -> schemas.Profile:
    """Make the answer of `GET /api/v1/entities/<type>/<name>`."""
    response, curation = profile.response, profile.curation
    own = refine.include(Search(), profile.type, profile.name)
    dates = next(facet for facet in response.facets if facet.field == DATE_FACET)
    return schemas.Profile(
        type=profile.type,
        name=profile.name,
        total=response.total,
        took_ms=round(took_ms, 1),
        index=Index.of(response.index),
        dates=to_facet(own, dates, root),
        latest=[to_result(hit, root) for hit in response.hits],
        names=[schemas.Spelling(name, count) for name, count in profile.spellings],
        names_from=profile.sampled,
        named_with=schemas.Companions(
            _companions(profile, EntityType.PERSON, root),
            _companions(profile, EntityType.ORG, root),
            _companions(profile, EntityType.PLACE, root),
        ),
        decisions=[_decision(decision) for decision in curation.decisions],
        watched=curation.watched.spellings if curation.watched else None,
        note=curation.note or None,
        links=_links(profile, own, root),
    )


def _links(profile: EntityProfile, own: Search, root: str) -> schemas.ProfileLinks:
    key = (profile.type, profile.name)
    without = refine.exclude(Search(), *key)
    return schemas.ProfileLinks(
        urls.entity_api_url(*key, root),
        urls.entity_url(*key, root),
        search_url(own, root, Representation.JSON),
        search_url(without, root, Representation.JSON),
    )


def _companions(profile: EntityProfile, kind: EntityType, root: str) -> list[schemas.Companion]:
    own = refine.require(Search(), profile.type, profile.name)
    return [
        schemas.Companion(
            value.value,
            value.count,
            schemas.CompanionLinks(
                urls.entity_api_url(kind, value.value, root),
                search_url(refine.require(own, kind, value.value), root, Representation.JSON),
            ),
        )
        for value in profile.companions(kind)
    ]


def _decision(decision: Decision) -> schemas.Decision:
    made = decision.made.isoformat() if decision.made else None
    return schemas.Decision(decision.summary, decision.line, made, decision.note or None)
