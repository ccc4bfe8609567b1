"""A PDF's text layer -> a page of text. Needs the optional extra `searchapp[pdf]`.

Opened by the worker, under its limits: pdfium is native code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from searchapp.errors import PageError, PageFault
from searchapp.model import RawPage
from searchapp.sources.compression import damaged_error
from searchapp.sources.entries import prepend_title
from searchapp.writable import well_formed

if TYPE_CHECKING:
    import pypdfium2

NEEDS_EXTRA = "PDF files need an extra: pip install 'searchapp[pdf]', then reindex"
_PASSWORD = "password"  # noqa: S105 - a word of pdfium's message
# What word processors write when nobody gave a title.
_NO_TITLE = re.compile(
    r"\A(?:microsoft word - .*|untitled.*|.*\.(?:docx?|pdf|indd|qxd|tex|rtf|odt|pptx?|xlsx?))\Z",
    re.IGNORECASE,
)
_HYPHENATED = re.compile(r"(?:\ufffe|\u00ad|(?<=\w)\x02)\r?\n?")


def read_pdf(page: RawPage, max_bytes: int) -> RawPage:
    """The text of all pages, at most `max_bytes` characters.

    Raises PageError DAMAGED, NO_TEXT, TOO_LARGE, UNSUPPORTED, or MISSING_EXTRA without the extra.
    """
    try:
        import pypdfium2  # noqa: PLC0415 - an optional extra
    except ImportError as error:
        raise PageError(PageFault.MISSING_EXTRA, NEEDS_EXTRA) from error
    try:
        document = pypdfium2.PdfDocument(page.body)
    except pypdfium2.PdfiumError as error:
        raise _refusal_error(str(error)) from error
    try:
        return _read(document, page, max_bytes)
    except pypdfium2.PdfiumError as error:
        raise damaged_error(f"no PDF that can be read ({error})") from error
    finally:
        document.close()


def _read(document: pypdfium2.PdfDocument, page: RawPage, max_bytes: int) -> RawPage:
    texts, size = [], 0
    for text in _texts(document):
        size += len(text)
        if size > max_bytes:
            raise PageError(PageFault.TOO_LARGE, "its text is larger than page_max_mb allows")
        texts.append(text)
    text = "\n\n".join(filter(None, texts))
    if not text.strip():
        message = "a PDF without a text layer; run it through text recognition (OCR) first"
        raise PageError(PageFault.NO_TEXT, message)
    title = page.title or _title(document)
    body = well_formed(prepend_title(text, title or "")).encode()
    return replace(page, body=body, charset="utf-8", media_type=None, title=title)


def _texts(document: pypdfium2.PdfDocument) -> Iterator[str]:
    for number in range(len(document)):
        sheet = document[number]
        layer = sheet.get_textpage()
        yield _HYPHENATED.sub("", layer.get_text_range()).replace("\r\n", "\n").strip()
        layer.close()
        sheet.close()


def _title(document: pypdfium2.PdfDocument) -> str | None:
    title = " ".join(document.get_metadata_value("Title").split())
    return None if not title or _NO_TITLE.match(title) else title


def _refusal_error(reason: str) -> PageError:
    if _PASSWORD in reason.lower():
        return PageError(PageFault.UNSUPPORTED, "a PDF protected by a password; save it without")
    return damaged_error(f"no PDF that can be read ({reason})")
