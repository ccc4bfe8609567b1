"""An `IndexedDocument` as it rests in the index: stored JSON and the column record.

The stored JSON gives back an equal document. The record holds what searching needs
of every document at once (date, lengths, facet values) and nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Self

from searchapp.model import (
    FACET_FIELDS,
    Article,
    Confidence,
    DatePrecision,
    Entity,
    EntityType,
    IndexedDocument,
    PublicationDate,
)


@dataclass(frozen=True)
class Record:
    """What every search may need of one document.

    `day` is a proleptic Gregorian ordinal, None without a date. `lengths` are counts
    of positions in title and text. `values` are the facet values, in `FACET_FIELDS` order.
    """

    id: str
    day: int | None
    certain: bool
    lengths: tuple[int, int]
    values: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, document: IndexedDocument, lengths: tuple[int, int]) -> Self:
        """The record of a document whose fields have these lengths."""
        published = document.article.published
        return cls(
            document.id,
            published.day.toordinal() if published else None,
            published is not None and published.confidence == Confidence.HIGH,
            lengths,
            tuple(document.values(facet) for facet in FACET_FIELDS),
        )

    def to_bytes(self) -> bytes:
        """One JSON array."""
        return _dump([self.id, self.day, self.certain, self.lengths, self.values])


def read_records(rows: Sequence[bytes]) -> list[Record]:
    """The records of a segment, parsed in one go."""
    parsed = json.loads(b"[" + b",".join(rows) + b"]")
    return [
        Record(id_, day, certain, tuple(lengths), tuple(values))
        for id_, day, certain, lengths, values in parsed
    ]


def to_json(document: IndexedDocument) -> bytes:
    """The whole document as compact JSON."""
    return _dump(asdict(document))


def from_json(stored: bytes) -> IndexedDocument:
    """The document `to_json` was given."""
    found = json.loads(stored)
    article = found["article"]
    published = article["published"]
    article |= {
        "authors": tuple(article["authors"]),
        "published": _publication_date(published) if published else None,
    }
    entities = tuple(
        Entity(e["name"], EntityType(e["type"]), tuple((a, b) for a, b in e["mentions"]))
        for e in found["entities"]
    )
    return IndexedDocument(found["id"], found["path"], Article(**article), entities)


def _publication_date(found: dict[str, Any]) -> PublicationDate:
    return PublicationDate(
        date.fromisoformat(found["day"]),
        DatePrecision(found["precision"]),
        found["method"],
        Confidence(found["confidence"]),
    )


def _dump(value: Any) -> bytes:
    # ASCII escapes carry even lone surrogates there and back.
    return json.dumps(value, separators=(",", ":"), default=date.isoformat).encode("ascii")
