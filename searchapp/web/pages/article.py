"""A saved article as its page shows it: paragraphs with the entities marked.

From IndexedDocument. The text is cut at the mentions, never turned into HTML here.
"""

import re
from collections import deque
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from searchapp.model import Article, Entity, EntityType, IndexedDocument
from searchapp.web.pages import wording
from searchapp.web.pages.hits import headline, way_back
from searchapp.web.pages.wording import Count, CountGroup, DateView, Link
from searchapp.web.params import refine
from searchapp.web.params.search import Search
from searchapp.web.params.urls import (
    about_url,
    document_api_url,
    original_url,
    search_url,
    similar_url,
)

Mention = tuple[int, int, Entity]
LONGEST_LEAD = 400
# Of one page; all set by hand, far above what articles have. Further mentions are mere text, the
# text behind the last paragraph is one more, and further names are counted.
MOST_MARKED, MOST_PARAGRAPHS, MOST_NAMES = 10_000, 10_000, 1_000
_PARAGRAPH = re.compile(r"[^\n]+(?:\n[^\n]+)*")


@dataclass(frozen=True)
class Span:
    """A run of text; with an `href`, a mention that leads to the search for its name."""

    text: str
    type: str = ""
    title: str = ""
    href: str = ""


@dataclass(frozen=True)
class Paragraph:
    """One paragraph; the standfirst is set larger."""

    spans: tuple[Span, ...]
    lead: bool


@dataclass(frozen=True)
class ArticleView:
    """Everything on the page of a saved article."""

    title: str
    name: str
    back: Link
    published: DateView
    modified: DateView | None
    captured: DateView | None
    rejected: tuple[str, ...]
    authors: tuple[Link, ...]
    site: Link | None
    language: Link | None
    lang: str
    original: Link | None
    path: str
    paragraphs: tuple[Paragraph, ...]
    mentioned: tuple[CountGroup, ...]
    model_note: str
    similar: str
    json: str


def article_view(
    document: IndexedDocument, return_to: Search, root: str, models: Collection[str] | None = None
) -> ArticleView:
    """Show a document; `return_to` is the search its reader goes back to.

    `models` are the languages in which names are recognised; None when that is not known.
    """
    article = document.article
    name = headline(document)
    return ArticleView(
        title=name,
        name=name,
        back=way_back(return_to, root),
        published=wording.published_view(article.published),
        modified=wording.modified_view(article.modified),
        captured=wording.captured_view(article.captured),
        rejected=tuple(map(wording.rejected_text, article.rejected)),
        authors=tuple(_facet_link("author", author, root) for author in document.values("author")),
        site=_facet_link("site", article.site, root) if article.site else None,
        language=_facet_link("lang", article.language, root) if article.language else None,
        lang=article.language or "",
        original=_original_link(article),
        path=document.path,
        paragraphs=tuple(_paragraphs(document, root)),
        mentioned=tuple(_groups(document, return_to, root)),
        model_note=_model_note(article.language, models),
        similar=similar_url(document.id, root),
        json=document_api_url(document.id, root),
    )


def _model_note(language: str | None, models: Collection[str] | None) -> str:
    """Say so where no model looks for names: none found would mean something else."""
    if models is None or language in models:
        return ""
    subject = wording.language(language) if language else "a text of unknown language"
    return f"No model reads {subject}: only names on the watch-list are found."


def _facet_link(facet: str, value: str, root: str) -> Link:
    search = refine.include(Search(), facet, value)
    return Link(wording.facet_value(facet, value), search_url(search, root))


def _original_link(article: Article) -> Link | None:
    """Return the web address as a link, or as mere text when it is not safe to follow."""
    if url := original_url(article):
        return Link(url, url)
    stated = article.url or article.canonical_url
    return Link(stated, "") if stated else None


def _paragraphs(document: IndexedDocument, root: str) -> Iterator[Paragraph]:
    text, lead = document.article.text, document.article.lead.strip()
    if lead and not text.startswith(lead):
        yield Paragraph((Span(lead),), lead=True)
    mentions = deque(islice(_mentions(document), MOST_MARKED))
    links = _EntityLinks(root)
    for start, end in _paragraph_ranges(text):
        inside = [m for m in _pop_before(end, mentions) if start <= m[0] and m[1] <= end]
        is_lead = start == 0 and end <= LONGEST_LEAD and text[start:end].strip() == lead
        yield Paragraph(tuple(_cut(text, (start, end), inside, links)), is_lead)


def _paragraph_ranges(text: str) -> Iterator[tuple[int, int]]:
    """Where the paragraphs start and end; what follows on very many is one."""
    stop = 0
    for paragraph in islice(_PARAGRAPH.finditer(text), MOST_PARAGRAPHS):
        yield paragraph.span()
        stop = paragraph.end()
    if text[stop:].strip():
        yield stop, len(text)


def _pop_before(end: int, mentions: deque[Mention]) -> Iterator[Mention]:
    while mentions and mentions[0][0] < end:
        yield mentions.popleft()


def _mentions(document: IndexedDocument) -> Iterator[Mention]:
    """Every mention in reading order; of two that overlap, the one that begins first."""
    ranges = ((*m, entity) for entity in document.entities for m in entity.mentions)
    at = 0
    for start, end, entity in sorted(ranges, key=lambda one: (one[0], -one[1])):
        if at <= start < end:
            yield start, end, entity
            at = end


def _cut(
    text: str, within: tuple[int, int], mentions: Iterable[Mention], links: "_EntityLinks"
) -> Iterator[Span]:
    at, stop = within
    for start, end, entity in mentions:
        if at < start:
            yield Span(text[at:start])
        title, href = links.of(entity)
        yield Span(text[start:end], entity.type.value, title, href)
        at = end
    if at < stop:
        yield Span(text[at:stop])


class _EntityLinks:
    """The title and the address of each entity's mentions, made once."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._made: dict[tuple[EntityType, str], tuple[str, str]] = {}

    def of(self, entity: Entity) -> tuple[str, str]:
        """Those of one."""
        key = entity.type, entity.name
        if key not in self._made:
            title = f"{wording.VALUES[entity.type]}: {entity.name}"
            self._made[key] = title, _facet_link(*key, self._root).href
        return self._made[key]


def _groups(document: IndexedDocument, return_to: Search, root: str) -> Iterator[CountGroup]:
    for kind in EntityType:
        entities = [entity for entity in document.entities if entity.type == kind]
        entities.sort(key=lambda entity: (-len(entity.mentions), entity.name))
        if entities:
            shown = entities[:MOST_NAMES]
            names = tuple(_entity_link(entity, return_to, root) for entity in shown)
            besides = len(entities) - len(shown)
            more = f"and {wording.number(besides)} more" if besides else ""
            yield wording.count_group(kind.value, names, more)


def _entity_link(entity: Entity, return_to: Search, root: str) -> Count:
    href = about_url(entity.type, entity.name, return_to, root)
    return wording.count(entity.name, len(entity.mentions), "mention", href)
