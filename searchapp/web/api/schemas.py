"""The answers of the API as types: what `answer` makes, `openapi` describes and msgspec writes.

The public shape of version 1: keys may be added here, never changed or taken away. A docstring
is the schema's description. Those about an entity and about a
reindex stand with what fills them, that about the archive in `maintenance.status_json`.
"""

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType, field

from searchapp.engines.base import ALL_FACETS, Interval, ValueState
from searchapp.maintenance.status_json import Index, Moment, Natural, Positive, about
from searchapp.model import (
    FACET_FIELDS,
    Confidence,
    DatePrecision,
    Entity,
    EntityType,
    RejectedDate,
)
from searchapp.web.params.search import Match

_REFERENCE = "uri-reference"
Url = Annotated[str, about(format=_REFERENCE)]
WebUrl = Annotated[str, about(format="uri")]
Milliseconds = Annotated[float, Meta(ge=0, description="time taken, in milliseconds")]
Language = Annotated[str, about("ISO 639-1")]
Captured = Annotated[Moment | None, about("when it was fetched or saved, as its container says")]
PARTIAL_DATE = r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"
Range = tuple[Natural, Natural]
Typed = Annotated[str, about("as typed")]


class Mistake(Struct, frozen=True):
    """What is wrong with a parameter, or was not understood in it."""

    parameter: Annotated[str, about("the parameter that is wrong")]
    position: Annotated[Natural | None, about("code points into its value")]
    message: Annotated[str, about("what is wrong and what to do")]


class Problem(Struct, frozen=True):
    """An error (RFC 9457), with every mistake and not only the first."""

    type: Url
    title: str
    status: Annotated[int, Meta(ge=400, le=599)]
    detail: str
    errors: list[Mistake]


class Published(Struct, frozen=True):
    """When a page was published, or last changed."""

    date: Annotated[str, about("as precise as the page stated it", pattern=PARTIAL_DATE)]
    precision: DatePrecision
    method: Annotated[str, about("what found the date")]
    confidence: Confidence


class Snippet(Struct, frozen=True):
    """A passage that matched."""

    field: Annotated[str, about(enum=["title", "text"])]
    text: Annotated[str, about("plain text, never HTML")]
    ranges: Annotated[list[Range], about("what matched: [start, end) in Unicode code points")]


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


class Reason(Struct, frozen=True):
    """What a part of the query gives to a hit."""

    text: Annotated[str, about("the part, in its normal form")]
    share: Annotated[float, about("its share of what all parts give to the score", ge=0, le=1)]
    in_title: Annotated[bool, about("whether the title has it")]


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
    score: Annotated[float, about("relevance; compares only within one answer")]
    missing: Annotated[tuple[str, ...], about("the words of the query it lacks, as typed")]
    explanation: Annotated[
        list[Reason] | UnsetType, about("with explain=1: what each part of the query gives it")
    ] = UNSET
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
        str, about("a name, host or code; for date a period: YYYY, YYYY-MM or YYYY-MM-DD")
    ]
    count: Annotated[Natural, about("hits with this value, the facet's own OR aside")]
    state: ValueState
    links: ValueLinks


class Facet(Struct, frozen=True, kw_only=True):
    """The values of a field among the hits."""

    field: Annotated[str, about(enum=list(ALL_FACETS))]
    interval: Annotated[Interval | UnsetType, about("width of the periods; of date only")] = UNSET
    find: Annotated[
        str | UnsetType, about("only values with words that begin so are listed and counted")
    ] = UNSET
    distinct: Annotated[Natural, about("values among the hits, shown or not")]
    missing: Annotated[Natural, about("hits without a value")]
    values: list[FacetValue]


class Replacement(Struct, frozen=True):
    """What no page has, and what was searched for instead."""

    field: Annotated[str | None, about("the facet, for a value of one", enum=[*FACET_FIELDS, None])]
    typed: str
    meant: Annotated[str, about("as the archive has it")]


class Correction(Struct, frozen=True):
    """The answer is for another spelling of the query, or of values in filters."""

    query: Annotated[str, about("the query that was answered")]
    replaced: list[Replacement]
    as_typed: Annotated[str, about("the same search for what was typed", format="uri-reference")]


