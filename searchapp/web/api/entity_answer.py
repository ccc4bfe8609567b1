"""An EntityProfile as the JSON object of `GET /api/v1/entities/<type>/<name>`.

Beside `answer`, whose rules hold here too.
"""

from __future__ import annotations

from typing import Any

from searchapp.curation.decisions import Decision
from searchapp.engines.base import DATE_FACET
from searchapp.model import EntityType
from searchapp.web.api.answer import facet_json, index_json, result_json
from searchapp.web.entity_profile import EntityProfile
from searchapp.web.params import refine, urls
from searchapp.web.params.search import Search
from searchapp.web.params.urls import Face, search_url


def entity_json(found: EntityProfile, took_ms: float, root: str = "") -> dict[str, Any]:
    """Return the answer of `GET /api/v1/entities/<type>/<name>`."""
    response, key = found.response, (str(found.type), found.name)
    own = refine.include(Search(), *key)
    dates = next(facet for facet in response.facets if facet.field == DATE_FACET)
    return {
        "type": key[0],
        "name": key[1],
        "total": response.total,
        "took_ms": round(took_ms, 1),
        "index": index_json(response.index),
        "dates": facet_json(own, dates, root),
        "latest": [result_json(hit, root) for hit in response.hits],
        "names": [{"name": name, "mentions": count} for name, count in found.spellings],
        "names_from": found.sampled,
        "named_with": {str(kind): _companions(found, kind, root) for kind in EntityType},
        "decisions": [_decision(made) for made in found.curated.decisions],
        "watched": list(found.curated.watched.spellings) if found.curated.watched else None,
        "note": found.curated.note or None,
        "links": {
            "self": urls.entity_api_url(*key, root),
            "html": urls.entity_url(*key, root),
            "search": search_url(own, root, Face.JSON),
            "exclude": search_url(refine.exclude(Search(), *key), root, Face.JSON),
        },
    }


def _companions(found: EntityProfile, kind: EntityType, root: str) -> list[dict[str, Any]]:
    own = refine.require(Search(), found.type, found.name)
    return [
        {
            "name": value.value,
            "count": value.count,
            "links": {
                "self": urls.entity_api_url(kind, value.value, root),
                "both": search_url(refine.require(own, kind, value.value), root, Face.JSON),
            },
        }
        for value in found.companions(kind)
    ]


def _decision(made: Decision) -> dict[str, Any]:
    return {
        "summary": made.summary,
        "line": made.line,
        "made": made.made.isoformat() if made.made else None,
        "note": made.note or None,
    }
