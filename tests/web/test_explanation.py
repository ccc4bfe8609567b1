"""Why these results: in the API, on the page, and in the address."""

from __future__ import annotations

from flask.testing import FlaskClient

from searchapp.web.params.search import parse, to_pairs
from tests.web.page import get, href, said


def test_the_answer_explains_itself_only_when_it_is_asked_to(client: FlaskClient) -> None:
    plain = client.get("/api/v1/search?q=harbour").get_json()
    assert "explanation" not in plain
    assert "explanation" not in plain["results"][0]
    told = client.get("/api/v1/search?q=harbour&person=Ana+Petrova&explain=1").get_json()
    (clause,) = told["explanation"]["clauses"]
    assert clause["text"] == "harbour"
    assert clause["hits"] == told["total"] < clause["documents"]
    assert told["explanation"]["filters"] == [
        {"field": "person", "removes": clause["documents"] - clause["hits"]}
    ]
    assert told["explanation"]["nothing"] == ""
    for result in told["results"]:
        assert [reason["share"] for reason in result["explanation"]] == [1.0]


def test_explaining_changes_nothing_else(client: FlaskClient) -> None:
    plain = client.get("/api/v1/search?q=harbour+news&size=3").get_json()
    told = client.get("/api/v1/search?q=harbour+news&size=3&explain=1").get_json()
    assert told["total"] == plain["total"]
    assert [hit["id"] for hit in told["results"]] == [hit["id"] for hit in plain["results"]]
    assert told["facets"][0]["values"][0]["count"] == plain["facets"][0]["values"][0]["count"]


def test_an_address_keeps_the_wish() -> None:
    assert ("explain", "1") in to_pairs(parse([("q", "storm"), ("explain", "1")]))
    assert to_pairs(parse([("q", "storm"), ("explain", "0")])) == (("q", "storm"),)


def test_the_page_says_why_and_stops_saying_it(client: FlaskClient) -> None:
    page = get(client, "/search?q=harbour+%2Dstorm&site=site1.example")
    assert not page.all(".explanation")
    told = page.follow(page.link("Why these results?"))
    parts = [said(row) for row in told.all(".explanation tbody th")]
    assert parts == ["harbour", "NOT storm"]
    assert "Sites: the filter leaves out" in said(told.one(".explanation ul"))
    assert all(said(why).startswith("Here for harbour (100%") for why in told.all(".hit .why"))
    assert len(told.all(".hit .why")) == len(told.all(".hit"))
    assert "explain" not in href(told.link("Show the results without reasons"))


def test_an_empty_page_says_why_it_is_empty(client: FlaskClient) -> None:
    page = get(client, "/search?q=%22harbour+xylophone%22&explain=1")
    assert not page.all(".hit")
    assert "No page has" in said(page.one(".explanation"))


def test_where_everything_is_shown_there_is_nothing_to_explain(client: FlaskClient) -> None:
    assert not get(client, "/").all(".why")
