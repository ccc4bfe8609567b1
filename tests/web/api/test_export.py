from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from searchapp.engines.base import Hit, Snippet
from searchapp.model import Article, IndexedDocument
from searchapp.web.api.export import CSV_COLUMNS, csv_lines, json_lines
from tests.web.conftest import DOCUMENTS, HOSTILE


def hits(documents: Iterable[IndexedDocument]) -> Iterator[Hit]:
    for document in documents:
        yield Hit(document, 1.0, Snippet("title", document.article.title, ()))


def table(documents: Iterable[IndexedDocument]) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO("".join(csv_lines(hits(documents))), newline="")))


def titled(title: str) -> IndexedDocument:
    return IndexedDocument("1", "/x", Article(title=title, text=""))


def test_a_row_for_each_hit_under_a_header() -> None:
    rows = table(DOCUMENTS)
    assert [row["id"] for row in rows] == [document.id for document in DOCUMENTS]
    assert rows[1] == {
        "id": "story-001",
        "title": "Harbour news 1",
        "date": "2023-02-02",
        "date_precision": "day",
        "date_method": "json-ld",
        "date_confidence": "high",
        "site": "site1.example",
        "authors": "Eva Strand",
        "language": "en",
        "url": "https://site1.example/1?a=1&b=2",
        "person": "Bo Lindqvist | Ana Petrova",
        "org": "",
        "place": "Lindholm",
        "path": "/archive/story-001.html",
        "missing": "",
    }


def test_nothing_found_is_a_header_alone() -> None:
    assert "".join(csv_lines(iter(()))) == ",".join(CSV_COLUMNS) + "\r\n"
    assert "".join(json_lines(iter(()))) == ""


def test_no_cell_runs_as_a_formula() -> None:
    (row,) = table([HOSTILE])
    assert row["title"].startswith("'=HYPERLINK")
    assert (row["org"], row["authors"], row["url"]) == ("'-2+3", "'@cmd", "")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(start: str) -> None:
    assert table([titled(f"{start}1")])[0]["title"] == f"'{start}1"
    assert table([titled(f"1{start}")])[0]["title"] == f"1{start}"


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_title_survives_the_trip_through_csv(title: str) -> None:
    (row,) = table([titled(title)])
    assert row["title"].replace("'", "") == title.replace("'", "")


@pytest.mark.parametrize("separator", [";", ",", "\t", "|", "; ", ';"', ";\n"])
@given(
    parts=st.lists(
        st.sampled_from(("=1+1", "+1", "-2", "@cmd", "Bob", '"=1"', " =1", "＝1", "", "\r=1")),
        min_size=1,
        max_size=4,
    )
)
def test_no_part_runs_whatever_separates_columns(separator: str, parts: list[str]) -> None:
    document = titled(separator.join(parts))
    document = replace(document, article=replace(document.article, authors=tuple(parts)))
    written = "".join(csv_lines(hits([document])))
    for delimiter in (";", "\t", "|", ","):
        rows = list(csv.reader(io.StringIO(written, newline=""), delimiter=delimiter))
        cells = [cell.lstrip(' "') for row in rows for cell in row]
        assert [c for c in cells if c.startswith(tuple("=+-@＝")) and c != "-"] == []


def test_json_lines_are_results_without_snippets() -> None:
    lines = "".join(json_lines(hits(DOCUMENTS), "/x")).splitlines()
    found = [json.loads(line) for line in lines]
    assert [one["id"] for one in found] == [document.id for document in DOCUMENTS]
    assert found[0]["snippets"] == []
    assert found[0]["links"]["cached"] == "/x/documents/story-000"


def test_hits_are_taken_as_the_file_is_written() -> None:
    taken = []

    def endless() -> Iterator[Hit]:
        while True:
            taken.append(1)
            yield next(hits([HOSTILE]))

    pieces = json_lines(endless())
    assert next(pieces).count("\n") == len(taken)
    assert len(taken) <= 1000


@pytest.mark.parametrize("end", ["csv", "jsonl"])
def test_an_export_has_every_hit_whatever_page_and_size(client: FlaskClient, end: str) -> None:
    total = client.get("/api/v1/search?q=harbour").get_json()["total"]
    response = client.get(f"/api/v1/search.{end}?q=harbour&page=2&size=3")
    header = 1 if end == "csv" else 0
    assert total == 40
    assert len(response.text.splitlines()) == total + header
    assert response.headers["Content-Disposition"] == f'attachment; filename="search.{end}"'


def test_exports_keep_the_order_of_the_search(client: FlaskClient) -> None:
    for sort in ("date", "-date"):
        page = client.get(f"/api/v1/search?size=100&sort={sort}").get_json()["results"]
        lines = client.get(f"/api/v1/search.jsonl?sort={sort}").text.splitlines()
        assert [json.loads(line)["id"] for line in lines] == [one["id"] for one in page]


def test_an_export_says_what_kind_of_text_it_is(client: FlaskClient) -> None:
    assert (
        client.get("/api/v1/search.csv").content_type == "text/csv; charset=utf-8; header=present"
    )
    assert client.get("/api/v1/search.jsonl").content_type == "application/jsonl"


def test_an_export_without_an_index_is_a_503_not_a_broken_file(indexless: FlaskClient) -> None:
    response = indexless.get("/api/v1/search.csv")
    assert (response.status_code, response.mimetype) == (503, "application/problem+json")
