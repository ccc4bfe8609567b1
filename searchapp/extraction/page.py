"""Steps two to five of the data's path joined: `RawPage` -> `Article`.

Markup goes through guard, metadata, main text; a text dump through `textdump`.
Deterministic but for today's date, which bounds what is believed; no network.
"""

from __future__ import annotations

import re

from searchapp.errors import PageError, PageFault
from searchapp.extraction.authors.selection import choose_authors
from searchapp.extraction.body.main_text import main_text, strip_residue
from searchapp.extraction.boilerplate import without_furniture
from searchapp.extraction.dates.modified import find_modified, of_change, stated_modified
from searchapp.extraction.dates.plausibility import Plausible, latest_day
from searchapp.extraction.dates.published import find_date, plausible_for, stated_date
from searchapp.extraction.dates.visible import PageStatements
from searchapp.extraction.dom.legacy_layout import unfold_layout
from searchapp.extraction.dom.parser import parse
from searchapp.extraction.language import identify
from searchapp.extraction.lead import join_lead
from searchapp.extraction.metadata.hydration import hydrated_body
from searchapp.extraction.metadata.page import Metadata, read_metadata, saved_from, site_of
from searchapp.extraction.template_residue import plain, without_mojibake
from searchapp.extraction.textdump.dump import read_dump
from searchapp.extraction.title import choose_title
from searchapp.model import Article, RawPage
from searchapp.sources.charset import decode

_TAG = re.compile(
    r"</?(?:html|head|body|p|div|span|a|br|h[1-6]|table|tr|td|li|ul|article|meta|title|script|img)\b",
    re.IGNORECASE,
)
_BEGINS_WITH_TAG = re.compile(
    r"\s*(?:<!doctype|<\?xml|<!--|<[a-z][a-z0-9:-]*[\s>/])", re.IGNORECASE
)
_CHARACTERS_PER_TAG = 1_000
_LONGEST_MADE_TITLE = 120


def clean(page: RawPage) -> Article:
    """The article in a page. Raises PageError: EMPTY, BINARY or NO_TEXT."""
    text = without_mojibake(decode(page))
    markup = page.media_type == "text/html" or is_markup(text)
    article = _from_markup(text, page) if markup else _from_dump(text, page)
    if not article.text:
        message = "no words in it; check how the page was saved"
        raise PageError(PageFault.NO_TEXT, message)
    return article


def is_markup(text: str) -> bool:
    """Whether a text is HTML rather than prose that mentions a tag or two."""
    if _BEGINS_WITH_TAG.match(text):
        return True
    start = text[: 1 << 16]
    return len(_TAG.findall(start)) > max(2, len(start) / _CHARACTERS_PER_TAG)


def _from_markup(markup: str, page: RawPage) -> Article:
    tree = parse(markup)
    known = page.url or saved_from(markup)
    metadata = read_metadata(tree, known)
    url = known or metadata.canonical_url or metadata.base_url
    title = plain(page.title or "") or choose_title(metadata, url, tree)
    strip_residue(tree, title)
    unfold_layout(tree)
    statements = PageStatements(tree, metadata, url, title, metadata.language, page.captured)
    plausible, unchanged = plausible_for(statements), plausible_for(statements)
    published = stated_date(page, plausible) or find_date(statements, plausible)
    modified = stated_modified(page, unchanged) or find_modified(statements, unchanged)
    authors = page.authors or choose_authors(metadata, tree)
    shown = main_text(tree, metadata, url)
    found = hydrated_body(markup, shown, title) or shown
    paragraphs = without_furniture(found, title, authors) or _last_words(metadata, title)
    lead, paragraphs = join_lead(paragraphs, tree, metadata, title)
    text = "\n\n".join(paragraphs)
    return Article(
        title=title or made_title(paragraphs),
        text=text,
        lead=lead,
        authors=authors,
        language=identify(text, metadata.language),
        site=site_of(url),
        url=url,
        canonical_url=metadata.canonical_url,
        published=published,
        modified=modified,
        captured=page.captured,
        rejected=plausible.rejected + of_change(unchanged.rejected),
    )


def _last_words(metadata: Metadata, title: str) -> list[str]:
    """A page that shows no words is found by those it describes itself with."""
    described = (plain(text) for text in metadata.stated("og:description", "description"))
    return [words for words in [next(filter(None, described), title)] if words]


def _from_dump(text: str, page: RawPage) -> Article:
    plausible = Plausible(latest_day(page.captured))
    stated, modified = stated_date(page, plausible), stated_modified(page, plausible)
    dump = read_dump(text, plausible.latest)
    body = "\n\n".join(dump.paragraphs)
    return Article(
        title=plain(page.title or "") or dump.title or made_title(dump.paragraphs),
        text=body,
        lead=dump.lead,
        authors=page.authors or dump.authors,
        language=identify(body, None),
        site=site_of(page.url),
        url=page.url,
        canonical_url=None,
        published=stated or dump.published,
        modified=modified,
        captured=page.captured,
        rejected=plausible.rejected + (() if stated else dump.rejected),
    )


def made_title(paragraphs: list[str]) -> str:
    """The beginning of the text, for a page that states no title."""
    first = paragraphs[0] if paragraphs else ""
    if len(first) <= _LONGEST_MADE_TITLE:
        return first
    return first[:_LONGEST_MADE_TITLE].rsplit(" ", 1)[0] + "…"
