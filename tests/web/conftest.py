"""A small archive in an index in memory, and the application over it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from searchapp.config import Settings
from searchapp.engines.base import BuildStamp, Engine
from searchapp.engines.memory import MemoryEngine
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
from searchapp.web.app import create_app

BUILT = datetime(2024, 5, 1, 12, 30, tzinfo=UTC)
PEOPLE = ("Ana Petrova", "Bo Lindqvist", "O'Brien & Sons", "李娜")
HOSTILE_TITLE = '=HYPERLINK("http://evil.example/")<script>alert(1)</script>'


def make_date(day: str, precision: str = "day", confidence: str = "high") -> PublicationDate:
    return PublicationDate(
        date.fromisoformat(day), DatePrecision(precision), "json-ld", Confidence(confidence)
    )


def make_story(number: int) -> IndexedDocument:
    """One of a run of harbour stories: two people, three sites, every fourth undated."""
    people = dict.fromkeys((PEOPLE[number % 4], PEOPLE[number // 4 % 4]))
    text = f"The harbour of Lindholm opened again on day {number}. Ships came in."
    return IndexedDocument(
        id=f"story-{number:03}",
        path=f"/archive/story-{number:03}.html",
        article=Article(
            title=f"Harbour news {number}",
            text=text,
            lead=text,
            authors=("Eva Strand",) if number % 3 else (),
            language="en" if number % 5 else "sv",
            site=f"site{number % 3}.example",
            url=f"https://site{number % 3}.example/{number}?a=1&b=2",
            published=make_date(f"2023-{1 + number % 12:02}-{1 + number % 28:02}")
            if number % 4
            else None,
        ),
        entities=(
            *(Entity(name, EntityType.PERSON, ((0, 3),)) for name in people),
            Entity("Lindholm", EntityType.PLACE, ((15, 23),)),
        ),
    )


HOSTILE = IndexedDocument(
    id="hostile",
    path="/archive/=1+1.html",
    article=Article(
        title=HOSTILE_TITLE,
        text="A storm \x0b with \x01 control characters & <b>markup</b>.",
        authors=("@cmd",),
        site="evil.example",
        url="javascript:alert(1)",
        published=make_date("2022-03-01", "month", "low"),
        modified=make_date("2022-04-05"),
        captured=datetime(2022, 5, 6, 7, 8, tzinfo=UTC),
        rejected=(RejectedDate("2031-01-01", "meta", "after 2022-05-06 <b>"),),
    ),
    entities=(Entity("-2+3", EntityType.ORG, ((2, 7),)),),
)
DOCUMENTS = (*(make_story(number) for number in range(40)), HOSTILE)


def put(engine: Engine, documents: Iterable[IndexedDocument], *, fresh: bool = False) -> None:
    with engine.rebuild() if fresh else engine.update() as writer:
        for document in documents:
            writer.put(document)
        writer.commit(BuildStamp(BUILT, failed=3, versions=engine.versions()))


@pytest.fixture(scope="session")
def engine() -> Engine:
    """Read only: a test that writes makes its own."""
    made = MemoryEngine()
    put(made, DOCUMENTS, fresh=True)
    return made


@pytest.fixture(scope="session")
def app(engine: Engine) -> Flask:
    return create_app(engine, Settings())


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="session")
def client_forever(app: Flask) -> FlaskClient:
    """One client for all the examples of a property; it keeps no cookies."""
    return app.test_client(use_cookies=False)


@pytest.fixture
def indexless(new_engine: Engine) -> FlaskClient:
    """A client of an application whose index was never built."""
    return create_app(new_engine, Settings()).test_client()
