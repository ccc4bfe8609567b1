"""Extraction's entrance: one page as it was stored -> its `Article`, attachments included.

Runs in the worker, under its limits. Nothing a mail carries is dropped without a word:
attached HTML, text, mail and PDF are read, everything else is named.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from searchapp.errors import PageError
from searchapp.extraction.page import extract_page
from searchapp.model import Article, Attachment, RawPage
from searchapp.sources.documents.reader import open_document
from searchapp.sources.formats import DOCUMENTS, media_type_of

_READ = frozenset({"text/html", "application/xhtml+xml", "text/plain", *DOCUMENTS.values()})
_VAGUE = "application/octet-stream"
# Set by hand: mails in mails, and attachments named in one text.
_DEEPEST, _MOST_NAMED = 3, 200
_KIB = 1024


def extract_article(page: RawPage, max_bytes: int, depth: int = 0) -> Article:
    """The article in a page of any kind that is one page. Raises PageError."""
    opened = open_document(page, max_bytes)
    article = extract_page(replace(opened, attachments=()))
    if not opened.attachments:
        return article
    texts = islice(_read_attached(opened.attachments, max_bytes, depth), _MOST_NAMED)
    text = "\n\n".join(filter(None, [article.text, *texts]))
    return replace(article, text=text)


def _read_attached(
    attachments: tuple[Attachment, ...], max_bytes: int, depth: int
) -> Iterator[str]:
    for attachment in attachments:
        size = f"{max(1, len(attachment.body) // _KIB)} KB"
        heading = f"Attachment: {attachment.name} ({attachment.media_type}, {size})"
        try:
            words = _read_words(attachment, max_bytes, depth)
        except PageError as error:
            yield f"{heading}, not read: {error}"
        else:
            yield f"{heading}\n\n{words}" if words else f"{heading}, not read"


def _read_words(attachment: Attachment, max_bytes: int, depth: int) -> str:
    """The attachment's text; "" when it is of a kind that is not read."""
    media_type = attachment.media_type
    if media_type == _VAGUE:
        media_type = media_type_of(attachment.name) or media_type
    if media_type not in _READ or depth >= _DEEPEST:
        return ""
    kind = None if media_type == "text/plain" else media_type
    page = RawPage(attachment.name, attachment.body, charset=attachment.charset, media_type=kind)
    return extract_article(page, max_bytes, depth + 1).text
