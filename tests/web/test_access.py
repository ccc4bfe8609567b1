"""Who may read when there is an access token, and who is told the names of files."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from searchapp.config import Settings
from searchapp.engines.base import Engine
from searchapp.web.app import create_app

TOKEN = "a token of 24 characters"
PATHS = [
    *("/", "/search", "/status", "/documents/x", "/documents/x/similar", "/entities/person/x"),
    *("/api/v1/search", "/api/v1/search.atom", "/api/v1/search.csv", "/api/v1/search.jsonl"),
    *("/api/v1/suggest?q=a", "/api/v1/documents/x", "/api/v1/status", "/api/v1/openapi.json"),
    *("/api/v1/reindex", "/static/searchapp.css", "/nothing", "/api/nothing", "/healthz/"),
]


def client_of(engine: Engine, directory: Path, **more: object) -> FlaskClient:
    settings = Settings(index_dir=directory / "index", **more)  # type: ignore[arg-type]
    return create_app(engine, settings).test_client()


@pytest.fixture
def client(engine: Engine, tmp_path: Path) -> FlaskClient:
    return client_of(engine, tmp_path, access_token=TOKEN)


def basic(user: str, password: str) -> dict[str, str]:
    return {"Authorization": f"Basic {b64encode(f'{user}:{password}'.encode()).decode()}"}


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_stranger_reads_nothing(client: FlaskClient, path: str, method: str) -> None:
    answer = client.open(path, method=method)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Basic realm=")
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_whoever_watches_needs_no_token_and_learns_nothing(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})
    assert "index" in client.get("/readyz", headers=basic("", TOKEN)).get_json()


@pytest.mark.parametrize(
    "headers", [basic("", TOKEN), basic("anyone", TOKEN), {"Authorization": f"Bearer {TOKEN}"}]
)
def test_the_token_opens(client: FlaskClient, headers: dict[str, str]) -> None:
    for path in ("/", "/api/v1/search", "/static/searchapp.css", "/status"):
        with client.get(path, headers=headers) as answer:
            assert answer.status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        *(basic("", wrong) for wrong in ("", "x", TOKEN[1:], TOKEN[:-1], f"{TOKEN}x", "é")),
        basic(TOKEN, ""),
        basic(TOKEN, TOKEN[:-1]),
        *({"Authorization": text} for text in ("Basic", "Basic %%", f"Digest {TOKEN}", TOKEN)),
        *({"Authorization": f"Bearer {wrong}"} for wrong in ("", "x", "é", f'token="{TOKEN}"')),
        {"Authorization": f'Digest username="{TOKEN}", password="{TOKEN}", token="{TOKEN}"'},
        {"X-Forwarded-User": "owner", "X-Access-Token": TOKEN, "Cookie": f"token={TOKEN}"},
    ],
)
def test_nothing_else_opens(client: FlaskClient, headers: dict[str, str]) -> None:
    assert client.get("/api/v1/search", headers=headers).status_code == 401


def test_a_reindex_asks_for_its_own_token_alone(engine: Engine, tmp_path: Path) -> None:
    other = "another of 24 characters"
    client = client_of(engine, tmp_path, access_token=TOKEN, reindex_token=other)
    for token, status in ((TOKEN, 401), (other, 409)):
        headers = {"Authorization": f"Bearer {token}"}
        assert client.post("/api/v1/reindex", headers=headers).status_code == status
    headers = {"Authorization": f"Bearer {other}"}
    assert client.get("/api/v1/search", headers=headers).status_code == 401


EVERYWHERE = {"host": "0.0.0.0"}  # noqa: S104 - as with --insecure
FORGED = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}


@pytest.mark.parametrize(
    ("settings", "headers", "base"),
    [
        (EVERYWHERE, FORGED, ""),
        ({"proxies": 1}, {"Host": "evil.example"}, ""),
        ({"proxies": 1}, {"X-Forwarded-Host": "news.example"}, "http://news.example"),
        (
            {**EVERYWHERE, "base_url": "https://news.example/a/"},
            FORGED,
            "https://news.example/a",
        ),
        ({"base_url": "https://news.example", "proxies": 1}, FORGED, "https://news.example"),
    ],
)
def test_links_of_the_feed_are_of_a_trusted_address(
    engine: Engine, tmp_path: Path, settings: dict[str, object], headers: dict[str, str], base: str
) -> None:
    answer = client_of(engine, tmp_path, **settings).get("/api/v1/search.atom", headers=headers)
    assert f'href="{base}/api/v1/search.atom' in answer.text
    assert "evil" not in answer.text + str(answer.headers)
