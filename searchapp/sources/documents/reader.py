"""A raw page that is not yet a web page or text -> one that is; then comes `extraction.page`.

Runs in the worker, under its limits.
"""

from dataclasses import replace

from searchapp.model import RawPage
from searchapp.sources.compression import GZIP_MAGIC, unpack_page
from searchapp.sources.documents.mail import read_mail
from searchapp.sources.documents.markdown import read_markdown
from searchapp.sources.documents.pdf import read_pdf
from searchapp.sources.formats import media_type_of

_PDF_MAGIC = b"%PDF-"


def open_document(page: RawPage, max_bytes: int) -> RawPage:
    """The page without its packing, as HTML or text; a page of another kind as it is.

    `max_bytes` is the most it may have, unpacked. Raises PageError.
    """
    if page.body.startswith(GZIP_MAGIC):
        page = replace(page, body=unpack_page(page.body, max_bytes))
    page = replace(page, media_type=page.media_type or media_type_of(page.path))
    if page.body.startswith(_PDF_MAGIC) or page.media_type == "application/pdf":
        return read_pdf(page, max_bytes)
    if page.media_type in {"message/rfc822", "multipart/related"}:
        return read_mail(page)
    if page.media_type == "text/markdown":
        return read_markdown(page, max_bytes)
    return page
