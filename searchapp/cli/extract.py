"""`searchapp extract`: what the indexer sees in a page, without indexing it."""

import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from searchapp.cli.options import with_configuration
from searchapp.cli.reindex import EXIT_SOME_FAILED
from searchapp.config import Configuration, Settings
from searchapp.curation.curation import read as read_curation
from searchapp.document_json import encode
from searchapp.errors import PageError, PageFault
from searchapp.files import NotRegular, open_regular
from searchapp.model import Article, Entity, IndexedDocument, PublicationDate, RawPage
from searchapp.sources.compression import MIB, read_bounded
from searchapp.sources.entries import Revisit, Skipped, Unread
from searchapp.sources.formats import is_container
from searchapp.sources.listing import printable, read_page
from searchapp.sources.regular_file import not_regular_error
from searchapp.workers.messages import ContainerPart, Limits, PageContent
from searchapp.workers.pool import Pool

STDIN = "-"
EXIT_ALL_FAILED = 1
SECONDS_BETWEEN = 10.0


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line and page.")
@click.option("--url", help="Address the page was saved from; for one FILE.")
@with_configuration()
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

    FILE may be anything that reindex reads; `-` reads a page from standard input. The same
    limits of time and memory hold for each page (page_seconds, page_memory_mb).
    """
    if url and (len(files) > 1 or is_container(files[0])):
        raise click.UsageError("--url goes with one FILE: it is that page's address")
    failed = shown = 0
    for path, found in _read_all(files, url, configuration.settings):
        shown += 1
        if isinstance(found, PageError):
            failed += 1
            click.echo(f"failed: {printable(path)}: {found} [{found.fault}]", err=True)
        elif as_json:
            click.echo(encode(_fields(path, *found)))
        else:
            click.echo(_readable(path, *found))
    if failed:
        ctx.exit(EXIT_ALL_FAILED if failed == shown else EXIT_SOME_FAILED)


Found = tuple[Article, tuple[Entity, ...]]


def _read_all(
    files: tuple[str, ...], url: str | None, settings: Settings
) -> Iterator[tuple[str, Found | PageError]]:
    """Every page in order, read by a worker under the limits that reindex has."""
    limits = Limits(settings.page_seconds, settings.page_memory_mb, settings.page_max_mb)
    curation = read_curation(settings.index_dir)
    unread: list[tuple[str, PageError]] = []

    def readable(pool: Pool) -> Iterator[RawPage]:
        for path, page in _pages(files, url, pool):
            if isinstance(page, PageError):
                unread.append((path, page))
            else:
                yield page

    with Pool(1, settings.models, limits) as pool:
        for path, answer in pool.read(readable(pool)):
            if isinstance(answer, PageError):
                yield path, answer
            elif isinstance(answer, PageContent):
                found = IndexedDocument("", path, answer.article, answer.entities)
                yield path, (answer.article, curation.apply(found).entities)
            yield from unread  # the pool asks for the next page before it answers for this one
            unread.clear()
    yield from unread


def _pages(
    files: tuple[str, ...], url: str | None, pool: Pool
) -> Iterator[tuple[str, RawPage | PageError]]:
    max_bytes = pool.limits.page_mb * MIB
    for path in files:
        try:
            if is_container(path):
                yield from _container_pages(path, pool)
            elif path == STDIN:
                yield path, RawPage(STDIN, _standard_input(max_bytes), url)
            else:
                yield path, replace(_read_file(path, max_bytes), url=url)
        except PageError as error:
            yield path, error


def _read_file(path: str, max_bytes: int) -> RawPage:
    try:
        open_regular(Path(path)).close()
    except NotRegular as error:
        raise not_regular_error(error) from error
    except OSError:
        pass  # reading says what is wrong
    return read_page(path, max_bytes)


def _standard_input(max_bytes: int) -> bytes:
    if sys.stdin is None:  # closed by the caller
        raise PageError(PageFault.UNREADABLE, "standard input is closed")
    return read_bounded(sys.stdin.buffer, max_bytes)


def _container_pages(path: str, pool: Pool) -> Iterator[tuple[str, RawPage | PageError]]:
    """Every page of a container; the records that are none are counted on standard error."""
    kinds: Counter[str] = Counter()
    progress = _Progress(path)
    for part in pool.walk(path):
        progress(part)
        entry = part.entry
        if entry is None:
            continue
        if isinstance(entry, Skipped):
            kinds[entry.kind] += 1
        elif isinstance(entry, Revisit):
            kinds[entry.kind] += 1
            click.echo(f"revisit: {printable(entry.path)}: {_describe_revisit(entry)}", err=True)
        elif isinstance(entry, Unread):
            yield entry.path, entry.error
        else:
            yield entry.path, entry
    if kinds:
        counts = ", ".join(f"{kind} {count}" for kind, count in kinds.most_common())
        click.echo(f"skipped: {printable(path)}: {counts}", err=True)


def _describe_revisit(revisit: Revisit) -> str:
    """What a capture that was not stored is the same as."""
    of = revisit.of_url or revisit.of_record or revisit.digest or "one that it does not name"
    when = f" of {revisit.of_captured:%Y-%m-%d %H:%M}" if revisit.of_captured else ""
    return f"{revisit.url} was the same as {of}{when}"


class _Progress:
    """Says on standard error, now and then, how far the reading of a container is."""

    def __init__(self, path: str) -> None:
        self._path, self._entries, self._reported = path, 0, time.monotonic()

    def __call__(self, part: ContainerPart) -> None:
        self._entries += part.entry is not None
        if time.monotonic() - self._reported >= SECONDS_BETWEEN:
            self._reported = time.monotonic()
            size = max(1, os.path.getsize(self._path))  # noqa: PTH202 - paths may hold surrogates
            done = f"{self._entries} records, {100 * part.position // size} %"
            click.echo(f"reading {printable(self._path)}: {done}", err=True)


def _fields(path: str, article: Article, entities: tuple[Entity, ...]) -> dict[str, Any]:
    return {
        "path": printable(path),
        "url": article.url,
        "title": article.title,
        **_date("date", article.published),
        **_date("modified", article.modified),
        "captured": article.captured.isoformat() if article.captured else None,
        "rejected_dates": [
            {"date": one.date, "method": one.method, "reason": one.reason}
            for one in article.rejected
        ],
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


def _date(name: str, date: PublicationDate | None) -> dict[str, str | None]:
    return {
        name: date.iso if date else None,
        f"{name}_precision": date.precision if date else None,
        f"{name}_method": date.method if date else None,
        f"{name}_confidence": date.confidence if date else None,
    }


def _readable(path: str, article: Article, entities: tuple[Entity, ...]) -> str:
    rows = {
        "path": printable(path),
        "url": article.url,
        "title": article.title,
        "date": _readable_date(article.published),
        "modified": _readable_date(article.modified),
        "captured": article.captured.isoformat() if article.captured else None,
        "rejected": "; ".join(f"{r.date} ({r.method}): {r.reason}" for r in article.rejected),
        "authors": ", ".join(article.authors),
        "language": article.language,
        "site": article.site,
        **{kind: _names(entities, kind) for kind in ("person", "org", "place")},
        "lead": article.lead,
    }
    head = "\n".join(f"{name:<9} {value or '-'}" for name, value in rows.items())
    return f"{head}\n\n{article.text}\n"


def _readable_date(date: PublicationDate | None) -> str | None:
    return f"{date.iso} ({date.method}, {date.confidence} confidence)" if date else None


def _names(entities: tuple[Entity, ...], kind: str) -> str:
    return ", ".join(f"{e.name} ({len(e.mentions)})" for e in entities if e.type == kind)
