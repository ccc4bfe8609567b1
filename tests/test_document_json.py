"""Documents come back from their JSON as they were, whatever is in them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from searchapp.document_json import (
    dump_article,
    dump_entities,
    dumps,
    load_article,
    load_entities,
    loads,
)
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

FOUND = PublicationDate(date(2020, 10, 4), DatePrecision.MONTH, "json-ld", Confidence.LOW)
FULL = Article(
    "A “title”",
    "𝒳 text\n",
    lead="𝒳",
    authors=("Ines Lindholm", "B"),
    language="en",
    site="example.org",
    url="https://example.org/1",
    canonical_url="https://example.org/",
    published=FOUND,
    modified=FOUND,
    captured=datetime(2020, 10, 5, 1, 2, 3, 4, tzinfo=UTC),
    rejected=(RejectedDate("2099", "meta", "later"),),
)
NAMES = (
    Entity("Ines Lindholm", EntityType.PERSON, ((0, 2), (3, 5))),
    Entity("X", EntityType.ORG, ()),
)


@pytest.mark.parametrize("article", [FULL, Article("", "")])
@pytest.mark.parametrize("path", ["/archive/a.html", "/archive/\udcff.html"])
def test_a_document_survives_its_json(article: Article, path: str) -> None:
    document = IndexedDocument("1", path, article, NAMES)
    assert loads(dumps(document)) == document


@pytest.mark.parametrize("text", ["text", "\udcff"])
def test_an_article_and_entities_survive_theirs(text: str) -> None:
    article = replace(FULL, text=text)
    assert load_article(dump_article(article)) == article
    assert load_entities(dump_entities(NAMES)) == NAMES
    dump_article(article).encode()  # SQLite takes no lone surrogates


def test_what_has_its_default_is_left_out() -> None:
    assert b"null" not in dumps(IndexedDocument("1", "", Article("", "")))
