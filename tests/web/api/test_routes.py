"""The JSON endpoint over a real index."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from searchapp.config import Settings
from searchapp.engines.base import Engine
from searchapp.engines.whoosh import WhooshEngine
from searchapp.model import Entity, EntityType, IndexedDocument
from searchapp.web.app import create_app
from searchapp.web.params.search import PARAMETERS
from tests.web.conftest import DOCUMENTS, HOSTILE, make_story, put
from tests.web.searches import Pairs, pairs

PAGES = ("/", "/search", "/documents/hostile")
SEARCHES = tuple(f"/api/v1/search{end}" for end in ("", ".csv", ".jsonl", ".atom"))


def answer(client: FlaskClient, url: str) -> dict[str, Any]:
    response = client.get(url)
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.get_json()
    return found


def problem(client: FlaskClient, url: str, status: int) -> dict[str, Any]:
    response = client.get(url)
    assert (response.status_code, response.mimetype) == (status, "application/problem+json")
    found: dict[str, Any] = response.get_json()
    assert set(found) == {"type", "title", "status", "detail", "errors"}
    assert found["status"] == status
    return found


def test_a_search_finds_and_counts(client: FlaskClient) -> None:
    found = answer(client, "/api/v1/search?q=harbour&size=3")
    assert (found["total"], len(found["results"])) == (40, 3)
    assert found["index"]["documents"] == len(DOCUMENTS)
    assert found["index"]["built_at"] == "2024-05-01T12:30:00+00:00"


def test_every_count_equals_the_hits_after_the_click(client: FlaskClient) -> None:
    for start in ("", "?q=harbour", "?q=harbour&from=2023-03&to=2023-09-10", "?uncertain=include"):
        for facet in answer(client, f"/api/v1/search{start}")["facets"]:
            for value in facet["values"]:
                there = answer(client, value["links"]["include"])
                assert there["total"] == value["count"], (start, facet["field"], value["value"])


def test_steps_of_a_value_do_what_they_say(client: FlaskClient) -> None:
    def value(url: str) -> tuple[int, dict[str, Any]]:
        found = answer(client, url)
        (person,) = [facet for facet in found["facets"] if facet["field"] == "person"]
        (bo,) = [one for one in person["values"] if one["value"] == "Bo Lindqvist"]
        return found["total"], bo

    everything, bo = value("/api/v1/search")
    with_bo, included = value(bo["links"]["include"])
    without_bo, excluded = value(bo["links"]["exclude"])
    assert with_bo + without_bo == everything
    assert value(bo["links"]["require"])[0] == with_bo
    assert (included["state"], excluded["state"]) == ("included", "excluded")
    assert value(included["links"]["remove"])[0] == everything
    assert value(excluded["links"]["include"])[0] == with_bo


def test_following_next_gives_every_document_once(client: FlaskClient) -> None:
    url, seen = "/api/v1/search?size=7", []
    while url:
        found = answer(client, url)
        seen += [one["id"] for one in found["results"]]
        url = found["links"]["next"]
    assert sorted(seen) == sorted(document.id for document in DOCUMENTS)


def test_a_cursor_is_refused_when_damaged_foreign_or_given_with_a_page(client: FlaskClient) -> None:
    url = answer(client, "/api/v1/search?q=harbour&size=7")["links"]["next"]
    cursor = dict(parse_qsl(urlsplit(url).query))["cursor"]

    def refused(query: str) -> list[tuple[str, str]]:
        response = client.get(f"/api/v1/search?{query}")
        assert response.status_code == 400
        return [(e["parameter"], e["message"]) for e in response.get_json()["errors"]]

    for damaged in ("x", "äöü", cursor[:-4], cursor[:9] + "A" + cursor[10:], cursor * 2, "=" * 9):
        ((name, words),) = refused(urlencode({"q": "harbour", "size": 7, "cursor": damaged}))
        assert (name, "take it whole from links.next" in words) == ("cursor", True)
    for foreign in ("q=storm&size=7", "q=harbour&size=8", "q=harbour&size=7&sort=date"):
        assert refused(f"{foreign}&cursor={cursor}") == [
            ("cursor", "belongs to another search; start that one anew, without cursor")
        ]
    both = refused(f"q=harbour&size=7&page=3&cursor={cursor}")
    assert both == [("page", "cannot be given with cursor; leave one out")]
    again = answer(client, f"/api/v1/search?q=harbour&size=7&facets=none&cursor={cursor}")
    assert (again["page"], len(again["results"])) == (2, 7)


def test_numbers_reach_the_first_ten_thousand_hits(client: FlaskClient) -> None:
    assert client.get("/api/v1/search?page=100&size=100").status_code == 200
    response = client.get("/api/v1/search?page=101&size=100")
    assert response.status_code == 400
    assert "cursor" in response.get_json()["detail"]


def test_by_relevance_a_commit_in_between_is_told(new_engine: Engine) -> None:
    put(new_engine, DOCUMENTS)
    client = create_app(new_engine, Settings()).test_client()
    url = answer(client, "/api/v1/search?q=harbour")["links"]["next"]
    assert answer(client, url)["query"]["warnings"] == []
    put(new_engine, [HOSTILE])
    (warning,) = answer(client, url)["query"]["warnings"]
    assert "changed" in warning["message"]


def json_of(href: str) -> str:
    """The address of the same search as JSON."""
    return href.replace("/search", "/api/v1/search")


def test_suggestions_lead_to_what_they_name(client: FlaskClient) -> None:
    found = answer(client, "/api/v1/suggest?q=ana")
    assert [(s["field"], s["value"], s["q"]) for s in found["suggestions"]] == [
        ("person", "Ana Petrova", 'person:"Ana Petrova"')
    ]
    (name,) = found["suggestions"]
    assert name["href"] == "/search?person=Ana+Petrova"
    assert answer(client, json_of(name["href"]))["total"] == name["count"]
    titles = answer(client, "/api/v1/suggest?q=harbour+ne&size=2")["suggestions"]
    assert [title["q"] for title in titles] == [None, None]
    assert all(client.get(title["href"]).status_code == 200 for title in titles)
    assert answer(client, "/api/v1/suggest")["suggestions"] == []


def test_suggestions_keep_the_search_they_are_made_in(client: FlaskClient) -> None:
    kept = "place=Kestria&from=2020&undated=include&sort=-date"
    total = answer(client, f"/api/v1/search?{kept}&person=Ana+Petrova")["total"]
    found = answer(client, f"/api/v1/suggest?q=ana&{kept}")
    (name,) = found["suggestions"]
    assert name["count"] == total < answer(client, "/api/v1/search?person=Ana+Petrova")["total"]
    assert answer(client, json_of(name["href"]))["total"] == total
    for href in (name["href"], name["about"], found["search"]):
        assert "place=Kestria&from=2020-01-01&undated=include" in href
        assert client.get(href).status_code == 200


def test_suggestions_offer_the_text_as_typed_and_the_page_about_a_name(client: FlaskClient) -> None:
    found = answer(client, '/api/v1/suggest?q=petr "x')
    assert found["search"] == "/search?q=petr+%22x"
    (name,) = answer(client, "/api/v1/suggest?q=petr")["suggestions"]
    assert name["about"] == "/entities/person/Ana%20Petrova"
    titles = answer(client, "/api/v1/suggest?q=harbour+ne&size=2")["suggestions"]
    assert [title["about"] for title in titles] == [None, None]


def test_suggestions_say_what_matched(client: FlaskClient) -> None:
    (name,) = answer(client, "/api/v1/suggest?q=petrvoa+an")["suggestions"]
    assert (name["value"], name["ranges"]) == ("Ana Petrova", [[0, 2], [4, 11]])


def test_suggestions_refuse_what_they_do_not_know(client: FlaskClient) -> None:
    response = client.get("/api/v1/suggest?zzzz=2&size=0&from=x")
    assert response.status_code == 400
    assert [e["parameter"] for e in response.get_json()["errors"]] == ["from", "zzzz", "size"]
    assert "known are q, size, " in response.get_json()["detail"]


def test_the_histogram_and_the_undated_sum_to_the_total(client: FlaskClient) -> None:
    for width in ("auto", "day", "month", "year"):
        found = answer(client, f"/api/v1/search?facets=date:{width}")
        (date,) = found["facets"]
        assert sum(v["count"] for v in date["values"]) + date["missing"] == found["total"]


def test_only_the_facets_asked_for_are_given(client: FlaskClient) -> None:
    found = answer(client, "/api/v1/search?facets=person:2,place:1")["facets"]
    assert {facet["field"]: len(facet["values"]) for facet in found} == {"person": 2, "place": 1}
    assert answer(client, "/api/v1/search?facets=none")["facets"] == []


def test_a_facet_can_be_asked_for_the_values_with_some_words(client: FlaskClient) -> None:
    every = answer(client, "/api/v1/search?facets=person,place")
    found = answer(client, "/api/v1/search?facets=person,place&person.find=PET%20an")
    assert (found["total"], found["results"]) == (every["total"], every["results"])
    person, place = found["facets"]
    assert (person["find"], person["distinct"]) == ("PET an", 1)
    ana = next(v for v in every["facets"][0]["values"] if v["value"] == "Ana Petrova")
    assert [(v["value"], v["count"]) for v in person["values"]] == [("Ana Petrova", ana["count"])]
    assert place["distinct"] == every["facets"][1]["distinct"]
    # What was looked for is no filter: once a value is chosen it is forgotten.
    assert person["values"][0]["links"] == ana["links"]
    assert "person.find=PET+an" in found["links"]["self"]


def test_looking_in_a_facet_that_is_not_shown_is_refused(client: FlaskClient) -> None:
    (error,) = problem(client, "/api/v1/search?facets=place&person.find=a", 400)["errors"]
    assert error["parameter"] == "person.find"
    assert "add person" in error["message"]


def test_what_is_not_understood_is_searched_with_a_warning(client: FlaskClient) -> None:
    (warning,) = answer(client, "/api/v1/search?q=%22harbour")["query"]["warnings"]
    assert (warning["parameter"], warning["position"]) == ("q", 0)
    (error,) = problem(client, "/api/v1/search?q=%22harbour&strict=1", 400)["errors"]
    assert error == warning


@pytest.mark.parametrize("path", SEARCHES)
def test_a_wrong_parameter_is_a_400_that_names_it(client: FlaskClient, path: str) -> None:
    found = problem(client, f"{path}?page=0&pge=1&from=2020-13", 400)
    assert {error["parameter"] for error in found["errors"]} == {"page", "pge", "from"}
    assert all(error["message"] in found["detail"] for error in found["errors"])


def test_a_document(client: FlaskClient) -> None:
    found = answer(client, "/api/v1/documents/story-001")
    assert (found["id"], found["title"]) == ("story-001", "Harbour news 1")
    assert found["entities"][0]["mentions"] == [[0, 3]]
    problem(client, "/api/v1/documents/no%00thing", 404)
    problem(client, "/api/v1/documents/a/b", 404)


def test_similar_goes_to_a_search_that_finds_it(client: FlaskClient) -> None:
    response = client.get("/documents/story-001/similar")
    assert response.status_code == 303
    assert response.location.startswith("/search?q=")
    assert client.get(response.location).status_code == 200
    assert client.get("/documents/nothing/similar").status_code == 404


def test_nothing_at_an_address_of_the_api_is_problem_json(client: FlaskClient) -> None:
    for path in ("/api/", "/api/v1", "/api/v1/search/", "/api/v1/search.xml"):
        problem(client, path, 404)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
@pytest.mark.parametrize("path", [*SEARCHES, "/api/v1/documents/hostile", "/healthz"])
def test_other_methods_are_405_as_problem_json(client: FlaskClient, method: str, path: str) -> None:
    response = client.open(path, method=method)
    assert (response.status_code, response.mimetype) == (405, "application/problem+json")
    assert set(response.headers["Allow"].split(", ")) == {"GET", "HEAD"}


@pytest.mark.parametrize("path", [*SEARCHES, *PAGES, "/api/v1/documents/hostile", "/readyz"])
def test_head_is_get_without_the_body(client: FlaskClient, path: str) -> None:
    got, head = client.get(path), client.head(path)
    assert (head.status_code, head.data) == (got.status_code, b"")
    assert head.content_type == got.content_type
    assert head.headers.get("ETag") == got.headers.get("ETag")


def test_an_unchanged_answer_is_not_sent_again(client: FlaskClient) -> None:
    first = client.get("/api/v1/search?q=harbour&person=B&person=A")
    tag = first.headers["ETag"]
    assert first.headers["Cache-Control"] == "no-cache"
    same = "/api/v1/search?person=A&person=B&page=1&q=harbour&from="
    for sent in (tag, tag.removeprefix("W/"), f'"x", {tag}', "*"):
        again = client.get(same, headers={"If-None-Match": sent})
        assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)


def test_another_question_has_another_tag(client: FlaskClient) -> None:
    urls = [
        f"/api/v1/search{end}" for end in ("", "?q=harbour", "?page=2", "?size=9", "?from=2023")
    ]
    tags = {client.get(url).headers["ETag"] for url in urls}
    tags.add(client.get(urls[0], base_url="http://localhost/prefix").headers["ETag"])
    tags.add(client.get("/api/v1/search.atom").headers["ETag"])
    assert len(tags) == len(urls) + 2


def test_a_commit_changes_the_tag_and_the_answer(new_engine: Engine) -> None:
    put(new_engine, DOCUMENTS, fresh=True)
    client = create_app(new_engine, Settings()).test_client()
    first = client.get("/api/v1/search")
    put(new_engine, [make_story(999)])
    second = client.get("/api/v1/search", headers={"If-None-Match": first.headers["ETag"]})
    assert second.status_code == 200
    assert second.get_json()["total"] == first.get_json()["total"] + 1
    assert second.get_json()["index"]["id"] != first.get_json()["index"]["id"]


def test_an_index_that_comes_later_is_found(new_engine: Engine) -> None:
    client = create_app(new_engine, Settings()).test_client()
    assert client.get("/readyz").status_code == 503
    put(new_engine, DOCUMENTS, fresh=True)
    assert client.get("/readyz").status_code == 200
    assert answer(client, "/api/v1/search")["total"] == len(DOCUMENTS)


@pytest.mark.parametrize("path", [*SEARCHES, "/api/v1/documents/x", "/readyz"])
def test_without_an_index_the_answer_is_503_with_a_time_to_retry(
    indexless: FlaskClient, path: str
) -> None:
    assert "searchapp reindex" in problem(indexless, path, 503)["detail"]
    assert int(indexless.get(path).headers["Retry-After"]) > 0


def test_health_is_the_process_and_readiness_the_index(
    client: FlaskClient, indexless: FlaskClient
) -> None:
    assert answer(indexless, "/healthz") == {"status": "ok"}
    assert answer(client, "/readyz")["index"]["documents"] == len(DOCUMENTS)


RAW = st.text(
    st.sampled_from("%&=+;#aq01fF{}[]\"'\\<>:/?.,*~^()- ") | st.characters(max_codepoint=0x2FFF),
    max_size=60,
)
BROKEN = (
    *("q=%", "q=%ZZ", "%00=%00", "q=%ED%A0%80", "q=%FF%FE", "=", "&&&", "q=a;b", "q=" + "(" * 3000),
    *("page=" + "9" * 4000, "q=" + "a%20" * 1999, "from=%00", "person=%ED%B0%80", "page=1&page=2"),
    *("facets=,,,", "facets=person:%F0%9F%98%80", "%ED%A0%80=1", "q=*", "q=????", "q=NOT"),
)


@given(RAW | st.sampled_from(BROKEN), st.sampled_from((*SEARCHES, *PAGES)))
@settings(max_examples=300, deadline=None)
def test_no_query_string_is_a_500(client_forever: FlaskClient, raw: str, path: str) -> None:
    environ = {"QUERY_STRING": raw.encode("utf-8", "surrogatepass").decode("latin-1")}
    response = client_forever.get(path, environ_overrides=environ)
    assert response.status_code in {200, 400}, response.text


@given(pairs(), st.sampled_from((*SEARCHES, "/search")))
@settings(max_examples=100, deadline=None)
def test_every_acceptable_search_is_answered(
    client_forever: FlaskClient, asked: Pairs, path: str
) -> None:
    response = client_forever.get(path, query_string=asked)
    assert response.status_code == 200, response.text


@given(st.text(max_size=20))
@settings(deadline=None)
def test_no_document_id_is_a_500(client_forever: FlaskClient, raw: str) -> None:
    encoded = raw.encode("utf-8", "surrogatepass").decode("latin-1")
    for path in (f"/api/v1/documents/{encoded}", f"/documents/{encoded}/similar"):
        response = client_forever.get("/", environ_overrides={"PATH_INFO": path})
        assert response.status_code in {200, 303, 308, 404}, response.text


def test_half_a_surrogate_pair_in_what_is_stored_is_no_500(tmp_path: Path) -> None:
    odd = "harbour \udc80 x"
    fields = {"title": odd, "text": odd, "lead": odd, "authors": (odd,), "site": odd}
    article = replace(make_story(1).article, url="https://a.example/\udc80", **fields)  # type: ignore[arg-type]
    name = Entity(odd, EntityType.PERSON, ((0, 3),))
    engine = WhooshEngine(tmp_path)
    put(engine, [IndexedDocument("1", "/x/\udc80.html", article, (name,))])
    client = create_app(engine, Settings(index_dir=tmp_path)).test_client()
    inside = ("/api/v1/documents/1", "/api/v1/suggest?q=harb", "/api/v1/status", "/documents/1")
    for path in (*SEARCHES, *inside, "/search", "/status"):
        response = client.get(path)
        assert response.status_code == 200, path
        assert response.data.decode("utf-8")


def test_every_parameter_repeated_many_times_is_answered(client: FlaskClient) -> None:
    asked = [(name, f"{number}") for name in PARAMETERS for number in range(50)]
    assert client.get("/api/v1/search", query_string=asked).status_code == 400
    filters = [(name, value) for name, value in asked if name in {"person", "person.not"}]
    assert client.get("/api/v1/search", query_string=filters).status_code == 200


@pytest.mark.parametrize(
    ("asked", "replaced"),
    [
        ("q=harbuor", [(None, "harbuor", "harbour")]),
        ('q="Lindhlom+opened"', [(None, "Lindhlom", "Lindholm")]),
        ('q=person:"Ana+Petrowa"', [("person", "Ana Petrowa", "Ana Petrova")]),
        ("person=Ana+Petrowa&q=harbour", [("person", "Ana Petrowa", "Ana Petrova")]),
        ("author=Eva+Strandt", [("author", "Eva Strandt", "Eva Strand")]),
        ("site=site1.exampel&q=harbuor", None),
    ],
)
def test_every_face_answers_a_slip_alike(
    client: FlaskClient, asked: str, replaced: list[tuple[str | None, str, str]] | None
) -> None:
    found = answer(client, f"/api/v1/search?{asked}&size=7")
    correction = found["query"]["correction"]
    if replaced:
        assert [(r["field"], r["typed"], r["meant"]) for r in correction["replaced"]] == replaced
    assert found["total"] > 0
    typed = answer(client, correction["as_typed"])
    assert (typed["total"], typed["query"]["correction"]) == (0, None)
    lines = client.get(found["links"]["jsonl"]).text.splitlines()
    assert len(lines) == len(client.get(found["links"]["csv"]).text.splitlines()) - 1
    assert len(lines) == found["total"]
    assert "entry" in client.get(found["links"]["atom"]).text
    value = next(f for f in found["facets"] if f["field"] == "person")["values"][0]
    follow = value["links"]["require"]
    assert answer(client, follow)["total"] == value["count"]
    seen = [hit["id"] for hit in found["results"]]
    page = found
    while page["links"]["next"]:
        page = answer(client, page["links"]["next"])
        assert page["total"] == found["total"]
        seen += [hit["id"] for hit in page["results"]]
    assert sorted(seen) == sorted(json.loads(line)["id"] for line in lines)
