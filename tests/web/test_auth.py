"""Who may start a reindex; nothing is started here, as the archive has no path to read."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from searchapp.config import Settings
from searchapp.engines.base import Engine
from searchapp.web.app import create_app

TOKEN = "a token of 24 characters"


@pytest.fixture
def client(engine: Engine, tmp_path: Path) -> FlaskClient:
    settings = Settings(index_dir=tmp_path / "index", reindex_token=TOKEN)
    return create_app(engine, settings).test_client()


def status(client: FlaskClient, authorization: str) -> int:
    headers = {"Authorization": authorization}
    return client.post("/api/v1/reindex", headers=headers).status_code


def test_the_token_opens(client: FlaskClient) -> None:
    assert status(client, f"Bearer {TOKEN}") == 409
    assert status(client, f"bearer  {TOKEN} ") == 409


@pytest.mark.parametrize("length", range(len(TOKEN)))
def test_no_part_of_the_token_opens(client: FlaskClient, length: int) -> None:
    assert status(client, f"Bearer {TOKEN[:length]}") == 401
    assert status(client, f"Bearer {TOKEN[length + 1 :]}") == 401


@pytest.mark.parametrize("given", [f"{TOKEN}x", f"{TOKEN}{TOKEN}", TOKEN.upper(), "é", "None"])
def test_nothing_else_opens(client: FlaskClient, given: str) -> None:
    assert status(client, f"Bearer {given}") == 401
    assert status(client, f"Basic {given}") == 401
    assert status(client, f"Basic {TOKEN}") == 401
    assert status(client, TOKEN) == 401


def test_without_a_token_set_nothing_opens(engine: Engine, tmp_path: Path) -> None:
    off = create_app(engine, Settings(index_dir=tmp_path / "index")).test_client()
    assert status(off, "Bearer ") == 403
    assert status(off, f"Bearer {TOKEN}") == 403
