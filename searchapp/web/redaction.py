"""What readers are told of the server: nothing of where its archive and its index are.

Between the searcher and every answer that shows a file's name or a message of ours.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from searchapp.engines.base import Hit
from searchapp.maintenance.source_names import SourceNames, source_names
from searchapp.model import IndexedDocument
from searchapp.web.context import searcher, serving


def names() -> SourceNames:
    """Names for the files of the archive."""
    return source_names(serving().settings.index_dir)


def document(document_id: str) -> IndexedDocument:
    """The stored document under its file's name. Raises DocumentNotFound, IndexUnavailable."""
    found = searcher().document(document_id)
    return replace(found, path=names().of(found.path))


def named(hits: Iterator[Hit]) -> Iterator[Hit]:
    """The hits under their files' names; they may be taken after the request is over."""
    known = names()
    return (
        replace(hit, document=replace(hit.document, path=known.of(hit.document.path)))
        for hit in hits
    )


def message(text: str) -> str:
    """A message of ours without the directories it names."""
    now = serving()
    return _without(names().within(text), now.settings.index_dir, now.engine.location())


def _without(text: str, index_dir: Path, location: str) -> str:
    """Whole paths wherever they stand, relative ones only where they can be nothing else."""
    for place in (location, index_dir.absolute(), index_dir):
        text = text.replace(f" in {place} ", " ").replace(f" in {place}:", ":")
    absolute = str(index_dir.absolute())
    return text.replace(f"{absolute}/", "").replace(absolute, "the index")
