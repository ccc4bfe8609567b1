"""`entities` as a user meets it: decisions made, listed and taken back."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest

from searchapp.engines.whoosh.versions import VERSIONS
from tests.cli.shell import FERRY, Shell


def facet(shell: Shell, kind: str) -> list[str]:
    done = shell.here("search", "--json", "--facets", f"{kind}:9")
    return [value["value"] for value in json.loads(done.stdout)["facets"][0]["values"]]


def test_decisions_are_made_listed_and_taken_back(named: Shell) -> None:
    done = named.here("entities", "merge", "ferry", "--into", "islands", "--note", "why not")
    assert done.returncode == 0, done.stderr
    assert "(index/entities.toml, line 1); 1 documents changed in" in done.stdout
    assert facet(named, "place") == ["islands"]
    assert named.here("entities", "retype", "Monday", "--to", "org").returncode == 0
    assert named.here("entities", "rename", "council", "The Council").returncode == 0
    assert facet(named, "org") == ["Monday", "The Council"]
    assert named.here("entities", "reject", "Monday").returncode == 0
    split = ("entities", "split", "The Council", "--into", "Other", "--written", "council")
    assert named.here(*split).returncode == 0
    assert facet(named, "org") == ["Other"]
    listed = named.here("entities", "list").stdout.splitlines()
    assert len(listed) == 5
    assert listed[0].startswith("1. merge place “ferry” into “islands” (")
    assert listed[0].endswith("): why not")
    assert '"number": 1, "act": "merge"' in named.here("entities", "list", "--json").stdout
    assert "merge" in named.here("entities", "undo", "1").stdout
    for _ in range(4):
        assert named.here("entities", "undo").returncode == 0
    assert (facet(named, "person"), facet(named, "org")) == (["Monday"], ["council"])
    assert facet(named, "place") == ["ferry", "islands"]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["merge", "fery", "--into", "islands"], "no document names 'fery'; there is 'ferry'"),
        (["merge", "ferry", "council", "--into", "x"], "say which with --type: person, org, place"),
        (["merge", "ferry", "--into", "ferry"], "would become each other for ever"),
        (["undo"], "index/entities.toml: no decision to undo"),
        (["split", "ferry", "--into", "x"], "--written or --documents"),
    ],
)
def test_a_decision_that_cannot_be_made_says_why(
    named: Shell, arguments: list[str], complaint: str
) -> None:
    done = named.here("entities", *arguments)
    assert done.returncode == 2
    assert complaint in done.stderr
    assert (
        not (named.directory / "index" / "entities.toml").exists()
        or not named.here("entities", "list").stdout
    )


def test_on_an_index_of_another_version_a_decision_says_what_to_run(
    named: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    another = {**VERSIONS, "schema": "another"}
    monkeypatch.setattr("searchapp.engines.whoosh.reader.snapshots.VERSIONS", another)
    done = named.here("entities", "merge", "ferry", "--into", "islands")
    assert done.returncode == 1
    assert done.stderr.endswith("run `searchapp reindex --full` to build it again\n")


def test_a_decision_before_the_first_index_is_kept_for_it(shell: Shell, tmp_path: Path) -> None:
    new = ("--index", str(tmp_path / "new"))
    assert "or say --type" in shell.here(*new, "entities", "reject", "A").stderr
    done = shell.here(*new, "entities", "reject", "A", "--type", "org")
    assert done.returncode == 0
    assert "there is no index yet" in done.stdout


def test_suggestions_come_with_the_command_that_accepts_them(named: Shell) -> None:
    rows = "name,type\nharbour town,place\nHarbour Town,org\nharbour Town,place\n"
    (named.directory / "index" / "watchlist.csv").write_text(rows + "Harbour town,place\n")
    page = named.directory / "town.html"
    page.write_text(FERRY.replace("harbour town", "harbour Town, a harbour town by the sea,"))
    assert named.here("reindex", "town.html").returncode == 0
    done = named.here("entities", "suggest")
    assert "1. place harbour Town (1) -> harbour town (2)" in done.stdout
    assert "1 documents name both" in done.stdout
    line = json.loads(named.here("entities", "suggest", "--json").stdout.splitlines()[0])
    command = "searchapp entities merge 'harbour Town' --into 'harbour town' --type place"
    assert line["accept"] == command
    assert line["accept"] in done.stdout
    assert line["decline"] in done.stdout
    declined = named.here(*shlex.split(line["decline"])[1:], "--note", "two towns")
    assert "keep apart place “harbour Town”, “harbour town”" in declined.stdout
    assert command not in named.here("entities", "suggest").stdout
    refused = named.here(*shlex.split(command)[1:])
    assert refused.returncode == 2
    assert "line 1: keep apart place" in refused.stderr
    assert "two towns" in named.here("entities", "list").stdout
    assert named.here("entities", "undo").returncode == 0
    assert command in named.here("entities", "suggest").stdout
