"""What is near in meaning, on the page, in the API and in the terminal."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from searchapp.config import Settings
from searchapp.engines.memory import MemoryEngine
from searchapp.meaning.nearness import Nearness
from searchapp.web.app import create_app
from tests.engines.documents import commit, document
from tests.engines.meanings import embed, write
from tests.web.page import get, href, said

DOCUMENTS = [
    document("ferry", "The ferry leaves.", title="At nine", site="a.example"),
    document(
        "boat",
        "A boat came.",
        title="Arrival <script>",
        lead="A <b>boat</b> came. " * 20,
        site="b.example",
        day="2020-10-04",
    ),
    document("money", "A budget."),
]


def client_of(directory: Path, *, meaning: bool) -> FlaskClient:
    path = directory / "vectors.npy"
    write(path, DOCUMENTS)
    engine = MemoryEngine(Nearness(path, embed) if meaning else None)
    commit(engine, DOCUMENTS)
    return create_app(engine, Settings(index_dir=directory)).test_client()


@pytest.fixture
def client(tmp_path: Path) -> FlaskClient:
    return client_of(tmp_path, meaning=True)


def test_the_page_shows_a_strip_apart_from_the_results(client: FlaskClient) -> None:
    page = get(client, "/search?q=ferry")
    assert page.total == 1
    assert len(page.all("article.hit")) == 1
    assert said(page.one(".near h2")) == "Not in these words"
    (item,) = page.all(".near li")
    assert said(item).startswith("Arrival <script> b.example 4 October 2020 A <b>boat</b> came.")
    assert len(said(item)) < 260
    assert "q=ferry" in href(page.one(".near a"))
    assert get(client, href(page.one(".near a"))).status == 200


def test_a_query_that_finds_nothing_has_a_strip(client: FlaskClient) -> None:
    page = get(client, "/search?q=dinghy&spelling=typed")
    assert page.total == 0
    assert len(page.all(".near li")) == 2


def test_the_api_lists_it_beside_the_results(client: FlaskClient) -> None:
    found = client.get("/api/v1/search?q=ferry").get_json()
    assert found["total"] == len(found["results"]) == 1
    assert found["meaning"] == {"model": "all-MiniLM-L6-v2-int8", "documents": 3}
    assert [one["id"] for one in found["by_meaning"]] == ["boat"]
    assert sum(value["count"] for value in found["facets"][3]["values"]) <= 1


def test_exports_and_feeds_have_only_what_was_found(client: FlaskClient) -> None:
    for end in (".csv", ".jsonl", ".atom"):
        assert "Arrival" not in client.get(f"/api/v1/search{end}?q=ferry").text


def test_where_it_is_off_nothing_says_so(tmp_path: Path) -> None:
    client = client_of(tmp_path, meaning=False)
    assert get(client, "/search?q=ferry").all(".near") == []
    found = client.get("/api/v1/search?q=ferry").get_json()
    assert "meaning" not in found
    assert "by_meaning" not in found


def test_other_vectors_are_another_answer(client: FlaskClient, tmp_path: Path) -> None:
    tag = client.get("/api/v1/search?q=ferry").headers["ETag"]
    again = {"If-None-Match": tag}
    assert client.get("/api/v1/search?q=ferry", headers=again).status_code == 304
    write(tmp_path / "vectors.npy", DOCUMENTS[:1])
    now = client.get("/api/v1/search?q=ferry", headers=again)
    assert now.status_code == 200
    assert now.get_json()["by_meaning"] == []
