"""What readers are told of the server: nothing of where its archive and its index are.

Between the searcher and every answer that shows a file's name or a message of ours.
"""

from collections.abc import Iterator
from dataclasses import replace

from searchapp.engines.base import Hit
from searchapp.maintenance.source_names import Redaction
from searchapp.maintenance.source_names import redaction as redaction_of
from searchapp.model import IndexedDocument
from searchapp.web.context import context, searcher


def current() -> Redaction:
    """The redaction for the archive of the present application."""
    app = context()
    return redaction_of(app.settings.index_dir, app.engine.location())


def redacted_document(document_id: str) -> IndexedDocument:
    """The stored document under its file's name. Raises DocumentNotFound, IndexUnavailable."""
    document = searcher().document(document_id)
    return replace(document, path=current().path(document.path))


def redact_hits(hits: Iterator[Hit]) -> Iterator[Hit]:
    """The hits under their files' names; they may be taken after the request is over."""
    path = current().path
    return (
        replace(hit, document=replace(hit.document, path=path(hit.document.path))) for hit in hits
    )
