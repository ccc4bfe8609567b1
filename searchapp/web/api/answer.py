"""A SearchResponse as the answer the endpoint and the command line print.

The last step of the data's path. No Flask. `schemas` has the shapes, `entity_answer` and
`status` fill the others; `document_json.encode` writes them all.
"""

from collections.abc import Sequence
from datetime import datetime

from msgspec import UNSET

from searchapp.engines import query
from searchapp.engines.base import (
    DATE_FACET,
    Completion,
    Correction,
    Facet,
    FacetValue,
    Hit,
    IndexInfo,
    Meaning,
    SearchResponse,
    ValueState,
)
from searchapp.engines.explanation import Explanation, Reason
from searchapp.errors import Problem
from searchapp.maintenance.status_json import Index
from searchapp.model import EntityType, IndexedDocument, PublicationDate
from searchapp.web.api import schemas
from searchapp.web.params import refine, urls
from searchapp.web.params.answered import answered_search, as_typed
from searchapp.web.params.search import WINDOW, Search, SuggestRequest, to_cursor
from searchapp.web.params.urls import Representation, search_url


def to_answer(
    search: Search,
    response: SearchResponse,
    took_ms: float,
    root: str = "",
    explanation: Explanation | None = None,
) -> schemas.Answer:
    """Make the answer of `GET /api/v1/search`; `root` is the prefix of its links.

    Raises RequestError for more links than an answer may have.
    """
    urls.check_links(search, sum(len(facet.values) for facet in response.facets))
    answered, near = answered_search(search, response.correction), response.by_meaning
    return schemas.Answer(
        query=_query(search, response, root),
        total=response.total,
        page=search.request.page,
        size=search.request.size,
        took_ms=round(took_ms, 1),
        index=Index.of(response.index),
        results=[to_result(hit, root, explanation) for hit in response.hits],
        facets=[to_facet(answered, facet, root) for facet in response.facets],
        explanation=_to_explanation(explanation) if explanation else UNSET,
        meaning=_to_meaning(response.meaning) if response.meaning else UNSET,
        by_meaning=[to_result(hit, root) for hit in near] if response.meaning else UNSET,
        links=_links(search, answered, response, root),
    )


def to_result(hit: Hit, root: str = "", explanation: Explanation | None = None) -> schemas.Result:
    """Make one result; exports write it too, without snippets."""
    document, article = hit.document, hit.document.article
    snippets = (hit.title, *hit.snippets) if hit.title.ranges else hit.snippets
    return schemas.Result(
        id=document.id,
        url=urls.original_url(article),
        title=article.title,
        site=article.site,
        language=article.language,
        published=_to_published(article.published),
        modified=_to_published(article.modified),
        captured=_iso(article.captured),
        snippets=[schemas.Snippet(one.field, one.text, list(one.ranges)) for one in snippets],
        entities=schemas.Names(*map(document.values, ("person", "org", "place"))),
        score=hit.score,
        missing=hit.missing,
        explanation=_to_reasons(explanation.hits[document.id]) if explanation else UNSET,
        links=_document_links(document, root),
    )


def _to_meaning(meaning: Meaning) -> schemas.Meaning:
    return schemas.Meaning(meaning.model, meaning.documents)


def _to_reasons(reasons: Sequence[Reason]) -> list[schemas.Reason]:
    return [schemas.Reason(one.text, round(one.share, 4), one.in_title) for one in reasons]


def _to_explanation(explanation: Explanation) -> schemas.Explanation:
    clauses = [
        schemas.Clause(one.text, one.forms, one.documents, one.hits, one.silent)
        for one in explanation.clauses
    ]
    effects = [schemas.FilterEffect(one.field, one.removes) for one in explanation.filters]
    return schemas.Explanation(clauses, effects, explanation.nothing)


def to_document(document: IndexedDocument, root: str = "") -> schemas.Document:
    """Make the answer of `GET /api/v1/documents/<id>`: all that is kept of a page."""
    article = document.article
    return schemas.Document(
        id=document.id,
        path=document.path,
        url=article.url,
        canonical_url=article.canonical_url,
        title=article.title,
        authors=article.authors,
        site=article.site,
        language=article.language,
        published=_to_published(article.published),
        modified=_to_published(article.modified),
        captured=_iso(article.captured),
        rejected_dates=article.rejected,
        lead=article.lead,
        text=article.text,
        entities=document.entities,
        links=_document_links(document, root),
    )


def to_suggestions(
    request: SuggestRequest, completions: Sequence[Completion], index: IndexInfo, root: str = ""
) -> schemas.Suggestions:
    """Make the answer of `GET /api/v1/suggest`."""
    suggestions = [_suggestion(request.within, one, root) for one in completions]
    search = search_url(request.typed, root)
    return schemas.Suggestions(request.q, Index.of(index), suggestions, search)


