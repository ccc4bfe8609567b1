"""The answers of the API as types: what `answer` makes, `openapi` describes and msgspec writes.

The public shape of version 1: keys may be added here, never changed or taken away. A docstring
is the schema's description. The answer about the archive's status is in `maintenance.status_json`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType, field

from searchapp.engines.base import ALL_FACETS, Interval, ValueState
from searchapp.maintenance.background_reindex import DIED, DONE, FAILED, INDEXING, READING, STARTING
from searchapp.maintenance.status_json import Day, Index, Moment, Natural, Positive
from searchapp.model import Confidence, DatePrecision, EntityType

Url = Annotated[str, Meta(extra_json_schema={"format": "uri-reference"})]
WebUrl = Annotated[str, Meta(extra_json_schema={"format": "uri"})]
Milliseconds = Annotated[float, Meta(ge=0)]
Language = Annotated[str, Meta(description="ISO 639-1")]
Captured = Annotated[
    Moment | None, Meta(description="when it was fetched or saved, as its container says")
]
STATES = ["none", STARTING, READING, INDEXING, DONE, FAILED, DIED]
Range = tuple[Natural, Natural]
Typed = Annotated[str, Meta(description="as typed")]


class Mistake(Struct, frozen=True):
    """What is wrong with a parameter, or was not understood in it."""

    parameter: str
    position: Annotated[Natural | None, Meta(description="code points into its value")]
    message: Annotated[str, Meta(description="what is wrong and what to do")]


class Problem(Struct, frozen=True):
    """An error (RFC 9457), with every mistake and not only the first."""

    type: Url
    title: str
    status: Annotated[int, Meta(ge=400, le=599)]
    detail: str
    errors: list[Mistake]


class Published(Struct, frozen=True):
    """When a page was published, or last changed."""

    date: Annotated[
        str,
        Meta(
            description="as precise as the page stated it",
            pattern=r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$",
        ),
    ]
    precision: DatePrecision
    method: Annotated[str, Meta(description="what found the date")]
    confidence: Confidence


class Snippet(Struct, frozen=True):
    """A passage that matched."""

    field: Annotated[str, Meta(extra_json_schema={"enum": ["title", "text"]})]
    text: Annotated[str, Meta(description="plain text, never HTML")]
    ranges: Annotated[
        list[Range], Meta(description="what matched: [start, end) in Unicode code points")
    ]


class Names(Struct, frozen=True):
    """The names in a page, by type."""

    person: tuple[str, ...]
    org: tuple[str, ...]
    place: tuple[str, ...]


class DocumentLinks(Struct, frozen=True):
    """Where to see a page."""

    self_: Url = field(name="self")
    original: WebUrl | None
    cached: Url
    similar: Url


class Result(Struct, frozen=True, kw_only=True):
    """A page that was found."""

    id: str
    url: WebUrl | None
    title: str
    site: str | None
    language: Language | None
    published: Published | None
    modified: Published | None
    captured: Captured
    snippets: list[Snippet]
    entities: Names
    score: Annotated[float, Meta(description="relevance; compares only within one answer")]
    links: DocumentLinks


class ValueLinks(Struct, frozen=True):
    """The searches that use a value; null where that would change nothing."""

    include: Url | None
    require: Url | None
    exclude: Url | None
    remove: Url | None


class FacetValue(Struct, frozen=True):
    """A value of a facet."""

    value: Annotated[
        str,
        Meta(description="a name, host or code; for date a period: YYYY, YYYY-MM or YYYY-MM-DD"),
    ]
    count: Annotated[Natural, Meta(description="hits with this value, the facet's own OR aside")]
    state: ValueState
    links: ValueLinks


class Facet(Struct, frozen=True, kw_only=True):
    """The values of a field among the hits."""

    field: Annotated[str, Meta(extra_json_schema={"enum": list(ALL_FACETS)})]
    interval: Annotated[
        Interval | UnsetType, Meta(description="width of the periods; of date only")
    ] = UNSET
    find: Annotated[
        str | UnsetType,
        Meta(description="only values with words that begin so are listed and counted"),
    ] = UNSET
    distinct: Annotated[Natural, Meta(description="values among the hits, shown or not")]
    missing: Annotated[Natural, Meta(description="hits without a value")]
    values: list[FacetValue]


class Query(Struct, frozen=True):
    """The query, and what was made of it."""

    q: Typed
    interpreted: Annotated[str, Meta(description="as understood, in one normal form")]
    suggestion: Annotated[
        str | None,
        Meta(description="a query that finds far more when this one finds next to nothing"),
    ]
    warnings: list[Mistake]


class SearchLinks(Struct, frozen=True):
    """The same search in other forms, and the pages beside this one."""

    self_: Url = field(name="self")
    prev: Url | None
    next: Url | None
    html: Url
    csv: Url
    jsonl: Url
    atom: Url


class Answer(Struct, frozen=True, kw_only=True):
    """One page of hits, with facets."""

    query: Query
    total: Annotated[Natural, Meta(description="exact number of hits")]
    page: Positive
    size: Positive
    took_ms: Milliseconds
    index: Index
    results: list[Result]
    facets: list[Facet]
    links: SearchLinks


class RejectedDate(Struct, frozen=True):
    """A date the page states that was not believed."""

    date: Annotated[str, Meta(description="as precise as the page stated it")]
    method: Annotated[str, Meta(description="what found the date")]
    reason: Annotated[
        str, Meta(description="why it cannot be when the page was published, or changed")
    ]


class Entity(Struct, frozen=True):
    """A name, and where the text mentions it."""

    name: str
    type: EntityType
    mentions: Annotated[
        tuple[Range, ...], Meta(description="[start, end) into text, in code points")
    ]


class Document(Struct, frozen=True, kw_only=True):
    """All that is kept of a page."""

    id: str
    path: Annotated[
        str, Meta(description="the file the page was read from, from beside the archive's root")
    ]
    url: str | None
    canonical_url: str | None
    title: str
    authors: tuple[str, ...]
    site: str | None
    language: Language | None
    published: Published | None
    modified: Published | None
    captured: Captured
    rejected_dates: list[RejectedDate]
    lead: str
    text: Annotated[str, Meta(description="plain text, paragraphs separated by a blank line")]
    entities: list[Entity]
    links: DocumentLinks


class Spelling(Struct, frozen=True):
    """A way the texts write a name."""

    name: str
    mentions: Positive


class CompanionLinks(Struct, frozen=True):
    """The companion's own answer, and the search for the two together."""

    self_: Url = field(name="self")
    both: Url


