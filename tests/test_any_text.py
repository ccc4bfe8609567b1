"""Any text in any field of any document: every page, answer, feed, export and command works.

The documents are put into the index as they are, as one written before text was made writable
has them; what comes out of a file is writable (`test_writable`).
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from searchapp.cli import main
from searchapp.config import Settings
from searchapp.engines.base import Engine
from searchapp.engines.memory import MemoryEngine
from searchapp.engines.whoosh import WhooshEngine
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
from tests.engines.documents import commit

ENGINES: dict[str, Callable[[Path], Engine]] = {
    "memory": lambda _: MemoryEngine(),
    "whoosh": WhooshEngine,
}
HARD = (
    "\ud83d",
    "\udc00 Petrova",
    "\ude00\ud83d",
    "a\x00b",
    "\x1b[2J",
    "\ufffe\uffff\U0010ffff",
    "\u202eevil\u202c",
    "שלום עולם",
    "line\nbreak\r\n\x85\u2028",
    "=1+1;2",
    "</script><b>&",
    "../%2f?#",
    "`x`",
    " ",
    "",
    "٣ ₂ ﬁ İ ß",
    "x" * 10_000,
    "\ud800" * 10_000,
)
TEXTS = st.sampled_from(HARD) | st.text(st.characters(), max_size=40)
DATES = st.builds(
    PublicationDate,
    st.dates(),
    st.sampled_from(DatePrecision),
    TEXTS,
    st.sampled_from(Confidence),
)
ENTITIES = st.builds(
    Entity,
    TEXTS.filter(bool),
    st.sampled_from(EntityType),
    st.just(((0, 1),)) | st.just(((0, 3), (2, 5))),
)
ARTICLES = st.builds(
    Article,
    title=TEXTS,
    text=st.builds("harbour {} {}".format, TEXTS, TEXTS),
    lead=TEXTS,
    authors=st.lists(TEXTS, max_size=3).map(tuple),
    language=TEXTS | st.none(),
    site=TEXTS | st.none(),
    url=TEXTS | st.builds("https://a.example/{}".format, TEXTS) | st.none(),
    canonical_url=TEXTS | st.none(),
    published=DATES | st.none(),
    modified=DATES | st.none(),
    captured=st.datetimes() | st.none(),
    rejected=st.lists(st.builds(RejectedDate, TEXTS, TEXTS, TEXTS), max_size=2).map(tuple),
)
DOCUMENTS = st.lists(
    st.tuples(TEXTS, ARTICLES, st.lists(ENTITIES, max_size=3).map(tuple)), min_size=1, max_size=3
).map(
    lambda parts: [
        IndexedDocument(f"{n:016x}", f"/archive/{name}", article, entities)
        for n, (name, article, entities) in enumerate(parts)
    ]
)


def everywhere(text: str) -> list[IndexedDocument]:
    """A document with the same text in all its fields."""
    day = PublicationDate(date(2020, 10, 4), DatePrecision.DAY, text, Confidence.HIGH)
    article = Article(
        text, f"harbour {text}", text, (text,), text, text, text, text, day, day, None,
        (RejectedDate(text, text, text),),
    )  # fmt: skip
    entities = tuple(Entity(text or "x", kind, ((0, 1),)) for kind in EntityType)
    return [IndexedDocument("0" * 16, f"/archive/{text}.html", article, entities)]


@pytest.mark.parametrize("name", ENGINES)
@pytest.mark.parametrize("text", HARD, ids=range(len(HARD)))
def test_one_text_everywhere(name: str, text: str) -> None:
    check_faces(name, everywhere(text))


@pytest.mark.parametrize("name", ENGINES)
@given(documents=DOCUMENTS)
@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_text_in_any_field(name: str, documents: list[IndexedDocument]) -> None:
    check_faces(name, documents)


def check_faces(name: str, documents: list[IndexedDocument]) -> None:
    with TemporaryDirectory() as folder:
        engine = ENGINES[name](Path(folder))
        commit(engine, documents)
        app = create_app(engine, Settings(index_dir=Path(folder)))
        app.testing = True  # an error nobody foresaw is raised
        check_pages(app.test_client(), documents)
        if name == "whoosh":
            check_commands(folder)
        engine.close()


def check_pages(client: FlaskClient, documents: list[IndexedDocument]) -> None:
    for address in addresses(documents):
        response = client.get(address)
        assert response.status_code in {200, 302, 303, 400, 404}, address
        body = response.data.decode("utf-8")
        if response.mimetype in {"application/json", "application/problem+json"}:
            json.loads(body)
        elif response.mimetype == "application/atom+xml":
            ET.fromstring(body)  # noqa: S314 - our own
        elif response.mimetype == "text/csv":
            assert len(list(csv.reader(io.StringIO(body, newline=""), strict=True))) == 1 + len(
                documents
            )
    lines = client.get("/api/v1/search.jsonl").text.splitlines()
    assert len([json.loads(line) for line in lines]) == len(documents)
    # What the front page leads to is there, too.
    found = json.loads(client.get("/api/v1/search").text)
    for facet in found["facets"]:
        for value in facet["values"]:
            for link in filter(None, value["links"].values()):
                assert client.get(link).status_code in {200, 400}, link


def addresses(documents: list[IndexedDocument]) -> Iterator[str]:
    for end in ("", ".csv", ".jsonl", ".atom"):
        yield f"/api/v1/search{end}"
        yield f"/api/v1/search{end}?q=harbour&uncertain=include&undated=include"
    yield from ("/", "/search?q=harbour", "/search?q=h*&facets=date:day", "/search?q=harbuor")
    yield from ("/status", "/api/v1/status", "/api/v1/suggest?q=h", "/api/v1/suggest?q=x")
    for document in documents:
        yield f"/documents/{document.id}"
        yield f"/documents/{document.id}/similar"
        yield f"/api/v1/documents/{document.id}"
        for entity in document.entities:
            name = quote(entity.name[:1000], safe="", errors="replace")
            yield f"/entities/{entity.type}/{name}"
            yield f"/api/v1/entities/{entity.type}/{name}"


def check_commands(folder: str) -> None:
    for arguments in (
        ("search", "harbour"),
        ("search", "--json", "harbour"),
        ("search", "--json", "--sort", "-date"),
        ("entities", "list"),
        ("entities", "suggest"),
        ("entities", "suggest", "--json"),
        ("status",),
        ("doctor",),
    ):
        done = CliRunner().invoke(main, ["--index", folder, *arguments])
        assert done.exception is None or isinstance(done.exception, SystemExit), arguments
        if "--json" in arguments and done.exit_code == 0:
            for line in done.stdout_bytes.decode("utf-8").splitlines():
                json.loads(line)
