"""The shapes of `answer` as JSON Schema (draft 2020-12), for `openapi`."""

from __future__ import annotations

from searchapp.engines.base import ALL_FACETS, Interval, ValueState
from searchapp.errors import PageFault
from searchapp.model import Confidence, DatePrecision, EntityType
from searchapp.web.api.json_schema import (
    Schema,
    array,
    nullable,
    number,
    object_,
    one_of,
    optional,
    ref,
    text,
)

_URL = text(format="uri-reference")
_RANGE = {**array(number(minimum=0)), "minItems": 2, "maxItems": 2}
_PUBLISHED_DATE = text(
    "as precise as the page stated it", pattern=r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"
)
_CAPTURED = nullable(
    text("when it was fetched or saved, as its container says", format="date-time")
)
_DOCUMENT_LINKS = object_(
    self=_URL, original=nullable(text(format="uri")), cached=_URL, similar=_URL
)

SCHEMAS: dict[str, Schema] = {
    "Answer": object_(
        query=ref("Query"),
        total=number("exact number of hits", minimum=0),
        page=number(minimum=1),
        size=number(minimum=1),
        took_ms=number("time taken, in milliseconds", "number", minimum=0),
        index=ref("Index"),
        results=array(ref("Result")),
        facets=array(ref("Facet")),
        links=object_(
            self=_URL,
            prev=nullable(_URL),
            next=nullable(_URL),
            html=_URL,
            csv=_URL,
            jsonl=_URL,
            atom=_URL,
        ),
    ),
    "Query": object_(
        q=text("as typed"),
        interpreted=text("as understood, in one normal form"),
        suggestion=nullable(
            text("a query that finds far more when this one finds next to nothing")
        ),
        warnings=array(ref("Mistake")),
    ),
    "Index": object_(
        id=text("the snapshot that answered; another commit has another id"),
        built_at=text(format="date-time"),
        documents=number(minimum=0),
        failed=number("pages of the archive that are not in the index", minimum=0),
    ),
    "Result": object_(
        id=text(),
        url=nullable(text(format="uri")),
        title=text(),
        site=nullable(text()),
        language=nullable(text("ISO 639-1")),
        published=nullable(ref("Published")),
        modified=nullable(ref("Published")),
        captured=_CAPTURED,
        snippets=array(ref("Snippet")),
        entities=object_(**{str(kind): array(text()) for kind in EntityType}),
        score=number("relevance; compares only within one answer", "number"),
        duplicates=number("near-copies folded into this result", minimum=0),
        links=_DOCUMENT_LINKS,
    ),
    "Published": object_(
        date=_PUBLISHED_DATE,
        precision=one_of(DatePrecision),
        method=text("what found the date"),
        confidence=one_of(Confidence, "high: stated by the page; low: guessed"),
    ),
    "Snippet": object_(
        field=text(enum=["title", "text"]),
        text=text("plain text, never HTML"),
        ranges={**array(_RANGE), "description": "[start, end) in Unicode code points"},
    ),
    "Facet": optional(
        object_(
            field=text(enum=list(ALL_FACETS)),
            interval=one_of(Interval, "width of the periods; of date only"),
            find=text("only values with words that begin so are listed and counted"),
            distinct=number("values among the hits, shown or not", minimum=0),
            missing=number("hits without a value", minimum=0),
            values=array(ref("FacetValue")),
        ),
        "interval",
        "find",
    ),
    "FacetValue": object_(
        value=text("a name, host or code; for date a period: YYYY, YYYY-MM or YYYY-MM-DD"),
        count=number("hits with this value, the facet's own OR aside", minimum=0),
        state=one_of(ValueState),
        links=object_(**dict.fromkeys(("include", "require", "exclude", "remove"), nullable(_URL))),
    ),
    "Document": object_(
        id=text(),
        path=text("the file the page was read from, from beside the archive's root"),
        url=nullable(text()),
        canonical_url=nullable(text()),
        title=text(),
        authors=array(text()),
        site=nullable(text()),
        language=nullable(text("ISO 639-1")),
        published=nullable(ref("Published")),
        modified=nullable(ref("Published")),
        captured=_CAPTURED,
        rejected_dates=array(
            object_(
                date=text("as precise as the page stated it"),
                method=text("what found the date"),
                reason=text("why it cannot be when the page was published, or changed"),
            )
        ),
        lead=text(),
        text=text("plain text, paragraphs separated by a blank line"),
        entities=array(ref("Entity")),
        links=_DOCUMENT_LINKS,
    ),
    "Entity": object_(
        name=text(),
        type=one_of(EntityType),
        mentions={**array(_RANGE), "description": "[start, end) into text, in code points"},
    ),
    "Profile": object_(
        type=one_of(EntityType),
        name=text("as facets show it"),
        total=number("documents that name it", minimum=1),
        took_ms=number("time taken, in milliseconds", "number", minimum=0),
        index=ref("Index"),
        dates=ref("Facet"),
        latest=array(ref("Result")),
        names=array(object_(name=text("as the text writes it"), mentions=number(minimum=1))),
        names_from=number("how many of the newest documents `names` was counted in", minimum=0),
        named_with=object_(**{str(kind): array(ref("Companion")) for kind in EntityType}),
        decisions=array(ref("Decision")),
        watched=nullable(array(text("a spelling the watch-list has for it"))),
        note=nullable(text("what keeps decisions from being up to date")),
        links=object_(self=_URL, html=_URL, search=_URL, exclude=_URL),
    ),
    "Companion": object_(
        name=text(),
        count=number("documents that name both", minimum=1),
        links=object_(self=_URL, both=_URL),
    ),
    "Decision": object_(
        summary=text(),
        line=number("line of entities.toml", minimum=1),
        made=nullable(text(format="date")),
        note=nullable(text()),
    ),
    "Suggestions": object_(
        q=text("as typed"), index=ref("Index"), suggestions=array(ref("Suggestion"))
    ),
    "Suggestion": object_(
        value=text("a name as its facet shows it, or a title"),
        field=text(enum=[*map(str, EntityType), "title"]),
        count=number("documents that have it", minimum=1),
        q=nullable(text("the query for it; null for a title")),
        href=_URL,
    ),
    "Mistake": object_(
        parameter=text("the parameter that is wrong"),
        position=nullable(number("code points into its value", minimum=0)),
        message=text("what is wrong and what to do"),
    ),
    "Problem": object_(
        type=text(format="uri-reference"),
        title=text(),
        status=number(minimum=400, maximum=599),
        detail=text(),
        errors=array(ref("Mistake")),
    ),
    "Status": object_(
        index=nullable(ref("Index")),
        bytes=number("size of ledger and index", minimum=0),
        documents=nullable(number("pages the ledger has read", minimum=0)),
        pending=nullable(number("changes that are not in the index yet", minimum=0)),
        failed=array(
            object_(
                reason=text(enum=list(PageFault)),
                count=number(minimum=1),
                examples=array(object_(source=text(), message=text("why, and what to do"))),
            )
        ),
        unlisted=array(text("a file or folder the last run could not look at, and why")),
        no_pages={
            "type": "object",
            "description": "records in containers that are no pages, by kind",
            "additionalProperties": number(minimum=1),
        },
        undated=nullable(number("documents without any date", minimum=0)),
        uncertain=nullable(number("documents whose date is a guess", minimum=0)),
        dates=nullable(
            object_(
                first=nullable(text(format="date")),
                last=nullable(text(format="date")),
                interval=one_of(Interval),
                values=array(ref("Count")),
            )
        ),
        languages=array(ref("Count")),
        sites=array(ref("Count")),
        last_run=nullable(text("end of the last complete run", format="date-time")),
        running=nullable(object_(since=text("start of the reindex at work", format="date-time"))),
        versions=object_(
            searchapp=text(),
            engine={"type": "object", "additionalProperties": text()},
            documents=array({"type": "object", "description": "what read so many documents"}),
        ),
        drift=array(text("in what ledger and index differ, and what to do")),
        faults=array(text("what cannot be read, and what to do")),
    ),
    "Count": object_(value=text(), count=number(minimum=0)),
    "Reindex": object_(
        state=text(
            enum=["none", "starting", "reading", "indexing", "done", "failed", "died"],
        ),
        running={"type": "boolean", "description": "a reindex is at work, whoever started it"},
        started_at=nullable(text(format="date-time")),
        finished_at=nullable(text(format="date-time")),
        pages=object_(
            done=number(minimum=0),
            total=nullable(number("null while a container is open", minimum=0)),
            failed=number(minimum=0),
        ),
        indexed=object_(done=number(minimum=0), total=nullable(number(minimum=0))),
        documents=nullable(number("in the index, once it is done", minimum=0)),
        message=text("why it failed, or what was dealt with"),
    ),
    "Health": optional(object_(status=text(const="ok"), index=ref("Index")), "index"),
}
