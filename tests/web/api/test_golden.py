"""Every answer of the API as it was: keys, their order, and values."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from searchapp.config import Settings
from searchapp.engines import open_engine
from searchapp.errors import PageFault
from searchapp.ledger.ledger import Ledger
from searchapp.ledger.rows import Failure, Fingerprint, PageResult
from searchapp.web.app import create_app
from tests.web.conftest import DOCUMENTS, put

GOLDEN = Path(__file__).with_name("answers.json")
FACETS = "facets=person:2,place:1,date:year"
FILTERS = "person=Ana+Petrova&person.all=Bo+Lindqvist&site.not=site1.example&from=2023"
ADDRESSES = (
    f"GET /api/v1/search?size=1&sort=date&{FACETS}",
    f"GET /api/v1/search?q=harbour&size=2&page=2&{FILTERS}&{FACETS}",
    "GET /api/v1/search?q=storm&uncertain=include&facets=org:1,date:month",
    "GET /api/v1/search?q=%22open&facets=none",
    "GET /api/v1/search?size=1&person.find=pet&facets=person:1,lang:1",
    "GET /api/v1/search.jsonl?q=storm",
    "GET /api/v1/suggest?q=lin",
    "GET /api/v1/suggest?q=harbour+ne&size=1",
    "GET /api/v1/documents/story-001",
    "GET /api/v1/documents/hostile",
    "GET /api/v1/entities/place/Lindholm",
    "GET /api/v1/status",
    "GET /api/v1/reindex",
    "GET /healthz",
    "GET /readyz",
    "GET /api/v1/search?page=0&persn=%E6%9D%8E&q=%00&facets=x,y",
    "GET /api/v1/documents/nothing",
    "GET /api/v1/nothing",
    "POST /api/v1/reindex",
    "POST /api/v1/search",
)
# What differs from run to run, from version to version, or from engine to engine.
VERSIONS = ("searchapp", "readers", "cleaner", "recogniser", "analysis", "schema")
VOLATILE = {"took_ms": 0, "score": 0, "bytes": 0, "id": "ID", "engine": {}}
VOLATILE |= dict.fromkeys(VERSIONS, "V")


def steady(answer: Any, inside: str = "") -> Any:
    """An answer without what differs from run to run."""
    if isinstance(answer, list):
        return [steady(part, inside) for part in answer]
    if isinstance(answer, dict):
        return {
            key: VOLATILE[key]
            if key in VOLATILE and (key != "id" or inside == "index")
            else steady(value, key)
            for key, value in answer.items()
        }
    return re.sub(r"cursor=[\w-]+", "cursor=C", answer) if isinstance(answer, str) else answer


def result(name: str, failure: PageFault | None = None) -> PageResult:
    path = f"/srv/news/{name}"
    fault = Failure(path, failure, f"{path}: cannot be read; look at it") if failure else None
    article = None if failure else DOCUMENTS[1].article
    return PageResult(path, Fingerprint(1, 1, name), '{"cleaner": "7"}', article, failure=fault)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """An archive whose ledger knows of more than its index."""
    settings = Settings(index_dir=tmp_path_factory.mktemp("golden"), models={})
    with Ledger(settings.index_dir) as ledger:
        ledger.add_roots(["/srv/news"])
        ledger.put([result("a.html"), result("e.html", PageFault.EMPTY)])
        ledger.set_note("last_run", "2024-05-01T12:30:00+00:00")
        ledger.set_note("unlisted", '[["/srv/news/x", "/srv/news/x: no permission"]]')
        ledger.set_note("links_out", '{"count": 2, "paths": ["/srv/news/y"]}')
    engine = open_engine(settings)
    put(engine, DOCUMENTS, fresh=True)
    return create_app(engine, settings).test_client()


def answers(client: FlaskClient) -> Iterator[tuple[str, Any]]:
    for address in ADDRESSES:
        method, path = address.split(" ", 1)
        response = client.open(path, method=method)
        yield address, [response.status_code, response.mimetype, steady(json.loads(response.data))]


def test_answers_are_what_they_were(client: FlaskClient, tmp_path: Path) -> None:
    """To accept a change, put the file that is written here in the place of `answers.json`."""
    now = json.dumps(dict(answers(client)), ensure_ascii=False, indent=1) + "\n"
    (tmp_path / "answers.json").write_text(now, encoding="utf-8")
    assert now == GOLDEN.read_text(encoding="utf-8")
