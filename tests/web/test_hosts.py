"""Under which names it is served where reaching it is all that it takes to read."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from searchapp.config import Settings
from searchapp.engines.base import Engine
from searchapp.web.app import create_app
from tests.web.test_access import PATHS, TOKEN

OWN = [
    *("localhost", "LOCALHOST:8000", "localhost.", "127.0.0.1", "127.0.0.1:80", "127.8.9.10"),
    *("[::1]", "[::1]:8000", "archive.localhost:8000", "[::ffff:127.0.0.1]"),
]
OTHERS = [
    *("evil.example", "evil.example:8000", "localhost.evil.example", "127.0.0.1.evil.example"),
    *("192.0.2.1", "[::]", "127.0.0.1@evil.example", "localhost,evil.example"),
    *("", ":8000", "[::1", "evillocalhost", "127.1", "0x7f000001"),
]


def client_of(
    engine: Engine, directory: Path, *, any_host: bool = False, **more: object
) -> FlaskClient:
    settings = Settings(index_dir=directory / "index", **more)  # type: ignore[arg-type]
    return create_app(engine, settings, any_host=any_host).test_client()


@pytest.mark.parametrize("host", OWN)
def test_names_of_this_machine_are_answered(engine: Engine, tmp_path: Path, host: str) -> None:
    client = client_of(engine, tmp_path)
    assert client.get("/api/v1/search", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", OTHERS)
def test_other_names_are_refused_with_what_to_set(
    engine: Engine, tmp_path: Path, host: str
) -> None:
    answer = client_of(engine, tmp_path).get("/api/v1/search", headers={"Host": host})
    assert answer.status_code == 421
    detail = answer.get_json()["detail"]
    for setting in ("base_url", "proxies", "access_token", "--insecure"):
        assert setting in detail


@pytest.mark.parametrize("path", PATHS)
def test_no_address_is_read_under_another_name(engine: Engine, tmp_path: Path, path: str) -> None:
    client = client_of(engine, tmp_path)
    for method in ("GET", "HEAD"):
        assert client.open(path, method=method, headers={"Host": "evil.example"}).status_code == 421


def test_whoever_watches_may_use_any_name(engine: Engine, tmp_path: Path) -> None:
    client = client_of(engine, tmp_path)
    for path in ("/healthz", "/readyz"):
        assert client.get(path, headers={"Host": "10.0.0.1"}).status_code == 200


def test_the_names_readers_use_are_answered(engine: Engine, tmp_path: Path) -> None:
    client = client_of(engine, tmp_path, base_url="https://News.example:8443/a", host="127.0.0.9")
    for host in ("news.example", "NEWS.example:80", "127.0.0.9:8000"):
        assert client.get("/", headers={"Host": host}).status_code == 200
    assert client.get("/", headers={"Host": "news.example.evil.example"}).status_code == 421


@pytest.mark.parametrize(
    ("settings", "any_host", "status"),
    [
        ({"host": "0.0.0.0"}, False, 200),  # noqa: S104 - as in a container, with --insecure
        ({"host": "0.0.0.0"}, True, 200),  # noqa: S104
        ({}, True, 200),
        ({"proxies": 1}, False, 200),
        ({"access_token": TOKEN}, False, 401),
    ],
)
def test_any_name_will_do_where_something_else_keeps_strangers_out(
    engine: Engine, tmp_path: Path, settings: dict[str, object], *, any_host: bool, status: int
) -> None:
    client = client_of(engine, tmp_path, any_host=any_host, **settings)
    assert client.get("/api/v1/search", headers={"Host": "evil.example"}).status_code == status
