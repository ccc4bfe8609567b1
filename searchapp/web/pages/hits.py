"""A hit as it stands in the list: marked words, date, passages, names to narrow by.

From `engines.base.Hit`. Ranges become spans of plain text, so that the template
escapes every character of the archive.
"""

from dataclasses import dataclass, replace
from pathlib import PurePath

from searchapp.engines.base import FieldFilter, Hit, SearchResponse, Snippet
from searchapp.engines.explanation import Explanation
from searchapp.model import Entity, IndexedDocument
from searchapp.web.pages import wording
from searchapp.web.pages.explanation import hit_reasons
from searchapp.web.pages.wording import DateView, Link
from searchapp.web.params import refine
from searchapp.web.params.search import Search
from searchapp.web.params.urls import original_url, saved_url, search_url, similar_url

NAMES_SHOWN = 5
_SENTENCE_ENDS = frozenset(".!?…:\"'”’»)]。！？」』”؟।")


@dataclass(frozen=True)
class Span:
    """A run of text, marked when the query matched it."""

    text: str
    marked: bool


@dataclass(frozen=True)
class Name:
    """An entity of the hit; `href` narrows by it, empty when that is already so."""

    name: str
    type: str
    title: str
    href: str


@dataclass(frozen=True)
class HitView:
    """One result. `number` is its rank, from 1; `lang` is for the `lang` attribute."""

    number: int
    name: str
    headline: tuple[Span, ...]
    href: str
    lang: str
    language: str
    site: str
    published: DateView
    snippets: tuple[tuple[Span, ...], ...]
    entities: tuple[Name, ...]
    original: str
    similar: str
    missing: tuple[str, ...]
    why: str


def hit_views(
    search: Search, response: SearchResponse, root: str, explanation: Explanation | None = None
) -> tuple[HitView, ...]:
    """Show the hits of a page; languages are named where they are not the usual one."""
    usual = _usual_language(response)
    start = (search.request.page - 1) * search.request.size + 1
    reasons = explanation.hits if explanation else {}
    return tuple(
        replace(
            _hit(search, hit, (start + place, usual), root),
            why=hit_reasons(reasons.get(hit.document.id, ())),
        )
        for place, hit in enumerate(response.hits)
    )


def spans(snippet: Snippet) -> tuple[Span, ...]:
    """Cut a passage at its ranges; joined, the spans are the passage again."""
    cut, at = [], 0
    for start, end in sorted(snippet.ranges):
        begin = max(start, at)
        if begin >= end:
            continue
        cut += [Span(snippet.text[at:begin], marked=False)]
        cut += [Span(snippet.text[begin:end], marked=True)]
        at = end
    cut.append(Span(snippet.text[at:], marked=False))
    return tuple(span for span in cut if span.text)


def passage(snippet: Snippet) -> tuple[Span, ...]:
    """Cut a passage likewise, with an ellipsis where it begins or ends in mid-sentence."""
    before = [Span("… ", marked=False)] if snippet.text[:1].islower() else []
    ended = not snippet.text or snippet.text.rstrip()[-1:] in _SENTENCE_ENDS
    after = [] if ended else [Span(" …", marked=False)]
    return (*before, *spans(snippet), *after)


def headline(document: IndexedDocument) -> str:
    """Return the title, or the file's name for a page without one."""
    return document.article.title.strip() or PurePath(document.path).name or document.id


def way_back(return_to: Search, root: str) -> Link:
    """Return the link to the results a reader came from, or else to everything."""
    text = "All pages" if return_to == Search() else "Back to the results"
    return Link(text, search_url(return_to, root))


def _hit(search: Search, hit: Hit, place: tuple[int, str], root: str) -> HitView:
    document, article = hit.document, hit.document.article
    code = article.language or ""
    return HitView(
        number=place[0],
        name=headline(document),
        headline=spans(hit.title) or (Span(headline(document), marked=False),),
        href=saved_url(search, document.id, root),
        lang=code,
        language=wording.language(code) if code != place[1] else "",
        site=article.site or "",
        published=wording.published_view(article.published),
        snippets=tuple(passage(snippet) for snippet in hit.snippets),
        entities=_names(search, document, root),
        original=original_url(article) or "",
        similar=similar_url(document.id, root),
        missing=hit.missing,
        why="",
    )


def _usual_language(response: SearchResponse) -> str:
    facet = next((one for one in response.facets if one.field == "lang"), None)
    counts = facet.values if facet else ()
    return max(counts, key=lambda value: value.count).value if counts else ""


def _names(search: Search, document: IndexedDocument, root: str) -> tuple[Name, ...]:
    telling = sorted(document.entities, key=lambda entity: -len(entity.mentions))
    return tuple(_name(search, entity, root) for entity in telling[:NAMES_SHOWN])


def _name(search: Search, entity: Entity, root: str) -> Name:
    chosen = search.request.filters.get(entity.type, FieldFilter())
    kind = wording.VALUES[entity.type]
    if entity.name in {*chosen.any, *chosen.all}:
        return Name(entity.name, entity.type.value, f"{kind}, filtered by", "")
    narrowed = search_url(refine.require(search, entity.type, entity.name), root)
    return Name(entity.name, entity.type.value, f"Narrow to this {kind.lower()}", narrowed)
