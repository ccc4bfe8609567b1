"""Documents and commits for the tests of engines."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from zlib import crc32

from hypothesis import HealthCheck, settings

from searchapp.engines.base import (
    BuildStamp,
    Engine,
    Hit,
    SearchAfter,
    SearchRequest,
    SearchResponse,
)
from searchapp.model import (
    Article,
    Confidence,
    DatePrecision,
    Entity,
    EntityType,
    IndexedDocument,
    PublicationDate,
)

# A loaded machine is no fault of the code.
LAW = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
BUILT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
_PRECISION = {4: DatePrecision.YEAR, 7: DatePrecision.MONTH, 10: DatePrecision.DAY}


def published(text: str, *, certain: bool = True) -> PublicationDate:
    """A date from `2020`, `2020-10` or `2020-10-04`."""
    day = date.fromisoformat(text + "-01-01"[len(text) - 4 :][: 10 - len(text)])
    confidence = Confidence.HIGH if certain else Confidence.LOW
    return PublicationDate(day, _PRECISION[len(text)], "meta", confidence)


def document(  # noqa: PLR0913 - a document has many parts, each test names one or two
    id_: str,
    text: str = "",
    *,
    title: str = "",
    day: str | None = None,
    certain: bool = True,
    language: str | None = "en",
    site: str | None = None,
    authors: Sequence[str] = (),
    lead: str = "",
    **names: Sequence[str],
) -> IndexedDocument:
    """A document with an id, and what a test says about it."""
    article = Article(
        title,
        text,
        lead=lead,
        authors=tuple(authors),
        language=language,
        site=site,
        published=published(day, certain=certain) if day else None,
    )
    return IndexedDocument(id_, f"/archive/{id_}.html", article, _entities(names))


def _entities(names: Mapping[str, Sequence[str]]) -> tuple[Entity, ...]:
    return tuple(Entity(n, EntityType(kind), ((0, 1),)) for kind in names for n in names[kind])


def commit(
    engine: Engine,
    documents: Iterable[IndexedDocument],
    *,
    deleted: Iterable[str] = (),
    fresh: bool = False,
    failed: int = 0,
) -> None:
    """One transaction: first the deletions, then the documents."""
    with engine.rebuild() if fresh else engine.update() as writer:
        for id_ in deleted:
            writer.delete(id_)
        for found in documents:
            writer.put(found)
        writer.commit(BuildStamp(BUILT, failed, {"cleaner": "7"}))


def outdate(build: Path) -> None:
    """Have a build of Whoosh's say that another version of searchapp wrote it."""
    (stamp,) = build.glob("stamp-*.json")
    content = json.loads(stamp.read_text())
    del content["checksum"]
    content["engine"]["analysis"] = "0"
    content["checksum"] = crc32(json.dumps(content).encode())
    stamp.write_text(json.dumps(content))


def place_of(hit: Hit, request: SearchRequest, response: SearchResponse) -> SearchAfter:
    """Where a hit of a response stands, to go on behind it."""
    published = hit.document.article.published
    counts = published and (request.uncertain or published.confidence == Confidence.HIGH)
    day = published.day if published and counts else None
    return SearchAfter(hit.score, day, hit.document.id, response.index.id)
