"""`reindex` as people give it: what it says, refuses and exits with."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import socket
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.cli.shell import FERRY, Shell


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
    assert shell.here("reindex", "--index", index, "no-such-folder").returncode == 2
    assert shell.here("reindex", "--index", str(tmp_path / "new")).returncode == 1
    assert shell.here("reindex", "--no-such-option").returncode == 2


def test_a_second_reindex_is_refused_with_its_own_exit_code(shell: Shell) -> None:
    hold = (
        "import pathlib, time; from searchapp.indexer.lock import hold_lock\n"
        "with hold_lock(pathlib.Path('index')): print('held', flush=True); time.sleep(600)"
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
    again = shell.here("reindex", "--index", index)
    assert (again.returncode, "0 read, 3 unchanged" in again.stdout) == (3, True)
    facts = json.loads(shell.here("status", "--json", "--index", index).stdout)
    assert (facts["documents"], facts["no_pages"]) == (2, {".css": 1})
    assert facts["failures"][0]["path"].endswith("pages.zip#rows.jsonl#2")
    assert "no pages   .css 1" in shell.here("status", "--index", index).stdout


def test_without_a_model_pages_are_indexed_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "ferry.html").write_text(FERRY)
    shell = Shell(tmp_path, {"SEARCHAPP_MODELS_EN": "no_such_package", "SEARCHAPP_JOBS": "1"})
    refused = shell.here("reindex", "ferry.html")
    assert refused.returncode == 1
    assert "no_such_package is not installed" in refused.stderr
    assert "--no-entities" in refused.stderr
    done = shell.run("reindex", "ferry.html", "--no-entities")
    assert (done.returncode, done.stderr.count("Traceback")) == (0, 0)
    assert "1 documents in index: 1 read" in done.stdout
    assert "0 read, 1 unchanged" in shell.here("reindex", "--no-entities").stdout
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
    done = shell.here("reindex", "pages", "--page-seconds", seconds)
    assert done.returncode == 2
    assert "page_seconds must be a number of at least 0.1" in done.stderr


def test_an_index_that_cannot_be_written_is_one_line(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    done = shell.here("reindex", "pages", environ={"SEARCHAPP_INDEX_DIR": str(file)})
    assert done.returncode == 1
    assert done.stderr.startswith(f"searchapp: {file}: ")
    assert len(done.stderr.splitlines()) == 1


def test_links_out_of_the_archive_are_named_and_not_followed(tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    (tmp_path / "secret.html").write_text(FERRY)
    (tmp_path / "pages" / "ferry.html").write_text(FERRY)
    (tmp_path / "pages" / "out.html").symlink_to("../secret.html")
    shell = Shell(tmp_path, {"SEARCHAPP_MODELS_EN": "", "SEARCHAPP_JOBS": "1"})
    everything = {"SEARCHAPP_FOLLOW_LINKS": "all"}
    assert "2 documents in index" in shell.here("reindex", "pages", environ=everything).stdout
    done = shell.here("reindex")
    assert done.returncode == 0
    assert "1 documents in index: 0 read, 1 unchanged, 1 removed" in done.stdout
    said = "1 that lead out of the paths given are not followed (setting follow_links): "
    assert f"links out   {said}{tmp_path}/pages/out.html" in done.stdout
    assert f"links out  {said}{tmp_path}/pages/out.html" in shell.here("status").stdout
    facts = json.loads(shell.here("status", "--json").stdout)
    assert facts["links_out"] == {"count": 1, "paths": [f"{tmp_path}/pages/out.html"]}
    finished = json.loads(shell.here("reindex", "--json").stdout.splitlines()[-1])
    assert finished["links_out"] == facts["links_out"]


def test_what_can_be_no_archive_is_refused_and_not_remembered(shell: Shell, tmp_path: Path) -> None:
    index = str(tmp_path / "index")
    for path in ("/", "/proc", "/dev/null"):
        done = shell.here("reindex", "--index", index, path)
        assert done.returncode == 1
        assert done.stderr.startswith(f"searchapp: {path}: ")
    assert "nothing to index yet" in shell.here("reindex", "--index", index).stderr


def test_outputs_go_to_files_alone(shell: Shell) -> None:
    for arguments in (["backup", "/dev/full"], ["serve", "--access-log", "/dev/full"]):
        done = shell.run(*arguments)
        assert done.returncode == 1
        assert "/dev/full: a device, and not to be written to" in done.stderr
    assert Path("/dev/full").is_char_device()
