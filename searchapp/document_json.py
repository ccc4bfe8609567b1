"""Documents as JSON and back, losslessly: the forms the engines and the ledger keep.

A near-leaf: imports only `model`. An engine reads ten documents for a page of hits, the
ledger articles and entities apart.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

import msgspec

from searchapp.model import (
    Article,
    Confidence,
    DatePrecision,
    Entity,
    EntityType,
    IndexedDocument,
    PublicationDate,
    RejectedDate,
)

_DOCUMENT = msgspec.json.Decoder(IndexedDocument)
_REQUIRED = ("title", "text")


def dumps(document: IndexedDocument) -> bytes:
    """The document as JSON in UTF-8: the fields of `model` that have not their defaults."""
    article = {k: v for k, v in vars(document.article).items() if v or k in _REQUIRED}
    return encode({**vars(document), "article": article})


def encode(value: Any) -> bytes:
    """A value as one line of JSON in UTF-8 (RFC 8259), keys in their order, letters as they are.

    Half a surrogate pair, as in the name of a file, is escaped.
    """
    try:
        return msgspec.json.encode(value)
    except UnicodeEncodeError:
        text = json.dumps(msgspec.to_builtins(value), ensure_ascii=False, separators=(",", ":"))
        return text.encode("utf-8", "backslashreplace")


def loads(text: bytes) -> IndexedDocument:
    """The document `dumps` wrote; equal to it in every field."""
    try:
        return _DOCUMENT.decode(text)
    except msgspec.DecodeError:
        return msgspec.convert(json.loads(text), IndexedDocument)


def compact(value: Any) -> str:
    """JSON without spaces; lone surrogates (odd file names) stay escaped."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":"))
    return text


def article_fields(article: Article) -> dict[str, Any]:
    """An article as JSON values."""
    fields: dict[str, Any] = {
        "title": article.title,
        "text": article.text,
        "lead": article.lead,
        "authors": list(article.authors),
        "language": article.language,
        "site": article.site,
        "url": article.url,
        "canonical_url": article.canonical_url,
    }
    fields["published"] = _date_fields(article.published)
    fields["modified"] = _date_fields(article.modified)
    fields["captured"] = article.captured.isoformat() if article.captured else None
    fields["rejected"] = [[r.date, r.method, r.reason] for r in article.rejected]
    return {key: value for key, value in fields.items() if value}


def _date_fields(found: PublicationDate | None) -> list[str] | None:
    if found is None:
        return None
    return [found.day.isoformat(), found.precision, found.method, found.confidence]


def article(fields: dict[str, Any]) -> Article:
    """The article of `article_fields`."""
    captured = fields.get("captured")
    read = {
        "authors": tuple(fields.get("authors", ())),
        "published": _date(fields.get("published")),
        "modified": _date(fields.get("modified")),
        "captured": datetime.fromisoformat(captured) if captured else None,
        "rejected": tuple(RejectedDate(*stated) for stated in fields.get("rejected", ())),
    }
    return Article(**{"title": "", "text": "", **fields, **read})


def _date(stated: list[str] | None) -> PublicationDate | None:
    if stated is None:
        return None
    day, precision, method, confidence = stated
    return PublicationDate(
        date.fromisoformat(day), DatePrecision(precision), method, Confidence(confidence)
    )


def entity_fields(entities: tuple[Entity, ...]) -> list[list[Any]]:
    """Entities as JSON values: `[name, type, [[start, end], ...]]` each."""
    return [[e.name, e.type, [list(mention) for mention in e.mentions]] for e in entities]


def entities(fields: list[list[Any]]) -> tuple[Entity, ...]:
    """The entities of `entity_fields`."""
    return tuple(
        Entity(name, EntityType(kind), tuple((start, end) for start, end in mentions))
        for name, kind, mentions in fields
    )
