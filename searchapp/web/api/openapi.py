"""The API described for programs: an OpenAPI 3.1 document made from the types of its answers.

The tests hold it against the parameters the parser knows and against real answers.
"""

from enum import StrEnum
from http import HTTPStatus
from typing import Any

from msgspec import Struct
from msgspec.json import schema_components

from searchapp import __version__
from searchapp.engines.base import Interval, Sort, Undated
from searchapp.maintenance.status_json import Status
from searchapp.model import FACET_FIELDS, EntityType
from searchapp.web.api import atom, problems
from searchapp.web.api.entity_answer import Profile
from searchapp.web.api.schemas import Answer, Document, Health, Problem, Suggestions
from searchapp.web.api.status import Reindex
from searchapp.web.params.search import (
    DEFAULT_COMPLETIONS,
    DEFAULT_SIZE,
    FINDING,
    KEPT,
    MAX_COMPLETIONS,
    MAX_PAGE,
    MAX_SIZE,
    MOST_VALUES,
    ROLES,
    Match,
    Spelling,
)
from searchapp.web.params.values import (
    DEFAULT_COUNT,
    LONGEST_TEXT,
    LONGEST_VALUE,
    MAX_COUNT,
    NO_FACETS,
)

Schema = dict[str, Any]
_ANSWERS = (Answer, Document, Health, Problem, Profile, Reindex, Status, Suggestions)
_REF = "#/components/schemas/{name}"


def _ref(answer: type[Struct]) -> Schema:
    return {"$ref": _REF.format(name=answer.__name__)}


def _text(about: str = "", **more: Any) -> Schema:
    return {"type": "string", **({"description": about} if about else {}), **more}


def _number(about: str, **more: Any) -> Schema:
    return {"type": "integer", "description": about, **more}


def _or_empty(schema: Schema) -> Schema:
    """The same, and the empty text, which means not given."""
    about = {"description": schema.pop("description")} if "description" in schema else {}
    return about | {"anyOf": [schema, {"type": "string", "maxLength": 0}]}


def _one_of(kind: type[StrEnum], about: str = "") -> Schema:
    return _text(about, enum=[str(member) for member in kind if member])


_DAY = r"^([0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?)?$"
_COUNT = r"(:(1000|[0-9]{1,3}))?"
_FACET = rf"(({'|'.join(FACET_FIELDS)}){_COUNT}|date(:({'|'.join(Interval)}))?)"
_SINGLE: dict[str, Schema] = {
    "q": _text(
        "the query; empty means everything; an address has 8,000 bytes", maxLength=LONGEST_TEXT
    ),
    "from": _text("published on this day or later: YYYY, YYYY-MM or YYYY-MM-DD", pattern=_DAY),
    "to": _text("published on this day or earlier: YYYY, YYYY-MM or YYYY-MM-DD", pattern=_DAY),
    "undated": _one_of(Undated, "documents without a date: only these, or these too"),
    "uncertain": _text("count dates of low confidence as dates", enum=["include"]),
    "sort": _one_of(Sort, "order; relevance without a query is -date"),
    "page": _number(
        "page of hits, within the first 10,000 of them", minimum=1, maximum=MAX_PAGE, default=1
    ),
    "cursor": _text("go on behind the last hit of a page: from links.next, whole; without page"),
    "size": _number("hits a page", minimum=1, maximum=MAX_SIZE, default=DEFAULT_SIZE),
    "facets": _text(
        "facets and how many values of each, as `person:10,org:10,date:month`; "
        f"0 to {MAX_COUNT}, {DEFAULT_COUNT} when left out; date takes auto, day, month or year; "
        "`none` for no facets",
        pattern=rf"^({NO_FACETS}|{_FACET}(,{_FACET})*)?$",
    ),
    "match": _one_of(
        Match, "all: no word but a stop word may be missing; most: some may, where few have all"
    ),
    "spelling": _one_of(Spelling, "typed: search for what no page has, and not for the nearest"),
    "strict": _text("1: what is not understood in q is an error", enum=["0", "1"]),
    "explain": _text("1: the answer says why it is what it is", enum=["0", "1"]),
}
_ROLE_ABOUT = {
    "any": "keep documents with this {}; repeated: with any of them",
    "all": "keep documents that have this {} too; repeated: all of them",
    "none": "leave out documents with this {}",
}
_PROBLEM = {problems.MEDIA_TYPE: {"schema": _ref(Problem)}}
_TAG = {"ETag": {"schema": _text("weak; send it back as If-None-Match")}}


def parameters() -> list[Schema]:
    """Return every parameter a search reads, as OpenAPI parameter objects."""
    single = [_parameter(name, _or_empty(dict(schema))) for name, schema in _SINGLE.items()]
    value = _text(maxLength=LONGEST_VALUE)
    strings = {"type": "array", "items": value, "maxItems": MOST_VALUES}
    filters = [
        _parameter(facet + end, strings, _ROLE_ABOUT[role].format(facet))
        for facet in FACET_FIELDS
        for role, end in ROLES.items()
    ]
    finding = [
        _parameter(name, value, f"list only values of {facet} with words that begin so")
        for facet, name in FINDING.items()
    ]
    return [*single, *filters, *finding]


