"""The OpenAPI document against the parser, the routes and real answers."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from searchapp.web.api.openapi import document, parameters
from searchapp.web.params.search import PARAMETERS

DOCUMENTATION = Path(__file__).parents[3] / "docs" / "api.md"


def closed(schema: Any) -> Any:
    """The schema with every object closed, so that a key it does not name is seen."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    inside = {key: closed(value) for key, value in schema.items()}
    named = isinstance(schema.get("properties"), dict) and schema.get("type") == "object"
    return inside | ({"additionalProperties": False} if named else {})


def check(answer: object, name: str) -> None:
    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema checks answers")
    schema = {"$ref": f"#/components/schemas/{name}", **closed(document())}
    validator = jsonschema.Draft202012Validator(
        schema, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    )
    assert [error.message for error in validator.iter_errors(answer)] == []


@pytest.mark.parametrize(
    "query",
    [
        "",
        "q=harbour&size=100",
        "q=%22open",
        "q=nothing-like-this",
        "person=Ana+Petrova&site.not=site1.example&person.all=Bo+Lindqvist",
        "from=2023-03&to=2023-04&facets=date:day,person:3",
        "q=storm&uncertain=include",
        "facets=none&page=3",
    ],
)
def test_answers_are_as_described(client: FlaskClient, query: str) -> None:
    check(client.get(f"/api/v1/search?{query}").get_json(), "Answer")


@pytest.mark.parametrize("path", ["?nope=1&page=0&q=%00", "/nope"])
def test_problems_are_as_described(client: FlaskClient, path: str) -> None:
    check(client.get(f"/api/v1/search{path}").get_json(), "Problem")


def test_documents_and_health_are_as_described(client: FlaskClient) -> None:
    for name in ("story-000", "story-001", "hostile"):
        check(client.get(f"/api/v1/documents/{name}").get_json(), "Document")
    check(client.get("/healthz").get_json(), "Health")
    check(client.get("/readyz").get_json(), "Health")


def test_status_and_reindex_are_as_described(client: FlaskClient, indexless: FlaskClient) -> None:
    for one in (client, indexless):
        check(one.get("/api/v1/status").get_json(), "Status")
        check(one.get("/api/v1/reindex").get_json(), "Reindex")


def test_json_lines_are_as_described(client: FlaskClient) -> None:
    for line in client.get("/api/v1/search.jsonl").text.splitlines():
        check(json.loads(line), "Result")


def test_a_wrong_answer_is_noticed(client: FlaskClient) -> None:
    answer: dict[str, object] = client.get("/api/v1/search").get_json()
    wrongs: tuple[dict[str, object], ...] = (answer | {"total": "7"}, answer | {"more": 1}, {})
    for wrong in wrongs:
        with pytest.raises(AssertionError):
            check(wrong, "Answer")


def test_the_description_is_valid_openapi(client: FlaskClient) -> None:
    validator = pytest.importorskip("openapi_spec_validator", reason="checks the description")
    validator.validate(client.get("/api/v1/openapi.json").get_json())


def test_every_parameter_the_parser_knows_is_described_and_no_other() -> None:
    assert sorted(one["name"] for one in parameters()) == sorted(PARAMETERS)
    assert all(one["description"] for one in parameters())


def test_every_address_of_the_api_is_described_and_documented(app: Flask) -> None:
    served = {
        re.sub(r"<(?:path:)?(\w+)>", r"{\1}", rule.rule).replace("{document_id}", "{id}")
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("api.")
    }
    assert served == set(document()["paths"])
    text = DOCUMENTATION.read_text(encoding="utf-8")
    assert [
        path for path in served if re.sub(r"{(\w+)}", lambda m: m[1].upper(), path) not in text
    ] == []


def test_paths_are_under_the_prefix() -> None:
    assert document("/archive")["servers"] == [{"url": "/archive"}]
    assert document()["servers"] == [{"url": "/"}]


def schema_of(name: str) -> Any:
    return next(one["schema"] for one in parameters() if one["name"] == name)


@pytest.mark.parametrize(
    ("name", "taken", "refused"),
    [
        ("from", ["", "2020", "2020-12", "2020-02-28"], ["2020-77", "2020-13", "2020-01-32", "x"]),
        ("to", ["", "2020-01"], ["2020-00", "20"]),
        ("facets", ["", "none", "person:5,org,date:month", "date", "lang:1000"], ["x", "date:5"]),
        ("strict", ["", "1", "0"], ["2", "yes"]),
        ("explain", ["", "1", "0"], ["2", "yes"]),
        ("size", ["", 5], [0, 101, "x"]),
        ("page", ["", 1], [0]),
        ("sort", ["", "date"], ["up"]),
    ],
)
def test_what_is_described_is_what_is_taken(
    client: FlaskClient, name: str, taken: list[Any], refused: list[Any]
) -> None:
    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema checks values")
    validator = jsonschema.Draft202012Validator(schema_of(name))
    for value in [*taken, *refused]:
        status = client.get("/api/v1/search", query_string={name: value}).status_code
        assert status == (200 if value in taken else 400), value
        assert validator.is_valid(value) == (value in taken), value


def test_an_unknown_document_has_nothing_similar_for_programs_and_people(
    client: FlaskClient,
) -> None:
    address = "/documents/nope/similar"
    content = document()["paths"]["/documents/{id}/similar"]["get"]["responses"]["404"]["content"]
    program, browser = client.get(address), client.get(address, headers={"Accept": "text/html"})
    assert (program.status_code, browser.status_code) == (404, 404)
    assert {program.mimetype, browser.mimetype} == set(content)
    assert program.mimetype == "application/problem+json"
