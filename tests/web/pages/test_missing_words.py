"""Words that pages lack: said on every face, and one click away from all words.

In the archive one story is of day 17 and forty are of some day in the harbour.
"""

from __future__ import annotations

import csv
import io
import json

import pytest
from flask.testing import FlaskClient

from searchapp.engines.base import IndexInfo, SearchResponse
from searchapp.web.pages.missing_words import missing_text
from tests.web.conftest import BUILT
from tests.web.page import count, get, said

TYPED = "/search?q=harbour+day+17"


def test_the_page_says_how_many_have_all_words(client: FlaskClient) -> None:
    page = get(client, TYPED)
    assert page.total == 40
    assert said(page.one(".summary .missing")).startswith(
        "1 page has all words; 39 more have most of them."
    )
    first, second, *_ = page.all(".hit")
    assert "Harbour news 17" in said(first)
    assert not first.select(".missing")
    assert said(second.select_one(".missing")) == "without 17"
    assert [said(one) for one in second.select(".missing em")] == ["17"]
    assert {said(one).lower() for one in second.select("mark")} == {"harbour", "day"}


def test_one_click_asks_for_all_words_and_one_goes_back(client: FlaskClient) -> None:
    page = get(client, f"{TYPED}&site=site2.example&size=5")
    strict = page.follow(page.one(".summary .missing a"))
    assert "match=all" in strict.address
    assert "size=5" in strict.address
    assert strict.total == 1
    assert said(strict.one(".summary .missing a")) == "Most words will do"
    again = strict.follow(strict.one(".summary .missing a"))
    assert (again.total, again.titles) == (page.total, page.titles)
    assert not strict.one("form[role=search]").select("[name=match]")


def test_the_click_finds_as_many_as_were_said_to_have_all_words(client: FlaskClient) -> None:
    page = get(client, "/search?q=what+of+the+harbour+when+it+was+day+17")
    assert said(page.one(".summary .missing")).startswith("1 page has all words")
    assert page.follow(page.one(".summary .missing a")).total == 1


def test_nothing_is_said_where_nothing_is_missing(client: FlaskClient) -> None:
    for address in ("/search?q=harbour+ships", "/search?q=harbour", "/search?q=harbour&match=all"):
        page = get(client, address)
        assert page.total == 40
        assert not page.all(".missing")


def test_a_count_is_the_number_of_hits_after_the_click(client: FlaskClient) -> None:
    page = get(client, TYPED)
    offers = [one for one in page.all(".facet li") if one.select(".count")]
    assert len(offers) > 5
    for offer in offers[:8]:
        link = offer.select("a[href]")[0]
        assert page.follow(link).total == count(offer)
    narrowed = get(client, f"{TYPED}&site=site1.example")
    assert said(narrowed.one(".summary .missing")).startswith("No page has all words; 13 have")


def test_pages_go_on_with_the_same_hits(client: FlaskClient) -> None:
    page = get(client, f"{TYPED}&size=15")
    seen = list(page.titles)
    while page.all("link[rel=next]"):
        page = page.follow(page.one("link[rel=next]"))
        seen += page.titles
    assert len(seen) == len(set(seen)) == 40


def test_the_endpoint_the_exports_and_the_feed_keep_the_same_rule(client: FlaskClient) -> None:
    query = "q=harbour+day+17"
    found = json.loads(client.get(f"/api/v1/search?{query}&size=50").data)
    assert (found["total"], found["query"]["match"], found["query"]["complete"]) == (40, "most", 1)
    missing = {one["id"]: one["missing"] for one in found["results"]}
    assert missing.pop("story-017") == []
    assert list(missing.values()) == [["17"]] * 39
    rows = list(csv.DictReader(io.StringIO(client.get(f"/api/v1/search.csv?{query}").text)))
    assert [row["missing"] for row in rows] == ["", *["17"] * 39]
    lines = client.get(f"/api/v1/search.jsonl?{query}").text.splitlines()
    assert [json.loads(line)["missing"] for line in lines] == [[], *[["17"]] * 39]
    assert client.get(f"/api/v1/search.atom?{query}&size=100").text.count("<entry>") == 30
    for face in ("search.csv", "search.jsonl", "search.atom"):
        assert client.get(f"/api/v1/{face}?{query}&match=all").text.count("story-017") >= 1
    assert len(client.get(f"/api/v1/search.jsonl?{query}&match=all").text.splitlines()) == 1
    strict = json.loads(client.get(f"/api/v1/search?{query}&match=all").data)
    assert (strict["total"], strict["query"]["match"], strict["query"]["complete"]) == (
        *(1, "all"),
        None,
    )
    assert "match=all" in strict["links"]["csv"]


def test_a_cursor_belongs_to_the_words_it_began_with(client: FlaskClient) -> None:
    found = json.loads(client.get("/api/v1/search?q=harbour+day+17&size=5").data)
    following = found["links"]["next"]
    assert client.get(following).status_code == 200
    refused = client.get(f"{following}&match=all")
    assert refused.status_code == 400
    assert [error["parameter"] for error in json.loads(refused.data)["errors"]] == ["cursor"]


def test_match_takes_two_words(client: FlaskClient) -> None:
    assert client.get("/api/v1/search?q=a&match=some").status_code == 400
    assert client.get("/api/v1/search?q=a&match=most").status_code == 200


@pytest.mark.parametrize(
    ("complete", "total", "text"),
    [
        (None, 5, ""),
        (5, 5, ""),
        (0, 0, ""),
        (0, 1, "No page has all words; 1 has most of them."),
        (0, 41, "No page has all words; 41 have most of them."),
        (1, 2, "1 page has all words; 1 more has most of them."),
        (3, 1_044, "3 pages have all words; 1,041 more have most of them."),
    ],
)
def test_the_sentence(complete: int | None, total: int, text: str) -> None:
    index = IndexInfo("i", BUILT, 2_000, 0)
    assert missing_text(SearchResponse(total, (), (), index, complete=complete)) == text
