"""A SearchResponse as the JSON object the endpoint and the command line print.

The last step of the data's path, and the public shape of version 1: keys may be
added here, never changed or taken away. No Flask. `openapi` states the same shape
as a schema, and the tests hold answers against it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from searchapp.engines import query
from searchapp.engines.base import (
    DATE_FACET,
    Completion,
    Facet,
    FacetValue,
    Hit,
    IndexInfo,
    SearchResponse,
    Snippet,
    ValueState,
)
from searchapp.errors import Problem
from searchapp.model import EntityType, IndexedDocument, PublicationDate
from searchapp.web.params import refine, urls
from searchapp.web.params.search import WINDOW, Begun, Search, to_cursor
from searchapp.web.params.urls import Face, search_url


def dumps(answer: dict[str, Any]) -> str:
    """One line of JSON (RFC 8259), in which half a surrogate pair is escaped."""
    text = json.dumps(answer, ensure_ascii=False, allow_nan=False)
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def to_json(
    search: Search, response: SearchResponse, took_ms: float, root: str = ""
) -> dict[str, Any]:
    """Return the answer of `GET /api/v1/search`; `root` is the prefix of its links."""
    return {
        "query": _query(search, response),
        "total": response.total,
        "page": search.request.page,
        "size": search.request.size,
        "took_ms": round(took_ms, 1),
        "index": index_json(response.index),
        "results": [result_json(hit, root) for hit in response.hits],
        "facets": [facet_json(search, facet, root) for facet in response.facets],
        "links": _links(search, response, root),
    }


def result_json(hit: Hit, root: str = "") -> dict[str, Any]:
    """One result; exports write it too, without snippets."""
    document = hit.document
    snippets = (hit.title, *hit.snippets) if hit.title.ranges else hit.snippets
    return {
        "id": document.id,
        "url": urls.original_url(document.article),
        "title": document.article.title,
        "site": document.article.site,
        "language": document.article.language,
        "published": _published(document.article.published),
        "modified": _published(document.article.modified),
        "captured": _time(document.article.captured),
        "snippets": [_snippet(snippet) for snippet in snippets],
        "entities": {str(kind): list(document.values(kind)) for kind in EntityType},
        "score": hit.score,
        "duplicates": 0,
        "links": _document_links(document, root),
    }


def document_json(document: IndexedDocument, root: str = "") -> dict[str, Any]:
    """Return the answer of `GET /api/v1/documents/<id>`: all that is kept of a page."""
    article = document.article
    return {
        "id": document.id,
        "path": document.path,
        "url": article.url,
        "canonical_url": article.canonical_url,
        "title": article.title,
        "authors": list(article.authors),
        "site": article.site,
        "language": article.language,
        "published": _published(article.published),
        "modified": _published(article.modified),
        "captured": _time(article.captured),
        "rejected_dates": [
            {"date": one.date, "method": one.method, "reason": one.reason}
            for one in article.rejected
        ],
        "lead": article.lead,
        "text": article.text,
        "entities": [
            {"name": e.name, "type": str(e.type), "mentions": [list(m) for m in e.mentions]}
            for e in document.entities
        ],
        "links": _document_links(document, root),
    }


def suggest_json(
    begun: Begun, found: Sequence[Completion], index: IndexInfo, root: str = ""
) -> dict[str, Any]:
    """Return the answer of `GET /api/v1/suggest`."""
    return {
        "q": begun.q,
        "index": index_json(index),
        "suggestions": [_completion(one, root) for one in found],
    }


def _completion(one: Completion, root: str) -> dict[str, Any]:
    """One way to go on: a search for a name, or the saved page with a title."""
    if one.document_id is not None:
        q, href = None, urls.document_url(one.document_id, root)
    else:
        q = query.render(query.FacetTerm(one.field, one.value, whole=True))
        href = search_url(Search(q=q), root)
    return {"value": one.value, "field": one.field, "count": one.count, "q": q, "href": href}


def index_json(index: IndexInfo) -> dict[str, Any]:
    """Which snapshot answered."""
    return {
        "id": index.id,
        "built_at": index.built_at.isoformat(timespec="seconds"),
        "documents": index.documents,
        "failed": index.failed,
    }


def problem_json(problem: Problem) -> dict[str, Any]:
    """One mistake, as errors and warnings alike are written."""
    return {
        "parameter": problem.parameter,
        "position": problem.position,
        "message": problem.message,
    }


def _query(search: Search, response: SearchResponse) -> dict[str, Any]:
    notices = tuple(Problem("q", notice) for notice in response.notices)
    return {
        "q": search.q,
        "interpreted": query.render(search.request.query),
        "suggestion": response.suggestion,
        "warnings": [problem_json(problem) for problem in (*search.warnings, *notices)],
    }


def _time(captured: datetime | None) -> str | None:
    return captured.isoformat() if captured else None


def _published(published: PublicationDate | None) -> dict[str, str] | None:
    if published is None:
        return None
    return {
        "date": published.iso,
        "precision": str(published.precision),
        "method": published.method,
        "confidence": str(published.confidence),
    }


def _snippet(snippet: Snippet) -> dict[str, Any]:
    ranges = [list(pair) for pair in snippet.ranges]
    return {"field": snippet.field, "text": snippet.text, "ranges": ranges}


def _document_links(document: IndexedDocument, root: str) -> dict[str, str | None]:
    return {
        "self": urls.document_api_url(document.id, root),
        "original": urls.original_url(document.article),
        "cached": urls.document_url(document.id, root),
        "similar": urls.similar_url(document.id, root),
    }


def facet_json(search: Search, facet: Facet, root: str) -> dict[str, Any]:
    """One facet, each value with the searches that use it."""
    interval = {"interval": str(facet.interval)} if facet.field == DATE_FACET else {}
    return {
        "field": facet.field,
        **interval,
        **({"find": typed} if (typed := search.request.finding.get(facet.field)) else {}),
        "distinct": facet.distinct,
        "missing": facet.missing,
        "values": [_facet_value(search, facet.field, value, root) for value in facet.values],
    }


def _facet_value(search: Search, field: str, value: FacetValue, root: str) -> dict[str, Any]:
    state = value.state
    steps = _date_steps if field == DATE_FACET else _value_steps
    nexts = steps(search, field, value)
    return {
        "value": value.value,
        "count": value.count,
        "state": str(state),
        "links": {
            name: search_url(step, root, Face.JSON) if step else None
            for name, step in nexts.items()
        },
    }


def _value_steps(search: Search, field: str, value: FacetValue) -> dict[str, Search | None]:
    name, state = value.value, value.state
    return {
        "include": None if state == ValueState.INCLUDED else refine.include(search, field, name),
        "require": None if state == ValueState.REQUIRED else refine.require(search, field, name),
        "exclude": None if state == ValueState.EXCLUDED else refine.exclude(search, field, name),
        "remove": None if state == ValueState.NONE else refine.remove(search, field, name),
    }


def _date_steps(search: Search, _field: str, value: FacetValue) -> dict[str, Search | None]:
    chosen = value.state != ValueState.NONE
    return {
        "include": None if chosen else refine.bucket(search, value.value),
        "require": None,
        "exclude": None,
        "remove": refine.without_dates(search) if chosen else None,
    }


def _links(search: Search, response: SearchResponse, root: str) -> dict[str, str | None]:
    before, after = _previous(search, response.total), _next(search, response)
    return {
        "self": search_url(search, root, Face.JSON),
        "prev": search_url(before, root, Face.JSON) if before else None,
        "next": search_url(after, root, Face.JSON) if after else None,
        **{face.name.lower(): search_url(search, root, face) for face in Face if face != Face.JSON},
    }


def _previous(search: Search, total: int) -> Search | None:
    """The page before, the last one that has hits at most; None out of numbers' reach."""
    request = search.request
    number = min(request.page - 1, max(1, -(-total // request.size)))
    reached = number and number * request.size <= WINDOW
    return refine.page(search, number) if reached else None


def _next(search: Search, response: SearchResponse) -> Search | None:
    """Behind the last hit, so that a commit in between repeats and skips nothing."""
    if not response.more or not response.hits:
        return None
    return refine.follow(search, to_cursor(search, response.hits[-1], response.index))
