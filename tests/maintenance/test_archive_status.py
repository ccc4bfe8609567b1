"""`searchapp status` where nothing can be written, and where something is broken."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from searchapp.indexer import curation_changes
from searchapp.indexer.sync import bring_up_to_date
from searchapp.ledger.ledger import Ledger
from searchapp.maintenance.archive_status import collect_status
from searchapp.maintenance.rollback import roll_back
from searchapp.maintenance.source_names import SourceNames, source_names
from searchapp.web.app import create_app
from tests.maintenance.archive import UNPRIVILEGED, Archive


def facts(archive: Archive, *, code: int = 0) -> dict[str, Any]:
    done = archive.invoke("status", "--json")
    assert done.exit_code == code, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def reasons(status: dict[str, Any]) -> dict[str, int]:
    return {group["reason"]: group["count"] for group in status["failed"]}


def build_anew(archive: Archive, *, full: bool = True) -> None:
    """Without reading a page: the sources of a copy are where the original's were."""
    with Ledger(archive.settings.index_dir) as ledger:
        curation = curation_changes.bring_up_to_date(ledger, archive.settings.index_dir)
        rebuilt = bring_up_to_date(archive.engine, ledger, curation, lambda *_: None, full=full)
    assert rebuilt


@pytest.fixture
def locked(archive: Archive) -> Iterator[Archive]:
    everything = [archive.directory, *archive.directory.rglob("*")]
    for path in everything:
        path.chmod(0o555 if path.is_dir() else 0o444)
    yield archive
    for path in everything:
        path.chmod(0o755)


@pytest.mark.skipif(not shutil.which("setpriv"), reason="setpriv takes root's rights away")
def test_status_needs_no_right_to_write(locked: Archive) -> None:
    before = sorted(locked.directory.rglob("*"))
    done = locked.run("status", "--json", before=UNPRIVILEGED)
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert (found["documents"], reasons(found)) == (6, {"empty": 1})
    assert (found["undated"], found["drift"], found["faults"]) == (6, [], [])
    assert sorted(locked.directory.rglob("*")) == before


def keys(value: object) -> object:
    """The keys of objects, and what is in the first of a list."""
    if isinstance(value, dict):
        return {key: keys(part) for key, part in value.items()}
    return [keys(part) for part in value[:1]] if isinstance(value, list) else None


def test_the_command_and_the_api_tell_one_status(archive: Archive, read_once: Path) -> None:
    told = facts(archive)
    client = create_app(archive.engine, archive.settings).test_client()
    for_all = client.get("/api/v1/status").get_json()
    assert for_all["dates_by_method"] is None
    assert keys(for_all | {"dates_by_method": told["dates_by_method"]}) == keys(told)
    assert (for_all["directory"], told["directory"]) == (None, str(archive.settings.index_dir))
    assert for_all["failures"][0]["path"] == "pages/empty.html"
    assert told["failures"][0]["path"] == str(read_once / "pages" / "empty.html")


def test_a_damaged_index_leaves_what_the_ledger_knows(archive: Archive) -> None:
    for toc in archive.live.glob("_MAIN_*.toc"):
        toc.write_bytes(b"damaged")
    found = facts(archive, code=1)
    assert (found["documents"], reasons(found)) == (6, {"empty": 1})
    assert "is damaged" in str(found["faults"])
    assert "is damaged" in archive.invoke("status").stdout


def test_a_missing_index_leaves_what_the_ledger_knows(archive: Archive) -> None:
    shutil.rmtree(archive.settings.index_dir / "whoosh")
    found = facts(archive, code=1)
    assert found["documents"] == 6
    assert "no index in" in str(found["faults"])


@pytest.mark.parametrize("content", [b"no database at all", b"", None])
def test_a_damaged_or_missing_ledger_leaves_what_the_index_knows(
    archive: Archive, content: bytes | None
) -> None:
    ledger = archive.settings.index_dir / "ledger.sqlite"
    if content is None:
        ledger.unlink()
    else:
        ledger.write_bytes(content)
    found = facts(archive, code=1)
    assert (found["documents"], found["languages"]) == (None, [{"value": "en", "count": 6}])
    assert found["index"]["documents"] == 6
    assert "documents  6 (6 undated)" in archive.invoke("status").stdout
    assert found["faults"]


def test_that_nothing_was_ever_read_is_said_once(archive: Archive) -> None:
    shutil.rmtree(archive.settings.index_dir)
    archive.settings.index_dir.mkdir()
    (fault,) = collect_status(archive.settings, archive.engine.searcher()).faults
    assert "run `searchapp reindex PATH`" in fault


def test_a_ledger_that_is_ahead_is_drift(archive: Archive) -> None:
    with closing(sqlite3.connect(archive.settings.index_dir / "ledger.sqlite")) as db, db:
        db.execute("UPDATE source SET indexed = 0 WHERE state = 'cleaned'")
    db.close()
    assert "6 changes are not in the index yet" in str(facts(archive)["drift"])
    assert "drift      6 changes" in archive.invoke("status").stdout


def test_a_rollback_is_drift_until_the_next_reindex(archive: Archive) -> None:
    build_anew(archive)
    info = roll_back(archive.settings, archive.engine)
    assert info.documents == 6
    assert "do not belong together" in str(
        collect_status(archive.settings, archive.engine.searcher()).drift
    )
    build_anew(archive, full=False)
    assert collect_status(archive.settings, archive.engine.searcher()).drift == ()


def test_rollback_without_an_earlier_build_says_so(archive: Archive) -> None:
    done = archive.invoke("rollback")
    assert (done.exit_code, len(done.stderr.splitlines())) == (1, 1)
    assert "nothing to go back to" in done.stderr
    assert collect_status(archive.settings, archive.engine.searcher()).drift == ()


def test_names_of_sources_begin_with_what_was_given(archive: Archive, read_once: Path) -> None:
    names = source_names(archive.settings.index_dir)
    assert names.of(f"{read_once}/pages/sub/a.html") == "pages/sub/a.html"
    given = SourceNames(("/srv/news", "/srv/crawl.zip"))
    assert given.of("/srv/crawl.zip#in/a.html") == "crawl.zip#in/a.html"
    assert given.of("/elsewhere/b.zip#in/a.html") == "b.zip#in/a.html"
    assert given.of("/srv/newspaper/c.html") == "c.html"
    assert given.within("/srv/news/a: cannot be read") == "news/a: cannot be read"
    assert SourceNames(("/",)).of("/a/b.html") == "a/b.html"
