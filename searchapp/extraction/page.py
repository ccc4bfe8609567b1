"""Extraction's steps in their order, for one page without attachments: `RawPage` -> `Article`.

Markup goes through `dom`, `metadata` and `body`, a text dump through `textdump`.
Deterministic but for today's date, which bounds what is believed; no network.
"""

import re

from searchapp.errors import PageError, PageFault
from searchapp.extraction.authors.selection import choose_authors
from searchapp.extraction.body.main_text import extract_main_text, strip_tree_residue
from searchapp.extraction.boilerplate import drop_boilerplate_lines
from searchapp.extraction.dates.modified import (
    find_modified,
    mark_as_modification,
    read_record_modified,
)
from searchapp.extraction.dates.plausibility import PlausibilityFilter, latest_plausible_day
from searchapp.extraction.dates.published import find_published, plausibility_of, read_record_date
from searchapp.extraction.dates.visible import PageStatements
from searchapp.extraction.dom.legacy_layout import unfold_layout_tables
from searchapp.extraction.dom.parser import parse
from searchapp.extraction.language import identify_language
from searchapp.extraction.lead import find_lead
from searchapp.extraction.metadata.hydration import find_hydrated_body
from searchapp.extraction.metadata.page import Metadata, read_metadata, read_saved_from, site_of
from searchapp.extraction.template_residue import repair_mojibake, to_plain_line
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
_CHARACTERS_PER_TAG = 1_000  # set by hand
_LONGEST_MADE_TITLE = 120  # characters


def extract_page(page: RawPage) -> Article:
    """The article in a page. Raises PageError: EMPTY, BINARY or NO_TEXT."""
    text = repair_mojibake(decode(page))
    markup = page.media_type == "text/html" or is_markup(text)
    article = _extract_markup(text, page) if markup else _extract_dump(text, page)
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


def _extract_markup(markup: str, page: RawPage) -> Article:
    tree = parse(markup)
    known = page.url or read_saved_from(markup)
    metadata = read_metadata(tree, known)
    url = known or metadata.canonical_url or metadata.base_url
    title = to_plain_line(page.title or "") or choose_title(metadata, url, tree)
    strip_tree_residue(tree, title)
    unfold_layout_tables(tree)
    statements = PageStatements(tree, metadata, url, title, metadata.language, page.captured)
    plausible, unchanged = plausibility_of(statements), plausibility_of(statements)
    published = read_record_date(page, plausible) or find_published(statements, plausible)
    modified = read_record_modified(page, unchanged) or find_modified(statements, unchanged)
    authors = page.authors or choose_authors(metadata, tree)
    shown = extract_main_text(tree, metadata, url)
    found = find_hydrated_body(markup, shown, title) or shown
    paragraphs = drop_boilerplate_lines(found, title, authors) or _describe_itself(metadata, title)
    lead, paragraphs = find_lead(paragraphs, tree, metadata, title)
    text = "\n\n".join(paragraphs)
    return Article(
        title=title or make_title(paragraphs),
        text=text,
        lead=lead,
        authors=authors,
        language=identify_language(text, metadata.language),
        site=site_of(url),
        url=url,
        canonical_url=metadata.canonical_url,
        published=published,
        modified=modified,
        captured=page.captured,
        rejected=plausible.rejected + mark_as_modification(unchanged.rejected),
    )


def _describe_itself(metadata: Metadata, title: str) -> list[str]:
    """A page that shows no words is found by those it describes itself with."""
    described = (
        to_plain_line(text) for text in metadata.meta_contents("og:description", "description")
    )
    return [words for words in [next(filter(None, described), title)] if words]


def _extract_dump(text: str, page: RawPage) -> Article:
    plausible = PlausibilityFilter(latest_plausible_day(page.captured))
    stated, modified = read_record_date(page, plausible), read_record_modified(page, plausible)
    dump = read_dump(text, plausible.latest)
    body = "\n\n".join(dump.paragraphs)
    return Article(
        title=to_plain_line(page.title or "") or dump.title or make_title(dump.paragraphs),
        text=body,
        lead=dump.lead,
        authors=page.authors or dump.authors,
        language=identify_language(body, None),
        site=site_of(page.url),
        url=page.url,
        canonical_url=None,
        published=stated or dump.published,
        modified=modified,
        captured=page.captured,
        rejected=plausible.rejected + (() if stated else dump.rejected),
    )


def make_title(paragraphs: list[str]) -> str:
    """The beginning of the text, for a page that states no title."""
    first = paragraphs[0] if paragraphs else ""
    if len(first) <= _LONGEST_MADE_TITLE:
        return first
    return first[:_LONGEST_MADE_TITLE].rsplit(" ", 1)[0] + "…"
