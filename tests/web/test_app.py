"""What holds for every answer, whatever its address."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from searchapp.config import Settings
from searchapp.engines.base import Engine, SearchRequest
from searchapp.engines.whoosh import WhooshEngine
from searchapp.web.app import create_app
from searchapp.web.context import AppContext, searcher
from tests.web.conftest import DOCUMENTS, put

PATHS = (
    *("/", "/search?q=harbour", "/search?nope=1", "/documents/hostile", "/documents/none"),
    *("/api/v1/search", "/api/v1/search?nope=1", "/api/v1/search.csv", "/healthz", "/no/such"),
)


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_is_guarded(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "Access-Control-Allow-Origin" not in headers


def test_an_error_of_a_page_is_a_page_and_of_the_api_json(client: FlaskClient) -> None:
    assert client.get("/search?nope=1").mimetype == "text/html"
    assert client.get("/no/such").mimetype == "text/html"
    assert client.get("/api/no/such").mimetype == "application/problem+json"
    assert client.get("/search?nope=1").headers["Cache-Control"] == "no-store"


def failing(engine: Engine) -> Flask:
    app = create_app(engine, Settings())

    @app.get("/fail")
    @app.get("/api/fail")
    def fail() -> str:
        raise RuntimeError("secret of the inside")

    return app


@pytest.mark.parametrize("path", ["/fail", "/api/fail"])
def test_an_unforeseen_error_is_logged_and_says_nothing_of_the_inside(
    engine: Engine, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        response = failing(engine).test_client().get(path)
    assert response.status_code == 500
    assert "secret" not in response.text
    assert "Traceback" not in response.text
    assert "secret of the inside" in caplog.text


def test_links_begin_with_the_prefix_the_application_is_mounted_under(client: FlaskClient) -> None:
    base = "http://localhost/archive"
    found = client.get("/api/v1/search?q=harbour", base_url=base).get_json()
    assert found["links"]["next"].startswith("/archive/api/v1/search?")
    similar = client.get("/documents/story-001/similar", base_url=base)
    assert similar.location.startswith("/archive/search?q=")


def test_nothing_is_opened_before_the_first_request(tmp_path: Path) -> None:
    create_app(WhooshEngine(tmp_path / "none"), Settings())
    assert not (tmp_path / "none").exists()


def test_one_searcher_is_kept_for_the_process(app: Flask, client: FlaskClient) -> None:
    kept: AppContext = app.extensions["searchapp"]
    client.get("/api/v1/search")
    assert kept.searcher() is kept.searcher()


def test_a_request_stays_with_the_snapshot_it_began_with(new_engine: Engine) -> None:
    put(new_engine, DOCUMENTS[:3], fresh=True)
    app = create_app(new_engine, Settings())
    with app.test_request_context():
        begun = searcher().info()
        put(new_engine, DOCUMENTS[:5], fresh=True)
        assert searcher().info() == begun
        assert searcher().search(SearchRequest()).index == begun
    with app.test_request_context():
        assert searcher().info().documents == 5


def test_two_applications_share_nothing(engine: Engine, new_engine: Engine) -> None:
    full = create_app(engine, Settings())
    empty = create_app(new_engine, Settings())
    assert full.test_client().get("/readyz").status_code == 200
    assert empty.test_client().get("/readyz").status_code == 503
    assert full.test_client().get("/readyz").status_code == 200
