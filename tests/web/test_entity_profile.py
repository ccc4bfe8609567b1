"""The page and the JSON of a person, an organisation or a place, over a real index."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from searchapp.config import Settings
from searchapp.curation import curation, decisions, watchlist
from searchapp.engines import open_engine
from searchapp.engines.base import BuildStamp, Engine
from searchapp.web.app import create_app
from tests.web.api.test_openapi import check
from tests.web.conftest import BUILT, DOCUMENTS, put
from tests.web.page import count, get, href, said

ANA = "/entities/person/Ana%20Petrova"


@pytest.fixture
def decided(engine: Engine, tmp_path: Path) -> FlaskClient:
    """The same index, with decisions and a watch-list beside it."""
    (tmp_path / decisions.FILE_NAME).write_text(
        '[[decision]]\nmerge = "A. Petrova"\ninto = "Ana Petrova"\ntype = "person"\n'
        'made = 2024-04-30\nnote = "the mayor"\n\n'
        '[[decision]]\nreject = "Photo"\ntype = "person"\n',
        encoding="utf-8",
    )
    (tmp_path / watchlist.FILE_NAME).write_text(
        "name,aliases,type,note\nAna Petrova,Petrova|Петрова,person,mayor\n", encoding="utf-8"
    )
    return create_app(engine, Settings(index_dir=tmp_path)).test_client()


def test_the_page_says_what_the_search_says(client: FlaskClient) -> None:
    page = get(client, ANA)
    total = get(client, "/search?person=Ana+Petrova").total
    assert page.status == 200
    assert said(page.one("h1")) == "Ana Petrova"
    assert f"Named in {total} pages" in page.text
    assert len(page.all(".hit")) == 5
    assert page.follow(page.link(f"All {total} pages")).total == total
    rows = page.all(".as-table tbody .count")
    undated = get(client, "/search?person=Ana+Petrova&undated=only").total
    assert sum(int(said(row)) for row in rows) == total - undated
    assert f"{undated} undated or uncertain" in page.text


def test_companions_are_those_of_the_search(client: FlaskClient) -> None:
    page = get(client, ANA)
    links = page.all(".about .value a.choose")
    assert said(links[0]).startswith("Bo Lindqvist")
    assert not any("Ana Petrova" in said(link) for link in links)
    for link, both in zip(links, page.all(".about .refine a"), strict=True):
        assert page.follow(both).total == count(link)
        assert page.follow(link).status == 200


def test_it_joins_the_search_its_reader_came_from(client: FlaskClient) -> None:
    page = get(client, f"{ANA}?q=harbour&person=Bo+Lindqvist")
    added = page.follow(page.link("Add to the search"))
    assert added.total > page.follow(page.link("Back to the results")).total
    required = page.follow(page.link("Require in the search"))
    assert 0 < required.total < added.total
    assert page.follow(page.link("Exclude from the search")).total < added.total


def test_it_is_reached_from_chips_and_articles(client: FlaskClient) -> None:
    page = get(client, "/search?q=harbour&person=Ana+Petrova&person.not=Bo+Lindqvist")
    (about,) = page.all(".applied a[href*='/entities/']")
    assert href(about) == f"{ANA}?q=harbour&person=Ana+Petrova&person.not=Bo+Lindqvist"
    article = get(client, "/documents/story-000?q=harbour")
    assert said(article.follow(article.all(".about .value a")[0]).one("h1")) == "Ana Petrova"


@pytest.mark.parametrize("name", ["O'Brien & Sons", "李娜"])
def test_any_name_has_an_address(client: FlaskClient, name: str) -> None:
    assert said(get(client, f"/entities/person/{quote(name, safe='')}").one("h1")) == name
    answer = client.get(f"/api/v1/entities/person/{quote(name, safe='')}").get_json()
    assert answer["name"] == name


@pytest.mark.parametrize("address", ["person/Nobody", "person/zzz", "town/Lindholm"])
def test_a_name_nobody_has_is_not_found(client: FlaskClient, address: str) -> None:
    assert get(client, f"/entities/{address}").status == 404
    answer = client.get(f"/api/v1/entities/{address}")
    assert answer.status_code == 404
    check(answer.get_json(), "Problem")


@pytest.mark.parametrize("name", ["ana petrova", "ANA PETROVÁ", "Ana-Petrova"])
def test_another_case_or_accent_leads_to_the_name(client: FlaskClient, name: str) -> None:
    moved = client.get(f"/entities/person/{quote(name, safe='')}?q=harbour")
    assert (moved.status_code, moved.location) == (302, f"{ANA}?q=harbour")
    assert client.get(f"/api/v1/entities/person/{quote(name)}").location == f"/api/v1{ANA}"


@pytest.mark.parametrize("name", ["Anna Petrowa", "petrova", "Petrowa, Ana"])
def test_a_name_nobody_has_shows_the_nearest(client: FlaskClient, name: str) -> None:
    page = get(client, f"/entities/person/{quote(name)}")
    assert page.status == 404
    assert said(page.follow(page.one(".nearest a")).one("h1")) == "Ana Petrova"
    problem = client.get(f"/api/v1/entities/person/{quote(name)}").get_json()
    assert problem["detail"].endswith("nearest: Ana Petrova")


def test_without_an_index_it_is_unavailable(indexless: FlaskClient) -> None:
    assert indexless.get(ANA).status_code == 503


def test_the_json_is_as_described(client: FlaskClient, decided: FlaskClient) -> None:
    for asked in (client, decided):
        answer = asked.get(f"/api/v1{ANA}").get_json()
        check(answer, "Profile")
    search = client.get(answer["links"]["search"]).get_json()
    assert answer["total"] == search["total"]
    (first, *_) = answer["named_with"]["person"]
    assert client.get(first["links"]["both"]).get_json()["total"] == first["count"]
    assert answer["decisions"] == [
        {
            "summary": "merge person “A. Petrova” into “Ana Petrova”",
            "line": 1,
            "made": "2024-04-30",
            "note": "the mayor",
        }
    ]
    assert answer["watched"] == ["Ana Petrova", "Petrova", "Петрова"]


def test_every_name_seen_for_it_is_counted(client: FlaskClient) -> None:
    answer = client.get(f"/api/v1{ANA}").get_json()
    assert answer["names"] == [{"name": "The", "mentions": answer["total"]}]
    assert answer["names_from"] == answer["total"]


def test_decisions_are_shown(decided: FlaskClient) -> None:
    page = get(decided, ANA)
    shown = said(page.one(".decisions"))
    assert "On the watch-list, also as Petrova, Петрова: mayor" in shown
    assert "merge person “A. Petrova” into “Ana Petrova” 30 April 2024, the mayor, line 1" in shown
    assert not get(decided, "/entities/place/Lindholm").all(".decisions")


def test_a_merged_name_leads_to_the_one_it_has_now(decided: FlaskClient) -> None:
    moved = decided.get("/entities/person/A.%20Petrova?q=harbour")
    assert (moved.status_code, moved.location) == (302, f"{ANA}?q=harbour")
    assert decided.get("/api/v1/entities/person/A.%20Petrova").location == f"/api/v1{ANA}"


def test_a_rejected_name_says_who_rejected_it(decided: FlaskClient) -> None:
    page = get(decided, "/entities/person/Photo")
    assert page.status == 404
    assert "reject person “Photo” (entities.toml, line 8)" in page.text


def test_decisions_the_index_does_not_have_yet_are_said_to_be_so(tmp_path: Path) -> None:
    settings = Settings(index_dir=tmp_path, engine="memory")
    own = open_engine(settings)
    put(own, DOCUMENTS, fresh=True)
    applied = {curation.CURATION_KEY: curation.read(tmp_path).version}
    with own.update() as writer:
        writer.commit(BuildStamp(BUILT, 0, applied))
    client = create_app(own, settings).test_client()
    assert client.get(f"/api/v1{ANA}").get_json()["note"] is None
    (tmp_path / decisions.FILE_NAME).write_text("# nothing yet\n")
    assert "run searchapp reindex" in client.get(f"/api/v1{ANA}").get_json()["note"]
    (tmp_path / decisions.FILE_NAME).write_text("[[decision]]\n")
    assert "entities.toml, line 1" in client.get(f"/api/v1{ANA}").get_json()["note"]
    assert get(client, ANA).status == 200
