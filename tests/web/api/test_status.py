"""The status page and its JSON over a real ledger and index."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from searchapp.config import Settings
from searchapp.engines import open_engine
from searchapp.engines.base import BuildStamp
from searchapp.errors import PageFault
from searchapp.indexer import curation_changes
from searchapp.indexer.sync import bring_up_to_date
from searchapp.ledger.ledger import Ledger
from searchapp.ledger.rows import Failure, Fingerprint, PageResult
from searchapp.model import Article
from searchapp.web.app import create_app
from searchapp.web.pages.status import REASONS
from tests.web.conftest import BUILT, make_date
from tests.web.page import Page, get, said

ROOT = "/srv/secret place/news"
TEXT = "The ferry came in late again, and nobody was surprised."


def reading(name: str, failure: PageFault | None = None, **fields: object) -> PageResult:
    path = f"{ROOT}/{name}"
    fault = Failure(path, failure, f"{path}: cannot be read <b>; look at it") if failure else None
    article = None if failure else Article(f"Page {name}", TEXT, language="en", **fields)  # type: ignore[arg-type]
    return PageResult(path, Fingerprint(1, 1, name), '{"cleaner": "7"}', article, failure=fault)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = Settings(index_dir=tmp_path / "index", engine="memory", models={})
    made.index_dir.mkdir()
    with Ledger(made.index_dir) as ledger:
        ledger.add_roots([ROOT])
        ledger.put([reading(f"{n}.html", site=f"s{n}.example") for n in range(15)])
        ledger.put([reading("first.html", published=make_date("1999-01-02"))])
        ledger.put([reading("last.html", published=make_date("2020-03-04"))])
        ledger.put([reading("guess.html", published=make_date("1700-01-01", confidence="low"))])
        ledger.put([reading(f"e{n}.html", PageFault.EMPTY) for n in range(25)])
        ledger.put([reading("slow<i>.html", PageFault.TIMEOUT)])
        ledger.set_note("last_run", "2024-05-01T12:30:00+00:00")
        curation = curation_changes.bring_up_to_date(ledger, made.index_dir)
        bring_up_to_date(open_engine(made), ledger, curation, lambda *_: None, full=False)
    return made


@pytest.fixture
def client(settings: Settings) -> FlaskClient:
    return create_app(open_engine(settings), settings).test_client()


def facts(page: Page) -> dict[str, str]:
    names = [said(name) for name in page.all(".facts dt")]
    return dict(zip(names, (said(value) for value in page.all(".facts dd")), strict=True))


def test_the_page_tells_all_at_a_glance(client: FlaskClient) -> None:
    page = get(client, "/status")
    shown = facts(page)
    assert said(page.one("h1")) == "Status"
    assert said(page.one(".state")) == "The archive can be searched, and everything agrees"
    assert (shown["Documents"], shown["Failed"]) == ("18", "26")
    assert shown["Dates"] == "2 January 1999 – 4 March 2020"
    assert shown["Undated"] == "15and 1 with an uncertain date"
    assert shown["Last complete run"] == "1 May 2024, 12:30 UTC"
    assert [said(one) for one in page.all(".failed summary")] == [
        "Empty 25 pages",
        "Took too long 1 page",
    ]
    assert "and 5 more" in said(page.one(".failed"))
    assert "news/slow<i>.html" in said(page.one(".failed"))
    assert len(page.all("#of-site + ul li")) == 12
    assert "18 pages read by" in said(page.one(".versions"))


def test_every_page_leads_to_it(client: FlaskClient, indexless: FlaskClient) -> None:
    for asked, address in ((client, "/"), (client, "/search?q=harbour"), (indexless, "/")):
        assert '<a href="/status">' in asked.get(address).text
    assert client.get("/status").status_code == 200
    proxied = client.get("/", environ_overrides={"SCRIPT_NAME": "/archive"}).text
    assert '<a href="/archive/status">' in proxied


def test_every_value_leads_to_its_documents(client: FlaskClient) -> None:
    page = get(client, "/status")
    for link in [*page.all(".counts a"), *page.all(".facts a[href^='/']")]:
        count = int(said(link).split()[-2] if "page" in said(link) else said(link))
        found = client.get(str(link.get("href")).replace("/search", "/api/v1/search", 1))
        assert found.get_json()["total"] in {count, 16}
    for link in page.all(".chart a[href]"):
        assert client.get(str(link.get("href"))).status_code == 200


def test_page_and_json_name_no_directory(client: FlaskClient, tmp_path: Path) -> None:
    for path in ("/status", "/api/v1/status"):
        text = client.get(path).text
        assert "news/e1.html" in text
        assert "/srv" not in text
        assert "secret place" not in text
        assert str(tmp_path) not in text


def test_the_json_tells_the_same(client: FlaskClient) -> None:
    told = client.get("/api/v1/status").get_json()
    assert (told["documents"], told["pending"], told["undated"], told["uncertain"]) == (
        18,
        0,
        15,
        1,
    )
    assert [(group["reason"], group["count"]) for group in told["failed"]] == [
        ("empty", 25),
        ("timeout", 1),
    ]
    assert len(told["failed"][0]["examples"]) == 20
    assert told["failed"][1]["examples"][0] == {
        "source": "news/slow<i>.html",
        "message": "news/slow<i>.html: cannot be read <b>; look at it",
    }
    assert (told["dates"]["first"], told["dates"]["last"]) == ("1999-01-02", "2020-03-04")
    assert told["languages"] == [{"value": "en", "count": 18}]
    assert told["versions"]["documents"] == [{"documents": 18, "cleaner": "7"}]
    assert (told["drift"], told["faults"]) == ([], [])


def test_a_change_shows_at_once(client: FlaskClient, settings: Settings) -> None:
    assert client.get("/api/v1/status").get_json()["drift"] == []
    with Ledger(settings.index_dir) as ledger:
        ledger.put([reading("more.html")])
    told = client.get("/api/v1/status").get_json()
    assert (told["documents"], told["pending"]) == (19, 1)
    assert "1 changes are not in the index yet" in told["drift"][0]
    assert "needs attention" in said(get(client, "/status").one(".state"))
    with open_engine(settings).update() as writer:
        writer.delete(next(open_engine(settings).searcher().iter_ids()))
        writer.commit(BuildStamp(BUILT, 0))
    assert client.get("/api/v1/status").get_json()["index"]["documents"] == 17
    (settings.index_dir / "entities.toml").write_text("nonsense")
    assert "entities.toml" in str(client.get("/api/v1/status").get_json()["drift"])


def test_without_an_index_the_page_says_what_to_run(indexless: FlaskClient) -> None:
    page = get(indexless, "/status")
    assert said(page.one(".state")) == "The archive cannot be searched"
    assert said(page.all(".notice code")[0]) == "searchapp reindex PATH"
    assert "Status of the archive" in indexless.get("/").text


def test_every_reason_for_failure_has_words() -> None:
    assert REASONS.keys() == set(PageFault)
