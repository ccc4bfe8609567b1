"""`search` as a user meets it."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.server import serve
from tests.cli.shell import FERRY, Shell


def test_search_in_a_pipe_is_plain_text(shell: Shell) -> None:
    done = shell.run("search", "ferry")
    assert done.returncode == 0
    assert done.stdout.startswith(
        "1-1 of 1\n\n1. Ferry line to reopen\n   2021-03-14  news.example"
    )
    assert "\x1b" not in done.stdout


def test_search_takes_the_parameters_as_options(shell: Shell) -> None:
    assert "1-1 of 1" in shell.here("search", "--site", "news.example", "--from", "2021-03").stdout
    assert "0 of 0" in shell.here("search", "--site.not", "news.example").stdout
    done = shell.here("search", "--from", "2021-13", "--size", "1000")
    assert done.returncode == 2
    assert "from:" in done.stderr
    assert "size:" in done.stderr


def test_search_says_why(shell: Shell) -> None:
    lines = shell.here("search", "ferry", "--explain", "1").stdout.splitlines()
    assert lines[0] == "ferry: ferri… (English); 1 in the archive, 1 within the filters"
    assert "   here for ferry (100%, in its title)" in lines


def test_search_for_a_word_that_is_not_there(shell: Shell) -> None:
    done = shell.here("search", "zeppelin")
    assert done.returncode == 0
    assert done.stdout.startswith("0 of 0")


def test_what_a_hit_lacks_is_said(shell: Shell) -> None:
    lines = shell.here("search", "ferry", "zzzz").stdout.splitlines()
    assert lines[0] == (
        "note: No page has all words; 1 has most of them. (--match all leaves these out)"
    )
    assert "   without zzzz" in lines
    strict = shell.here("search", "ferry", "zzzz", "--match", "all")
    assert strict.stdout.startswith("0 of 0")


def test_a_slip_is_answered_and_said(shell: Shell) -> None:
    first, second, *_ = shell.here("search", "fery", "--person", "zzz").stdout.splitlines()
    assert first == "note: no page has fery; results for ferry (--spelling typed searches as typed)"
    assert second == "0 of 0"
    done = shell.here("search", "fery", "--spelling", "typed")
    assert done.stdout.startswith("0 of 0")
    assert "1-1 of 1" in shell.here("search", "fery").stdout
    assert shell.here("search", "fery", "--spelling", "wrong").returncode == 2


def test_json_is_what_the_endpoint_answers(shell: Shell) -> None:
    with serve(shell.directory, shell.environ, "--workers", "1") as server:
        endpoint = server.ask("/api/v1/search?q=ferry&site=news.example&size=5").json()
    printed = shell.here("search", "--json", "ferry", "--site", "news.example", "--size", "5")
    command = json.loads(printed.stdout)
    assert command.pop("took_ms") >= 0
    assert endpoint.pop("took_ms") >= 0
    assert command == endpoint
    assert command["total"] == 1


def test_a_doubtful_date_is_undated_unless_asked_for(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "sure.html").write_text(FERRY)
    unsure = FERRY.replace("2021-03-14T10:00:00Z", "03/04/2021")
    (tmp_path / "unsure.html").write_text(unsure.replace("news.example", "other.example"))
    index = str(tmp_path / "index")
    assert shell.here("reindex", "--index", index, str(tmp_path)).returncode == 0

    def found(*options: str) -> tuple[int, int, int]:
        options = ("--json", "--index", index, *options)
        answer = json.loads(shell.here("search", *options).stdout)
        (dates,) = (facet for facet in answer["facets"] if facet["field"] == "date")
        return answer["total"], sum(v["count"] for v in dates["values"]), dates["missing"]

    assert found() == (2, 1, 1)
    assert found("--uncertain", "include") == (2, 2, 0)
    assert found("--from", "2021")[0] == 1
    assert found("--from", "2021", "--uncertain", "include")[0] == 2
    assert found("--undated", "only")[0] == 1
