"""The addresses programs read: the JSON endpoint, its feed and exports, and health.

`docs/api.md` is the reference. Errors are raised as domain types and become
problem details in `app`.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from http import HTTPStatus
from itertools import chain
from time import perf_counter

from flask import Blueprint, Response, redirect, request
from msgspec import Struct
from werkzeug.wrappers import Response as BaseResponse

from searchapp.document_json import encode
from searchapp.engines import query
from searchapp.engines.base import Hit, Sort
from searchapp.engines.explanation import explain
from searchapp.maintenance import background_reindex
from searchapp.maintenance.status_json import Index
from searchapp.web import redaction
from searchapp.web.api import atom, etags, export, openapi, status
from searchapp.web.api.answer import to_answer, to_document, to_suggestions
from searchapp.web.api.entity_answer import to_profile
from searchapp.web.api.schemas import Health
from searchapp.web.auth import may_read, require_token
from searchapp.web.context import (
    absolute_root,
    context,
    requested_search,
    root,
    searcher,
)
from searchapp.web.entity_profile import RenamedEntity, find_profile
from searchapp.web.params import refine
from searchapp.web.params.search import Search, parse_suggest, to_pairs
from searchapp.web.params.urls import entity_api_url, search_url

blueprint = Blueprint("api", __name__)
_HEALTH = ("/healthz", "/readyz")


def owns(path: str) -> bool:
    """Whether an address is read by programs, which want JSON for an error too."""
    return path.startswith("/api/") or path in _HEALTH


@blueprint.get("/api/v1/search")
def search() -> Response:
    """One page of hits with facets, as the search contract says."""
    started = perf_counter()
    asked = requested_search()
    if unchanged := etags.unchanged(searcher().info().id, to_pairs(asked)):
        return unchanged
    response = searcher().search(asked.request)
    why = explain(searcher(), asked.request, response) if asked.explain else None
    took_ms = (perf_counter() - started) * 1000
    body = to_answer(asked, response, took_ms, root(), why)
    return etags.tagged(_json(body), response.index.id, to_pairs(asked))


@blueprint.get("/api/v1/search.atom")
def search_atom() -> Response:
    """The newest hits, as a feed."""
    asked = refine.sort(requested_search(), Sort.NEWEST)
    if unchanged := etags.unchanged(searcher().info().id, to_pairs(asked)):
        return unchanged
    bare = replace(asked.request, facets={}, interval=None, finding={})
    response = searcher().search(bare)
    body = atom.atom(asked, response, absolute_root())
    feed = Response(body, mimetype=atom.MEDIA_TYPE)
    return etags.tagged(feed, response.index.id, to_pairs(asked))


@blueprint.get("/api/v1/search.csv")
def search_csv() -> Response:
    """Every hit, as a table."""

    def lines(hits: Iterator[Hit]) -> Iterator[str]:
        return export.csv_lines(redaction.redact_hits(hits))

    return _attachment(lines, "text/csv; charset=utf-8; header=present", "search.csv")


@blueprint.get("/api/v1/search.jsonl")
def search_jsonl() -> Response:
    """Every hit, one JSON object per line."""
    prefix = root()

    def lines(hits: Iterator[Hit]) -> Iterator[str]:
        return export.json_lines(hits, prefix)

    return _attachment(lines, "application/jsonl", "search.jsonl")


@blueprint.get("/api/v1/suggest")
def suggest() -> Response:
    """Names and titles that the text being typed may become."""
    asked = parse_suggest(request.args.items(multi=True))
    completions = searcher().complete(asked.q, asked.size, asked.within.request)
    return _json(to_suggestions(asked, completions, searcher().info(), root()))


@blueprint.get("/api/v1/documents/<document_id>")
def document(document_id: str) -> Response:
    """All that is kept of one page."""
    return _json(to_document(redaction.redacted_document(document_id), root()))


@blueprint.get("/api/v1/entities/<kind>/<path:name>", merge_slashes=False)
def entity(kind: str, name: str) -> BaseResponse:
    """What the index knows of a person, an organisation or a place."""
    started = perf_counter()
    profile = find_profile(searcher(), kind, name, context().settings.index_dir)
    if isinstance(profile, RenamedEntity):
        return redirect(entity_api_url(profile.type, profile.name, root()))
    took_ms = (perf_counter() - started) * 1000
    return _json(to_profile(profile, took_ms, root()))


@blueprint.get("/documents/<document_id>/similar")
def similar(document_id: str) -> BaseResponse:
    """Go to the search for the most telling words of a document."""
    words = query.render(searcher().similar(document_id))
    return redirect(search_url(Search(q=words), root()), code=303)


@blueprint.get("/api/v1/openapi.json")
def description() -> Response:
    """The endpoint described for programs (OpenAPI 3.1)."""
    return _json(openapi.document(root()))


@blueprint.get("/api/v1/status")
def archive_status() -> Response:
    """What the archive holds, what failed and why, and whether ledger and index agree."""
    return _json(status.to_status(status.current_status()))


@blueprint.post("/api/v1/reindex")
def start_reindex() -> Response:
    """Start a reindex of every path given before, in a process of its own."""
    require_token()
    response = _json(status.to_progress(background_reindex.start(context().settings)))
    response.status_code = HTTPStatus.ACCEPTED
    response.headers["Location"] = f"{root()}/api/v1/reindex"
    return response


@blueprint.get("/api/v1/reindex")
def reindex_progress() -> Response:
    """How the reindex goes that was started last, or how it ended."""
    return _json(status.to_progress(background_reindex.progress(context().settings.index_dir)))


@blueprint.get("/healthz")
def health() -> Response:
    """The process is up, with or without an index."""
    return _json(Health("ok"))


@blueprint.get("/readyz")
def readiness() -> Response:
    """The index can be searched."""
    index = Index.of(searcher().info())
    return _json(Health("ok", index) if may_read() else Health("ok"))


def _json(body: Struct | dict[str, object]) -> Response:
    response = Response(encode(body), mimetype="application/json")
    response.headers["Cache-Control"] = "no-cache"
    return response


def _attachment(
    write: Callable[[Iterator[Hit]], Iterator[str]], media_type: str, name: str
) -> Response:
    asked = requested_search()
    lines = write(searcher().scan(asked.request))
    # What cannot be read at all is an error; what fails later can only break off.
    first = next(lines, "")
    response = Response(chain([first], lines), content_type=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-cache"
    return response