class Companion(Struct, frozen=True):
    """A name in the same documents."""

    name: str
    count: Annotated[Positive, Meta(description="documents that name both")]
    links: CompanionLinks


class Companions(Struct, frozen=True):
    """The names most documents have beside this one, by type."""

    person: list[Companion]
    org: list[Companion]
    place: list[Companion]


class Decision(Struct, frozen=True):
    """A decision that made the entity what it is."""

    summary: str
    line: Annotated[Positive, Meta(description="line of entities.toml")]
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
    name: Annotated[str, Meta(description="as facets show it")]
    total: Annotated[Positive, Meta(description="documents that name it")]
    took_ms: Milliseconds
    index: Index
    dates: Facet
    latest: list[Result]
    names: list[Spelling]
    names_from: Annotated[
        Natural, Meta(description="how many of the newest documents `names` was counted in")
    ]
    named_with: Companions
    decisions: list[Decision]
    watched: Annotated[
        tuple[str, ...] | None, Meta(description="the spellings the watch-list has for it")
    ]
    note: Annotated[str | None, Meta(description="what keeps decisions from being up to date")]
    links: ProfileLinks


class Suggestion(Struct, frozen=True):
    """What a text being typed may become."""

    value: Annotated[str, Meta(description="a name as its facet shows it, or a title")]
    field: Annotated[str, Meta(extra_json_schema={"enum": [*EntityType, "title"]})]
    count: Annotated[Positive, Meta(description="documents that have it")]
    q: Annotated[str | None, Meta(description="the query for it; null for a title")]
    href: Url


class Suggestions(Struct, frozen=True):
    """Names and titles a text being typed may become."""

    q: Typed
    index: Index
    suggestions: list[Suggestion]


class PagesDone(Struct, frozen=True):
    """How far reading is."""

    done: Natural
    total: Annotated[Natural | None, Meta(description="null while a container is open")]
    failed: Natural


class DocumentsIndexed(Struct, frozen=True):
    """How far indexing is."""

    done: Natural
    total: Natural | None


class Reindex(Struct, frozen=True, kw_only=True):
    """How a reindex goes, or how it ended."""

    state: Annotated[str, Meta(extra_json_schema={"enum": STATES})]
    running: Annotated[bool, Meta(description="a reindex is at work, whoever started it")]
    started_at: Moment | None
    finished_at: Moment | None
    pages: PagesDone
    indexed: DocumentsIndexed
    documents: Annotated[Natural | None, Meta(description="in the index, once it is done")]
    message: Annotated[str, Meta(description="why it failed, or what was dealt with")]


class Health(Struct, frozen=True):
    """The process is up; with `index`, it can be searched."""

    status: Literal["ok"] = "ok"
    index: Index | UnsetType = UNSET
