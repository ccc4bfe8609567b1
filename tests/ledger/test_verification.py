"""Rows of the ledger that are not as they were written: found, dropped, and nothing else is."""

from __future__ import annotations

import os
import random
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from searchapp.errors import PageFault
from searchapp.ledger.checksums import RowDamaged
from searchapp.ledger.errors import FILE_NAME
from searchapp.ledger.ledger import Ledger
from searchapp.ledger.rows import ContainerResult, Failure, Fingerprint, PageResult
from searchapp.ledger.staleness import CurrentVersions
from searchapp.ledger.verification import verify_all, verify_some
from searchapp.model import Article, Entity, EntityType
from searchapp.sources.listing import SourceFile

CURRENT = CurrentVersions("v")
PATHS = ("/a", "/b.zip", "/b.zip#1", "/b.zip#2", "/c")


def page(path: str, container: str | None = None) -> PageResult:
    article = Article(f"Page {path}", f"The ferry of {path} left Elsin.", language="en")
    named = (Entity("Elsin", EntityType.PLACE, ((4, 9),)),)
    mark = Fingerprint(1, 2, f"hash of {path}")
    return PageResult(path, mark, "v", article, named, container=container, run=1)


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    with Ledger(tmp_path) as ledger:
        failed = replace(page("/c"), article=None, failure=Failure("/c", PageFault.EMPTY, "empty"))
        inside = [page(path, "/b.zip") for path in PATHS[2:4]]
        ledger.put([page("/a"), *inside, failed])
        ledger.close_container(
            ContainerResult("/b.zip", Fingerprint(9, 9, "z"), "v", 1, {".css": 3})
        )
        ledger.claim_pending()
        ledger.mark_indexed()
    return tmp_path


def execute(directory: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(directory / FILE_NAME)) as db, db:
        assert db.execute(statement, values).rowcount


def flip(directory: Path, path: str, column: str) -> None:
    """Another character in the midst of a value, or a number's bit."""
    with closing(sqlite3.connect(directory / FILE_NAME)) as db, db:
        query = f"SELECT {column} FROM source WHERE path = ?"  # noqa: S608 - ours
        (value,) = db.execute(query, (os.fsencode(path),)).fetchone()
        at = random.Random(column).randrange(len(value))  # noqa: S311 - a fixed choice
        found = value[at : at + 1]
        other = (
            (b"x" if found != b"x" else b"y") if isinstance(value, bytes) else chr(ord(found) ^ 1)
        )
        changed = value[:at] + other + value[at + 1 :]
        statement = f"UPDATE source SET {column} = ? WHERE path = ?"  # noqa: S608 - ours
        db.execute(statement, (changed, os.fsencode(path)))


@pytest.mark.parametrize(
    ("path", "column"),
    [
        *((path, column) for path in PATHS[:4] for column in ("id", "hash", "read_at")),
        *((path, column) for path in ("/a", "/b.zip#1") for column in ("article", "entities")),
        *(("/c", column) for column in ("fault", "message")),
        ("/b.zip", "skipped"),
        ("/b.zip#2", "container"),
        ("/b.zip#2", "path"),
    ],
)
def test_what_nobody_wrote_is_dropped_alone(directory: Path, path: str, column: str) -> None:
    flip(directory, path, column)
    with Ledger(directory) as ledger:
        rows = {row.path: row for row in ledger.rows()}
        (dropped,) = verify_all(ledger)
        (failure,) = [f for f in ledger.failures() if f.fault == PageFault.UNREADABLE]
        assert failure.path == dropped
        assert dropped == path or column == "path"
        assert verify_all(ledger) == []
        assert ledger.check() == []
        kept = {row.path: row for row in ledger.rows()}
    assert len(kept) == len(PATHS)
    dropped_path = os.fsencode(dropped)
    assert {p for p in rows if rows[p] != kept.get(p)} == {dropped_path}
    assert kept[dropped_path].container == (b"/b.zip" if "#" in dropped else None)


def test_damage_is_seen_wherever_a_row_is_read(directory: Path) -> None:
    flip(directory, "/a", "article")
    with Ledger(directory) as ledger:
        assert ledger.row_faults() == ["the row of /a is not as it was written"]
        assert ledger.cached_result("hash of /a", CURRENT) is None
        with pytest.raises(RowDamaged, match=r"^/a: "):
            ledger.page_result("/a")
        with pytest.raises(RowDamaged, match="reindex reads it again"):
            list(ledger.documents(pending=False))


def test_a_damaged_row_stays_one_under_another_name(directory: Path) -> None:
    flip(directory, "/b.zip#1", "article")
    with Ledger(directory) as ledger:
        ledger.move("/b.zip", SourceFile("/new.zip", 9, 9))
        assert verify_all(ledger) == ["/b.zip#1", "/new.zip#1"]


def test_a_state_or_versions_that_nobody_wrote_are_damage(directory: Path) -> None:
    with closing(sqlite3.connect(directory / FILE_NAME)) as db, db:
        db.execute("PRAGMA ignore_check_constraints = TRUE")
        db.execute("UPDATE source SET state = 'cleaneD' WHERE path = ?", (b"/a",))
        db.execute("UPDATE source SET versions = '{\"a\":1' WHERE path = ?", (b"/c",))
    with Ledger(directory) as ledger:
        assert verify_all(ledger) == ["/a", "/c"]
        assert ledger.check() == []


def test_all_rows_have_their_turn(directory: Path) -> None:
    flip(directory, "/b.zip#2", "article")
    with Ledger(directory) as ledger:
        found = [verify_some(ledger, 2) for _ in range(3)]
        assert found == [[], ["/b.zip#2"], []]
        flip(directory, "/a", "article")
        assert verify_some(ledger, 2) == ["/a"]
        ledger.set_note("verified", "no number")
        assert verify_some(ledger, 2) == []


def test_rows_of_before_checksums_are_given_theirs(directory: Path) -> None:
    execute(directory, "UPDATE source SET checksum = NULL")
    execute(directory, "UPDATE source SET entities = '[[' WHERE path = ?", b"/b.zip#1")
    with Ledger(directory) as ledger:
        assert verify_all(ledger) == ["/b.zip#1"]
        assert all(row.checksum == row.sum for row in ledger.rows())