def to_mistake(problem: Problem) -> schemas.Mistake:
    """Make one mistake, as errors and warnings alike are written."""
    return schemas.Mistake(problem.parameter, problem.position, problem.message)


def to_facet(search: Search, facet: Facet, root: str) -> schemas.Facet:
    """Make one facet, each value with the searches that use it."""
    return schemas.Facet(
        field=facet.field,
        interval=facet.interval or UNSET,
        find=search.request.finding.get(facet.field) or UNSET,
        distinct=facet.distinct,
        missing=facet.missing,
        values=[_facet_value(search, facet.field, value, root) for value in facet.values],
    )


def _suggestion(within: Search, one: Completion, root: str) -> schemas.Suggestion:
    """One way to go on: the search with a name, or the saved page with a title."""
    if one.document_id is not None:
        q, about = None, None
        href = urls.saved_url(within, one.document_id, root)
    else:
        q = query.render(query.FacetTerm(one.field, one.value, whole=True))
        href = search_url(refine.include(within, one.field, one.value), root)
        is_entity = one.field in set(EntityType)
        about = urls.about_url(one.field, one.value, within, root) if is_entity else None
    return schemas.Suggestion(one.value, one.field, one.count, q, href, list(one.ranges), about)


def _query(search: Search, response: SearchResponse, root: str) -> schemas.Query:
    notices = tuple(Problem("q", notice) for notice in response.notices)
    warnings = [to_mistake(problem) for problem in (*search.warnings, *notices)]
    interpreted = query.render(search.request.query)
    corrected = _correction(search, response.correction, root) if response.correction else None
    return schemas.Query(
        search.q,
        interpreted,
        response.suggestion,
        corrected,
        warnings,
        search.match,
        response.complete,
    )


def _correction(search: Search, correction: Correction, root: str) -> schemas.Correction:
    replaced = [schemas.Replacement(r.field, r.typed, r.meant) for r in correction.replaced]
    typed = search_url(as_typed(search), root, Representation.JSON)
    return schemas.Correction(answered_search(search, correction).q, replaced, typed)


def _iso(captured: datetime | None) -> str | None:
    return captured.isoformat() if captured else None


def _to_published(date: PublicationDate | None) -> schemas.Published | None:
    if date is None:
        return None
    return schemas.Published(date.iso, date.precision, date.method, date.confidence)


def _document_links(document: IndexedDocument, root: str) -> schemas.DocumentLinks:
    return schemas.DocumentLinks(
        urls.document_api_url(document.id, root),
        urls.original_url(document.article),
        urls.document_url(document.id, root),
        urls.similar_url(document.id, root),
    )


def _facet_value(search: Search, field: str, value: FacetValue, root: str) -> schemas.FacetValue:
    steps = _date_steps if field == DATE_FACET else _value_steps
    links = (
        search_url(step, root, Representation.JSON) if step else None
        for step in steps(search, field, value)
    )
    return schemas.FacetValue(value.value, value.count, value.state, schemas.ValueLinks(*links))


Steps = tuple[Search | None, Search | None, Search | None, Search | None]
"""To include, to require, to exclude and to remove a value."""


def _value_steps(search: Search, field: str, value: FacetValue) -> Steps:
    name, state = value.value, value.state
    return (
        None if state == ValueState.INCLUDED else refine.include(search, field, name),
        None if state == ValueState.REQUIRED else refine.require(search, field, name),
        None if state == ValueState.EXCLUDED else refine.exclude(search, field, name),
        None if state == ValueState.NONE else refine.remove(search, field, name),
    )


def _date_steps(search: Search, _field: str, value: FacetValue) -> Steps:
    if value.state == ValueState.NONE:
        return refine.narrow_to_period(search, value.value), None, None, None
    return None, None, None, refine.without_dates(search)


def _links(
    search: Search, answered: Search, response: SearchResponse, root: str
) -> schemas.SearchLinks:
    before, after = _previous(answered, response.total), _next(answered, response)
    return schemas.SearchLinks(
        search_url(search, root, Representation.JSON),
        search_url(before, root, Representation.JSON) if before else None,
        search_url(after, root, Representation.JSON) if after else None,
        search_url(search, root, Representation.HTML),
        search_url(search, root, Representation.CSV),
        search_url(search, root, Representation.JSONL),
        search_url(search, root, Representation.ATOM),
    )


def _previous(search: Search, total: int) -> Search | None:
    """The page before, the last one that has hits at most; None out of numbers' reach."""
    request = search.request
    number = min(request.page - 1, max(1, -(-total // request.size)))
    is_numbered = number and number * request.size <= WINDOW
    return refine.page(search, number) if is_numbered else None


def _next(search: Search, response: SearchResponse) -> Search | None:
    """Behind the last hit, so that a commit in between repeats and skips nothing."""
    if not response.more or not response.hits:
        return None
    return refine.follow(search, to_cursor(search, response.hits[-1], response.index))