class Query(Struct, frozen=True):
    """The query, and what was made of it."""

    q: Typed
    interpreted: Annotated[str, about("as understood, in one normal form")]
    suggestion: Annotated[
        str | None, about("a query that finds far more when this one finds next to nothing")
    ]
    correction: Annotated[Correction | None, about("what no page has was searched for as this")]
    warnings: list[Mistake]
    match: Annotated[Match, about("whether words may be missing, as asked")]
    complete: Annotated[
        Natural | None, about("hits that have all words, where some may be missing; else null")
    ]


class Clause(Struct, frozen=True):
    """A part of the query: what is looked up for it, and what it finds by itself."""

    text: Annotated[str, about("the part, in its normal form")]
    forms: Annotated[tuple[str, ...], about("the stems or the term looked up; stems by language")]
    documents: Annotated[Natural, about("documents of the archive that match it")]
    hits: Annotated[Natural, about("those of them that the filters let through")]
    silent: Annotated[bool, about("whether it does not rank, as stop words do not")]


class FilterEffect(Struct, frozen=True):
    """What a filter does."""

    field: Annotated[str, about(enum=list(ALL_FACETS))]
    removes: Annotated[int, about("hits there would be more without it")]


class Explanation(Struct, frozen=True):
    """How a query was understood, and what each part and each filter does."""

    clauses: list[Clause]
    filters: list[FilterEffect]
    nothing: Annotated[str, about("why there is no hit; empty where there is one")]


class SearchLinks(Struct, frozen=True):
    """The same search in other forms, and the pages beside this one."""

    self_: Url = field(name="self")
    prev: Url | None
    next: Url | None
    html: Url
    csv: Url
    jsonl: Url
    atom: Url


class Meaning(Struct, frozen=True):
    """That meaning plays a part in the order of the first hits."""

    model: str
    documents: Annotated[Natural, about("of how many documents the model made a vector")]


class Answer(Struct, frozen=True, kw_only=True):
    """One page of hits, with facets."""

    query: Query
    total: Annotated[Natural, about("exact number of hits")]
    page: Positive
    size: Positive
    took_ms: Milliseconds
    index: Index
    results: list[Result]
    facets: list[Facet]
    explanation: Annotated[Explanation | UnsetType, about("with explain=1")] = UNSET
    meaning: Annotated[Meaning | UnsetType, about("where the server orders by meaning")] = UNSET
    by_meaning: Annotated[
        list[Result] | UnsetType,
        about("beside the first page: pages without the words that mean the same; no hits"),
    ] = UNSET
    links: SearchLinks


class Document(Struct, frozen=True, kw_only=True):
    """All that is kept of a page."""

    id: str
    path: Annotated[str, about("the file the page was read from, from beside the archive's root")]
    url: str | None
    canonical_url: str | None
    title: str
    authors: tuple[str, ...]
    site: str | None
    language: Language | None
    published: Published | None
    modified: Published | None
    captured: Captured
    rejected_dates: tuple[RejectedDate, ...]
    lead: str
    text: Annotated[str, about("plain text, paragraphs separated by a blank line")]
    entities: tuple[Entity, ...]
    links: DocumentLinks


class Suggestion(Struct, frozen=True):
    """What a text being typed may become."""

    value: Annotated[str, about("a name as its facet shows it, or a title")]
    field: Annotated[str, about(enum=[*EntityType, "site", "title"])]
    count: Annotated[Natural, about("documents within the filters that have it")]
    q: Annotated[str | None, about("the query for it; null for a title")]
    href: Annotated[str, about("the search with it as a filter, or the page", format=_REFERENCE)]
    ranges: Annotated[list[Range], about("what matched: [start, end) in Unicode code points")]
    about: Annotated[
        str | None, about("the page about it; null for sites and titles", format=_REFERENCE)
    ]


class Suggestions(Struct, frozen=True):
    """Names and titles a text being typed may become."""

    q: Typed
    index: Index
    suggestions: list[Suggestion]
    search: Annotated[str, about("the search for the text as typed", format=_REFERENCE)]


class Health(Struct, frozen=True):
    """The process is up; with `index`, it can be searched."""

    status: Literal["ok"]
    index: Index | UnsetType = UNSET
