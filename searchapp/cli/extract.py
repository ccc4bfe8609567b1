"""`searchapp extract`: what the indexer sees in a page, without indexing it."""

from __future__ import annotations

import json
import logging
import sys
import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import click

from searchapp.cli.configured import configured
from searchapp.cli.reindex import EXIT_SOME_FAILED
from searchapp.config import Configuration, Settings
from searchapp.curation.curation import read as read_curation
from searchapp.errors import PageError, PageFault
from searchapp.indexer.archive import printable, read_page
from searchapp.indexer.clean import clean
from searchapp.indexer.entities import load_recogniser
from searchapp.indexer.readers.compression import too_large
from searchapp.indexer.readers.containers import read_entries
from searchapp.indexer.readers.documents import open_document
from searchapp.indexer.readers.entries import Skipped, Unread
from searchapp.indexer.readers.formats import is_container
from searchapp.indexer.worker import MIB
from searchapp.model import Article, Entity, IndexedDocument, RawPage

STDIN = "-"
EXIT_ALL_FAILED = 1


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line and page.")
@click.option("--url", help="Address the page was saved from; for one FILE.")
@configured()
@click.pass_context
def extract(
    ctx: click.Context,
    configuration: Configuration,
    files: tuple[str, ...],
    *,
    as_json: bool,
    url: str | None,
) -> None:
    """Show title, text, date and entities of each page in FILE as the indexer sees them.

    FILE may be anything that reindex reads; `-` reads a page from standard input.
    """
    if url and (len(files) > 1 or is_container(files[0])):
        raise click.UsageError("--url goes with one FILE: it is that page's address")
    _quiet()
    failed = shown = 0
    for path, found in _read_all(files, url, configuration.settings):
        shown += 1
        if isinstance(found, PageError):
            failed += 1
            click.echo(f"failed: {printable(path)}: {found} [{found.fault}]", err=True)
        elif as_json:
            click.echo(json.dumps(_fields(path, *found), ensure_ascii=False))
        else:
            click.echo(_readable(path, *found))
    if failed:
        ctx.exit(EXIT_ALL_FAILED if failed == shown else EXIT_SOME_FAILED)


def _read_all(
    files: tuple[str, ...], url: str | None, settings: Settings
) -> Iterator[tuple[str, tuple[Article, tuple[Entity, ...]] | PageError]]:
    recogniser = load_recogniser(settings.models)
    curation = read_curation(settings.index_dir)
    max_bytes = settings.page_max_mb * MIB
    for path, page in _pages(files, url, max_bytes):
        try:
            if isinstance(page, PageError):
                raise page
            article = clean(open_document(page, max_bytes))
            found = IndexedDocument("", path, article, recogniser.recognise(article))
            yield path, (article, curation.applied(found).entities)
        except PageError as error:
            yield path, error


def _pages(
    files: tuple[str, ...], url: str | None, max_bytes: int
) -> Iterator[tuple[str, RawPage | PageError]]:
    for path in files:
        try:
            if is_container(path):
                yield from _contained(path, max_bytes)
            elif path == STDIN:
                yield path, RawPage(STDIN, _standard_input(max_bytes), url)
            else:
                yield path, replace(read_page(path, max_bytes), url=url)
        except PageError as error:
            yield path, error


def _standard_input(max_bytes: int) -> bytes:
    if sys.stdin is None:  # closed by the caller
        raise PageError(PageFault.UNREADABLE, "standard input is closed")
    body = sys.stdin.buffer.read(max_bytes + 1)
    if len(body) > max_bytes:
        raise too_large(max_bytes)
    return body


def _contained(path: str, max_bytes: int) -> Iterator[tuple[str, RawPage | PageError]]:
    """Every page of a container; the records that are none are counted on standard error."""
    kinds: Counter[str] = Counter()
    for entry in read_entries(path, max_bytes):
        if isinstance(entry, Skipped):
            kinds[entry.kind] += 1
        elif isinstance(entry, Unread):
            yield entry.path, entry.error
        else:
            yield entry.path, entry
    if kinds:
        counts = ", ".join(f"{kind} {count}" for kind, count in kinds.most_common())
        click.echo(f"skipped: {printable(path)}: {counts}", err=True)


def _quiet() -> None:
    """Libraries' remarks about a page are not part of what it says."""
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")


def _fields(path: str, article: Article, entities: tuple[Entity, ...]) -> dict[str, Any]:
    date = article.published
    return {
        "path": printable(path),
        "url": article.url,
        "title": article.title,
        "date": date.iso if date else None,
        "date_precision": date.precision if date else None,
        "date_method": date.method if date else None,
        "date_confidence": date.confidence if date else None,
        "authors": article.authors,
        "language": article.language,
        "site": article.site,
        "canonical_url": article.canonical_url,
        "lead": article.lead,
        "text": article.text,
        "entities": [
            {"name": entity.name, "type": entity.type, "mentions": entity.mentions}
            for entity in entities
        ],
    }


def _readable(path: str, article: Article, entities: tuple[Entity, ...]) -> str:
    fields = _fields(path, article, entities)
    date = f"{fields['date']} ({fields['date_method']}, {fields['date_confidence']} confidence)"
    rows = {
        "path": fields["path"],
        "url": article.url,
        "title": article.title,
        "date": date if article.published else None,
        "authors": ", ".join(article.authors),
        "language": article.language,
        "site": article.site,
        **{kind: _names(entities, kind) for kind in ("person", "org", "place")},
        "lead": article.lead,
    }
    head = "\n".join(f"{name:<9} {value or '-'}" for name, value in rows.items())
    return f"{head}\n\n{article.text}\n"


def _names(entities: tuple[Entity, ...], kind: str) -> str:
    return ", ".join(f"{e.name} ({len(e.mentions)})" for e in entities if e.type == kind)