def document(root: str = "") -> Schema:
    """Return the OpenAPI document; `root` is the prefix the paths are under."""
    return {
        "openapi": "3.1.1",
        "info": {
            "title": "searchapp",
            "version": __version__,
            "summary": "Full-text search with date and entity facets",
            "description": "Within v1, changes only add: ignore the keys you do not know.",
        },
        "servers": [{"url": root or "/"}],
        "paths": _paths(),
        "components": {
            "schemas": _schemas(),
            "parameters": {parameter["name"]: parameter for parameter in parameters()},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _schemas() -> Schema:
    """The types of all answers; msgspec leaves out that an enumeration's values are strings."""
    _, types = schema_components(_ANSWERS, ref_template=_REF)
    return {
        name: {"type": "string"} | kind if "enum" in kind else kind for name, kind in types.items()
    }


def _paths() -> Schema:
    searches = {
        "": ("One page of hits, with facets", {"application/json": _ref(Answer)}),
        ".csv": ("Every hit, as a table with a header", {"text/csv": _text()}),
        ".jsonl": ("Every hit, one Result a line", {"application/jsonl": _text()}),
        ".atom": ("The newest dated hits, as a feed", {atom.MEDIA_TYPE: _text()}),
    }
    return {
        **{f"/api/v1/search{end}": _search(*about, end) for end, about in searches.items()},
        "/api/v1/suggest": _suggest(),
        "/api/v1/documents/{id}": _document("Everything kept of a page", _ok(Document)),
        "/api/v1/entities/{kind}/{name}": _entity(),
        "/documents/{id}/similar": _similar(),
        "/api/v1/status": _plain("What is in, what failed and why", _ref(Status)),
        "/api/v1/reindex": _reindex(),
        "/api/v1/openapi.json": _plain("This description", {"type": "object"}),
        "/healthz": _plain("The process is up", _ref(Health)),
        "/readyz": _plain("The index can be searched", _ref(Health), unready=True),
    }


def _search(summary: str, content: dict[str, Schema], end: str) -> Schema:
    tagged = end in {"", ".atom"}
    answer = {
        "description": "Found, or nothing found",
        "headers": _TAG if tagged else {},
        "content": {media: {"schema": schema} for media, schema in content.items()},
    }
    unchanged = {"304": {"description": "Your copy is still the answer"}} if tagged else {}
    asked = [{"$ref": f"#/components/parameters/{parameter['name']}"} for parameter in parameters()]
    return _get(summary, {"200": answer, **unchanged, **_errors(400, 414, 503)}, asked)


def _suggest() -> Schema:
    many = _number("at most", minimum=1, maximum=MAX_COMPLETIONS, default=DEFAULT_COMPLETIONS)
    asked = [
        _parameter("q", _text("a text being typed", maxLength=LONGEST_VALUE)),
        _parameter("size", _or_empty(many)),
        *({"$ref": f"#/components/parameters/{name}"} for name in KEPT),
    ]
    summary = "Names, sites and titles a text being typed may become"
    return _get(summary, {**_ok(Suggestions), **_errors(400, 414, 503)}, asked)


def _document(summary: str, answer: Schema) -> Schema:
    identity = _parameter("id", _text(), "a result's id") | {"in": "path", "required": True}
    return _get(summary, {**answer, **_errors(404, 503)}, [identity])


def _similar() -> Schema:
    """Browsers that ask for HTML get errors as pages."""
    described = _document("Search for articles like this one", _see_other())
    for status in ("404", "503"):
        page = {"text/html": {"schema": _text()}}
        described["get"]["responses"][status]["content"] = _PROBLEM | page
    return described


def _entity() -> Schema:
    asked = [
        _parameter("kind", _one_of(EntityType), "its type"),
        _parameter("name", _text(), "its name"),
    ]
    inside = [parameter | {"in": "path", "required": True} for parameter in asked]
    moved = {
        "302": {"description": "A decision gave it another name, or it has other case or accents"}
    }
    answers = {**_ok(Profile), **moved, **_errors(404, 503)}
    return _get("What the index knows of a person, an organisation or a place", answers, inside)


def _reindex() -> Schema:
    """One address: POST starts a run, GET tells how it goes."""
    how = _plain("How the last reindex goes or went that was started here", _ref(Reindex))
    begun = {
        "description": "Started; ask Location how it goes",
        "headers": {"Location": {"schema": _text(format="uri-reference")}},
        "content": {"application/json": {"schema": _ref(Reindex)}},
    }
    start = {
        "summary": "Start a reindex of every path given before",
        "security": [{"token": []}],
        "responses": {"202": begun, **_errors(401, 403, 409)},
    }
    return {**how, "post": start}


def _ok(answer: type[Struct]) -> Schema:
    content = {"application/json": {"schema": _ref(answer)}}
    return {"200": {"description": "Found", "content": content}}


def _see_other() -> Schema:
    headers = {"Location": {"schema": _text("a search page", format="uri-reference")}}
    return {"303": {"description": "The search", "headers": headers}}


def _plain(summary: str, schema: Schema, *, unready: bool = False) -> Schema:
    content = {"application/json": {"schema": schema}}
    answer = {"200": {"description": summary, "content": content}}
    return _get(summary, answer | (_errors(503) if unready else {}), [])


def _get(summary: str, responses: Schema, asked: list[Schema]) -> Schema:
    described = {**responses, **_errors(421)}
    return {"get": {"summary": summary, "parameters": asked, "responses": described}}


def _errors(*statuses: int) -> Schema:
    return {
        str(status): {"description": HTTPStatus(status).phrase, "content": _PROBLEM}
        for status in statuses
    }


def _parameter(name: str, schema: Schema, about: str = "") -> dict[str, Any]:
    described = dict(schema)
    description = described.pop("description", "") or about
    return {"name": name, "in": "query", "description": description, "schema": described}
