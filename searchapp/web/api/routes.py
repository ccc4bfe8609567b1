"""The addresses programs read: the JSON endpoint, its feed and exports, and health.

`docs/api.md` is the reference. Errors are raised as domain types and become
problem details in `app`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from http import HTTPStatus
from time import perf_counter

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from searchapp.engines import query
from searchapp.engines.base import Hit, Sort
from searchapp.maintenance import background_reindex
from searchapp.web import redaction
from searchapp.web.api import answer, atom, entity_answer, etags, export, openapi, status
from searchapp.web.auth import require_token
from searchapp.web.context import requested_search, root, searcher, serving
from searchapp.web.entity_profile import Moved, profile
from searchapp.web.params import refine
from searchapp.web.params.search import Search, parse_begun, to_pairs
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
    if not_modified := _unchanged(asked):
        return not_modified
    response = searcher().search(asked.request)
    took_ms = (perf_counter() - started) * 1000
    body = answer.to_json(asked, response, took_ms, root())
    return _tagged(_json(body), asked, response.index.id)


@blueprint.get("/api/v1/search.atom")
def search_atom() -> Response:
    """The newest hits, as a feed."""
    asked = refine.sort(requested_search(), Sort.NEWEST)
    if not_modified := _unchanged(asked):
        return not_modified
    bare = replace(asked.request, facets={}, interval=None, finding={})
    response = searcher().search(bare)
    body = atom.atom(asked, response, request.url_root.rstrip("/"))
    return _tagged(Response(body, mimetype=atom.MEDIA_TYPE), asked, response.index.id)


@blueprint.get("/api/v1/search.csv")
def search_csv() -> Response:
    """Every hit, as a table."""

    def lines(hits: Iterator[Hit]) -> Iterator[str]:
        return export.csv_lines(redaction.named(hits))

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
    begun = parse_begun(request.args.items(multi=True))
    found = searcher().complete(begun.q, begun.size)
    return _json(answer.suggest_json(begun, found, searcher().info(), root()))


@blueprint.get("/api/v1/documents/<document_id>")
def document(document_id: str) -> Response:
    """All that is kept of one page."""
    found = redaction.document(document_id)
    return _json(answer.document_json(found, root()))


@blueprint.get("/api/v1/entities/<kind>/<path:name>", merge_slashes=False)
def entity(kind: str, name: str) -> BaseResponse:
    """What the index knows of a person, an organisation or a place."""
    started = perf_counter()
    found = profile(searcher(), kind, name, serving().settings.index_dir)
    if isinstance(found, Moved):
        return redirect(entity_api_url(found.type, found.name, root()))
    took_ms = (perf_counter() - started) * 1000
    return _json(entity_answer.entity_json(found, took_ms, root()))


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
def state() -> Response:
    """What the archive holds, what failed and why, and whether ledger and index agree."""
    return _json(status.status_json(status.take_stock()))


@blueprint.post("/api/v1/reindex")
def start_reindex() -> Response:
    """Start a reindex of every path given before, in a process of its own."""
    require_token()
    begun = background_reindex.start(serving().settings)
    response = _json(status.progress_json(begun))
    response.status_code = HTTPStatus.ACCEPTED
    response.headers["Location"] = f"{root()}/api/v1/reindex"
    return response


@blueprint.get("/api/v1/reindex")
def reindex_progress() -> Response:
    """How the reindex goes that was started last, or how it ended."""
    return _json(status.progress_json(status.last_background_run()))


@blueprint.get("/healthz")
def healthy() -> Response:
    """The process is up, with or without an index."""
    return _json({"status": "ok"})


@blueprint.get("/readyz")
def ready() -> Response:
    """The index can be searched."""
    return _json({"status": "ok", "index": answer.index_json(searcher().info())})


def _json(body: dict[str, object]) -> Response:
    response = Response(answer.dumps(body), mimetype="application/json")
    response.headers["Cache-Control"] = "no-cache"
    return response


def _unchanged(asked: Search) -> Response | None:
    current = etags.tag(searcher().info().id, to_pairs(asked))
    return etags.not_modified(current) if etags.is_fresh(current) else None


def _tagged(response: Response, asked: Search, index_id: str) -> Response:
    return etags.with_tag(response, etags.tag(index_id, to_pairs(asked)))


def _attachment(
    write: Callable[[Iterator[Hit]], Iterator[str]], media_type: str, name: str
) -> Response:
    asked = requested_search()
    lines = _with_signs_of_life(write(searcher().scan(asked.request)))
    response = Response(lines, content_type=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-cache"
    return response


def _with_signs_of_life(pieces: Iterator[str]) -> Iterator[str]:
    """However long the whole takes, the server hears that each piece was sent."""
    alive = serving().alive

    def heard() -> Iterator[str]:
        for piece in pieces:
            alive()
            yield piece

    return heard()
