"""The shapes of `answer` as JSON Schema (draft 2020-12), for `openapi`."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from searchapp.engines.base import ALL_FACETS, Interval, ValueState
from searchapp.model import Confidence, DatePrecision, EntityType

Schema = dict[str, Any]


def text(about: str = "", **more: Any) -> Schema:
    """A string."""
    return {"type": "string", **({"description": about} if about else {}), **more}


def number(about: str = "", kind: str = "integer", **more: Any) -> Schema:
    """A number, whole unless said otherwise."""
    return {"type": kind, **({"description": about} if about else {}), **more}


def ref(name: str) -> Schema:
    """A schema of `SCHEMAS` by name."""
    return {"$ref": f"#/components/schemas/{name}"}


def _nullable(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def array(items: Schema) -> Schema:
    """Any number of items of one schema."""
    return {"type": "array", "items": items}


def _object(**properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _optional(schema: Schema, name: str) -> Schema:
    return {**schema, "required": [known for known in schema["required"] if known != name]}


def one_of(kind: type[StrEnum], about: str = "") -> Schema:
    """One of an enumeration's values."""
    return text(about, enum=[str(member) for member in kind if member])


_URL = text(format="uri-reference")
_RANGE = {**array(number(minimum=0)), "minItems": 2, "maxItems": 2}
_PUBLISHED_DATE = text(
    "as precise as the page stated it", pattern=r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"
)
_DOCUMENT_LINKS = _object(
    self=_URL, original=_nullable(text(format="uri")), cached=_URL, similar=_URL
)

SCHEMAS: dict[str, Schema] = {
    "Answer": _object(
        query=ref("Query"),
        total=number("exact number of hits", minimum=0),
        page=number(minimum=1),
        size=number(minimum=1),
        took_ms=number("time taken, in milliseconds", "number", minimum=0),
        index=ref("Index"),
        results=array(ref("Result")),
        facets=array(ref("Facet")),
        links=_object(
            self=_URL,
            prev=_nullable(_URL),
            next=_nullable(_URL),
            html=_URL,
            csv=_URL,
            jsonl=_URL,
            atom=_URL,
        ),
    ),
    "Query": _object(
        q=text("as typed"),
        interpreted=text("as understood, in one normal form"),
        suggestion=_nullable(
            text("a query that finds far more when this one finds next to nothing")
        ),
        warnings=array(ref("Mistake")),
    ),
    "Index": _object(
        id=text("the snapshot that answered; another commit has another id"),
        built_at=text(format="date-time"),
        documents=number(minimum=0),
        failed=number("pages of the archive that are not in the index", minimum=0),
    ),
    "Result": _object(
        id=text(),
        url=_nullable(text(format="uri")),
        title=text(),
        site=_nullable(text()),
        language=_nullable(text("ISO 639-1")),
        published=_nullable(ref("Published")),
        snippets=array(ref("Snippet")),
        entities=_object(**{str(kind): array(text()) for kind in EntityType}),
        score=number("relevance; compares only within one answer", "number"),
        duplicates=number("near-copies folded into this result", minimum=0),
        links=_DOCUMENT_LINKS,
    ),
    "Published": _object(
        date=_PUBLISHED_DATE,
        precision=one_of(DatePrecision),
        method=text("what found the date"),
        confidence=one_of(Confidence, "high: stated by the page; low: guessed"),
    ),
    "Snippet": _object(
        field=text(enum=["title", "text"]),
        text=text("plain text, never HTML"),
        ranges={**array(_RANGE), "description": "[start, end) in Unicode code points"},
    ),
    "Facet": _optional(
        _object(
            field=text(enum=list(ALL_FACETS)),
            interval=one_of(Interval, "width of the periods; of date only"),
            distinct=number("values among the hits, shown or not", minimum=0),
            missing=number("hits without a value", minimum=0),
            values=array(ref("FacetValue")),
        ),
        "interval",
    ),
    "FacetValue": _object(
        value=text("a name, host or code; for date a period: YYYY, YYYY-MM or YYYY-MM-DD"),
        count=number("hits with this value, the facet's own OR aside", minimum=0),
        state=one_of(ValueState),
        links=_object(
            **dict.fromkeys(("include", "require", "exclude", "remove"), _nullable(_URL))
        ),
    ),
    "Document": _object(
        id=text(),
        path=text("the file the page was read from"),
        url=_nullable(text()),
        canonical_url=_nullable(text()),
        title=text(),
        authors=array(text()),
        site=_nullable(text()),
        language=_nullable(text("ISO 639-1")),
        published=_nullable(ref("Published")),
        lead=text(),
        text=text("plain text, paragraphs separated by a blank line"),
        entities=array(ref("Entity")),
        links=_DOCUMENT_LINKS,
    ),
    "Entity": _object(
        name=text(),
        type=one_of(EntityType),
        mentions={**array(_RANGE), "description": "[start, end) into text, in code points"},
    ),
    "Profile": _object(
        type=one_of(EntityType),
        name=text("as facets show it"),
        total=number("documents that name it", minimum=1),
        took_ms=number("time taken, in milliseconds", "number", minimum=0),
        index=ref("Index"),
        dates=ref("Facet"),
        latest=array(ref("Result")),
        names=array(_object(name=text("as the text writes it"), mentions=number(minimum=1))),
        names_from=number("how many of the newest documents `names` was counted in", minimum=0),
        named_with=_object(**{str(kind): array(ref("Companion")) for kind in EntityType}),
        decisions=array(ref("Decision")),
        watched=_nullable(array(text("a spelling the watch-list has for it"))),
        note=_nullable(text("what keeps decisions from being up to date")),
        links=_object(self=_URL, html=_URL, search=_URL, exclude=_URL),
    ),
    "Companion": _object(
        name=text(),
        count=number("documents that name both", minimum=1),
        links=_object(self=_URL, both=_URL),
    ),
    "Decision": _object(
        summary=text(),
        line=number("line of entities.toml", minimum=1),
        made=_nullable(text(format="date")),
        note=_nullable(text()),
    ),
    "Suggestions": _object(
        q=text("as typed"), index=ref("Index"), suggestions=array(ref("Suggestion"))
    ),
    "Suggestion": _object(
        value=text("a name as its facet shows it, or a title"),
        field=text(enum=[*map(str, EntityType), "title"]),
        count=number("documents that have it", minimum=1),
        q=_nullable(text("the query for it; null for a title")),
        href=_URL,
    ),
    "Mistake": _object(
        parameter=text("the parameter that is wrong"),
        position=_nullable(number("code points into its value", minimum=0)),
        message=text("what is wrong and what to do"),
    ),
    "Problem": _object(
        type=text(format="uri-reference"),
        title=text(),
        status=number(minimum=400, maximum=599),
        detail=text(),
        errors=array(ref("Mistake")),
    ),
    "Health": _optional(_object(status=text(const="ok"), index=ref("Index")), "index"),
}
