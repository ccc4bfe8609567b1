"""The JSON of the contract, key by key."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from msgspec import Struct

from searchapp.document_json import encode
from searchapp.engines.base import (
    Facet,
    FacetValue,
    Hit,
    IndexInfo,
    Interval,
    SearchAfter,
    SearchResponse,
    Snippet,
    ValueState,
)
from searchapp.model import Article, EntityType, IndexedDocument
from searchapp.web.api import schemas
from searchapp.web.api.answer import to_answer, to_document
from searchapp.web.api.entity_answer import Companions
from searchapp.web.params.search import parse
from tests.web.conftest import HOSTILE, make_story

INDEX = IndexInfo("build-7", datetime(2024, 5, 1, 12, 30, 5, 999, tzinfo=UTC), 41, 3)
DOCUMENT = make_story(1)
HIT = Hit(
    DOCUMENT,
    score=12.25,
    title=Snippet("title", DOCUMENT.article.title, ((0, 7),)),
    snippets=(Snippet("text", "The harbour", ((4, 11),)),),
)
PERSON = Facet(
    "person",
    (
        FacetValue("Ana", 9),
        FacetValue("Bo", 4, ValueState.INCLUDED),
        FacetValue("Cy", 3, ValueState.REQUIRED),
        FacetValue("Di", 0, ValueState.EXCLUDED),
    ),
    distinct=812,
    missing=41,
)
DATE = Facet("date", (FacetValue("2023-02", 5),), distinct=1, missing=2, interval=Interval.MONTH)
ASKED = [
    ("q", "harbour"),
    ("person", "Bo"),
    ("person.all", "Cy"),
    ("person.not", "Di"),
    ("size", "2"),
]


def decoded(answer: Struct) -> Any:
    """As whoever asked reads it."""
    return json.loads(encode(answer))


def answer(*, page: int = 2, total: int = 7, root: str = "", **more: Any) -> dict[str, Any]:
    response = SearchResponse(total, (HIT,), (PERSON, DATE), INDEX, **more)
    found: dict[str, Any] = decoded(
        to_answer(parse([*ASKED, ("page", str(page))]), response, 4.1234, root)
    )
    return found


def test_the_answer_has_the_keys_of_the_contract_and_no_others() -> None:
    found = answer()
    assert list(found) == [
        *("query", "total", "page", "size", "took_ms", "index", "results", "facets", "links")
    ]
    assert (found["total"], found["page"], found["size"], found["took_ms"]) == (7, 2, 2, 4.1)
    assert found["query"] == {
        "q": "harbour",
        "interpreted": "harbour",
        "suggestion": None,
        "correction": None,
        "warnings": [],
        "match": "most",
        "complete": None,
    }
    assert found["index"] == {
        "id": "build-7",
        "built_at": "2024-05-01T12:30:05+00:00",
        "documents": 41,
        "failed": 3,
    }


def test_a_result() -> None:
    assert answer()["results"] == [
        {
            "id": "story-001",
            "url": "https://site1.example/1?a=1&b=2",
            "title": "Harbour news 1",
            "site": "site1.example",
            "language": "en",
            "modified": None,
            "captured": None,
            "published": {
                "date": "2023-02-02",
                "precision": "day",
                "method": "json-ld",
                "confidence": "high",
            },
            "snippets": [
                {"field": "title", "text": "Harbour news 1", "ranges": [[0, 7]]},
                {"field": "text", "text": "The harbour", "ranges": [[4, 11]]},
            ],
            "entities": {
                "person": ["Bo Lindqvist", "Ana Petrova"],
                "org": [],
                "place": ["Lindholm"],
            },
            "score": 12.25,
            "missing": [],
            "links": {
                "self": "/api/v1/documents/story-001",
                "original": "https://site1.example/1?a=1&b=2",
                "cached": "/documents/story-001",
                "similar": "/documents/story-001/similar",
            },
        }
    ]


def test_a_facet_says_how_each_value_is_used_and_where_each_step_leads() -> None:
    person = answer()["facets"][0]
    assert {key: person[key] for key in ("field", "distinct", "missing")} == {
        "field": "person",
        "distinct": 812,
        "missing": 41,
    }
    found = {v["value"]: {k for k, url in v["links"].items() if url} for v in person["values"]}
    assert found == {
        "Ana": {"include", "require", "exclude"},
        "Bo": {"require", "exclude", "remove"},
        "Cy": {"include", "exclude", "remove"},
        "Di": {"include", "require", "remove"},
    }
    assert [v["state"] for v in person["values"]] == ["none", "included", "required", "excluded"]
    assert person["values"][0]["links"]["include"] == (
        "/api/v1/search?q=harbour&person=Ana&person=Bo&person.all=Cy&person.not=Di&size=2"
    )


def test_the_histogram_names_its_interval_and_links_each_period() -> None:
    date = answer()["facets"][1]
    assert date["interval"] == "month"
    links = date["values"][0]["links"]
    assert links["include"].endswith("&from=2023-02-01&to=2023-02-28&size=2")
    assert (links["require"], links["exclude"], links["remove"]) == (None, None, None)


@pytest.mark.parametrize(("page", "before"), [(1, None), (2, 1), (4, 3), (99, 4)])
def test_prev_stays_within_the_hits(page: int, before: int | None) -> None:
    url = answer(page=page)["links"]["prev"]
    there = None if url is None else int(dict(p.split("=") for p in url.split("&")).get("page", 1))
    assert there == before


def test_next_goes_on_behind_the_last_hit_if_there_are_more() -> None:
    assert answer()["links"]["next"] is None
    url = answer(page=3, more=True)["links"]["next"]
    followed = parse(parse_qsl(urlsplit(url).query))
    after = followed.request.after
    assert after == SearchAfter(12.25, date(2023, 2, 2), "story-001", INDEX.id)
    assert followed.request.page == 4


def test_every_link_begins_with_the_root() -> None:
    def urls(part: Any) -> list[str]:
        if isinstance(part, dict):
            return [url for value in part.values() for url in urls(value)]
        if isinstance(part, list):
            return [url for value in part for url in urls(value)]
        return [part] if isinstance(part, str) and part.startswith("/") else []

    assert urls(answer(root="/x"))
    assert all(url.startswith("/x/") for url in urls(answer(root="/x")))


def test_notices_and_warnings_are_both_told() -> None:
    response = SearchResponse(0, (), (), INDEX, ("ab* has too many words",), "harbour")
    found = decoded(to_answer(parse([("q", '"open')]), response, 0.0))["query"]
    assert found["suggestion"] == "harbour"
    assert [(w["parameter"], w["position"]) for w in found["warnings"]] == [("q", 0), ("q", None)]
    assert found["warnings"][1]["message"] == "ab* has too many words"


def test_an_undated_page_of_no_web_address() -> None:
    bare = Hit(type(DOCUMENT)("1", "/x", Article(title="", text="")), 0.0, Snippet("title", "", ()))
    response = SearchResponse(1, (bare,), (), INDEX)
    found = decoded(to_answer(parse([]), response, 0.0))["results"][0]
    assert (found["published"], found["url"], found["links"]["original"]) == (None, None, None)
    assert found["snippets"] == []


def test_an_address_that_would_run_is_no_url_of_a_result() -> None:
    hit = Hit(HOSTILE, 1.0, Snippet("title", HOSTILE.article.title, ()))
    response = SearchResponse(1, (hit,), (), INDEX)
    (found,) = decoded(to_answer(parse([]), response, 0.0))["results"]
    assert (found["url"], found["links"]["original"]) == (None, None)


def test_a_document_is_all_that_is_kept_of_a_page() -> None:
    found = decoded(to_document(HOSTILE))
    assert found["url"] == "javascript:alert(1)"
    assert found["links"]["original"] is None
    assert found["published"]["date"] == "2022-03"
    assert found["modified"]["date"] == "2022-04-05"
    assert found["captured"] == "2022-05-06T07:08:00+00:00"
    assert found["rejected_dates"] == [
        {"date": "2031-01-01", "method": "meta", "reason": "after 2022-05-06 <b>"}
    ]
    assert found["entities"] == [{"name": "-2+3", "type": "org", "mentions": [[2, 7]]}]
    assert (found["authors"], found["path"]) == (["@cmd"], "/archive/=1+1.html")


def test_a_half_of_a_surrogate_pair_is_escaped_and_all_else_is_readable() -> None:
    article = Article(title="李 \udc80", text="a\nb")
    text = encode(to_document(IndexedDocument("1", "/x/\udc80.html", article)))
    assert b"\n" not in text
    assert '"title":"李 \\udc80"'.encode() in text
    found = json.loads(text)
    assert (found["title"], found["path"]) == ("李 \udc80", "/x/\udc80.html")


def test_every_type_of_entity_has_its_key() -> None:
    for by_type in (schemas.Names, Companions):
        assert by_type.__struct_fields__ == tuple(EntityType)
