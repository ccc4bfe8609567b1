"""Documents as JSON and back, losslessly: the form the engines and the ledger keep.

A near-leaf: imports only `model`. An engine reads ten documents for a page of hits, the
ledger articles and entities apart. A field that has its default is left out; a lone
surrogate, as in the name of a file, stays escaped.
"""

import json
from typing import Any, TypeVar

import msgspec

from searchapp.model import Article, Entity, IndexedDocument

_T = TypeVar("_T")
_DOCUMENT = msgspec.json.Decoder(IndexedDocument)
_ARTICLE = msgspec.json.Decoder(Article)
_ENTITIES = msgspec.json.Decoder(tuple[Entity, ...])
_REQUIRED = ("title", "text")


def dumps(document: IndexedDocument) -> bytes:
    """The document in UTF-8."""
    return encode({**vars(document), "article": _article_fields(document.article)})


def loads(text: bytes) -> IndexedDocument:
    """The document `dumps` wrote; equal to it in every field."""
    return _decode(_DOCUMENT, text)


def dump_article(article: Article) -> str:
    """An article by itself."""
    return compact(_article_fields(article))


def load_article(text: bytes | str) -> Article:
    """The article `dump_article` wrote."""
    return _decode(_ARTICLE, text)


def dump_entities(entities: tuple[Entity, ...]) -> str:
    """Entities by themselves: `[{"name": ..., "type": ..., "mentions": [[start, end]]}]`."""
    return compact(entities)


def load_entities(text: bytes | str) -> tuple[Entity, ...]:
    """The entities `dump_entities` wrote."""
    return _decode(_ENTITIES, text)


def encode(value: Any) -> bytes:
    """Any value as one line of JSON in UTF-8 (RFC 8259): keys in their order, letters unescaped."""
    try:
        return msgspec.json.encode(value)
    except UnicodeEncodeError:
        text = json.dumps(msgspec.to_builtins(value), ensure_ascii=False, separators=(",", ":"))
        return text.encode("utf-8", "backslashreplace")


def compact(value: Any) -> str:
    """The same as text."""
    return encode(value).decode()


def _article_fields(article: Article) -> dict[str, Any]:
    return {name: value for name, value in vars(article).items() if value or name in _REQUIRED}


def _decode(decoder: msgspec.json.Decoder[_T], text: bytes | str) -> _T:
    try:
        return decoder.decode(text)
    except msgspec.DecodeError:  # of a lone surrogate
        return msgspec.convert(json.loads(text), decoder.type)
