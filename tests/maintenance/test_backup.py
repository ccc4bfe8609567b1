"""`searchapp backup` and `restore`: whole or not at all, also while everything changes."""

from __future__ import annotations

import hashlib
import io
import json
import os
import signal
import sqlite3
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import pytest

from searchapp.config import Settings
from searchapp.engines import open_engine
from searchapp.engines.base import SearchRequest
from searchapp.engines.whoosh import WhooshEngine
from searchapp.engines.whoosh.admin.storage import WhooshFiles
from searchapp.errors import SearchappError
from searchapp.indexer.lock import hold_lock
from searchapp.ledger.ledger import Ledger
from searchapp.maintenance.archive_status import collect_status
from searchapp.maintenance.backup import back_up
from searchapp.maintenance.doctor import Level, examine
from searchapp.maintenance.restore import BackupUnusable, restore
from tests.engines.documents import commit, document
from tests.maintenance.archive import Archive
from tests.maintenance.changing import add_page

HERE = Path(__file__).parent


@pytest.fixture
def elsewhere(tmp_path: Path) -> Settings:
    return Settings(index_dir=tmp_path / "restored", jobs=1, models={})


def is_whole(settings: Settings) -> bool:
    engine = open_engine(settings)
    levels = {finding.level for finding in examine(settings, engine)}
    return Level.FAULT not in levels and not collect_status(settings, engine.searcher()).drift


@pytest.mark.parametrize("name", ["all.tar", "all.tar.gz", "all.tgz"])
def test_there_and_back(archive: Archive, elsewhere: Settings, tmp_path: Path, name: str) -> None:
    (archive.settings.index_dir / "watchlist.csv").write_text("name,type\n")
    file = tmp_path / name
    done = archive.invoke("backup", str(file))
    assert (done.exit_code, "6 documents" in done.stdout) == (0, True), done.output
    assert (file.read_bytes()[:2] == b"\x1f\x8b") == (name != "all.tar")
    assert not list(tmp_path.glob("*.new"))
    restore(elsewhere, open_engine(elsewhere), file, replace=False)
    there, back = (
        collect_status(s, open_engine(s).searcher()) for s in (archive.settings, elsewhere)
    )
    assert (back.ledger, back.drift, back.faults) == (there.ledger, there.drift, ())
    assert (elsewhere.index_dir / "watchlist.csv").read_text() == "name,type\n"


def test_what_is_there_is_not_replaced_unasked(archive: Archive, tmp_path: Path) -> None:
    file = str(tmp_path / "all.tar")
    assert archive.invoke("backup", file).exit_code == 0
    before = archive.live
    refused = archive.invoke("restore", file)
    assert (refused.exit_code, "--replace" in refused.stderr) == (1, True)
    assert archive.live == before
    commit(archive.engine, [document("later")])
    done = archive.invoke("restore", file, "--replace")
    assert (done.exit_code, "6 documents" in done.stdout) == (0, True)
    assert is_whole(archive.settings)
    assert archive.engine.rollback().documents == 7


def test_a_damaged_ledger_and_index_are_replaced_too(archive: Archive, tmp_path: Path) -> None:
    file = tmp_path / "all.tar"
    back_up(archive.settings, archive.engine, file)
    (archive.settings.index_dir / "ledger.sqlite").write_bytes(b"no database at all")
    for path in archive.live.iterdir():
        path.write_bytes(b"damaged")
    restore(archive.settings, archive.engine, file, replace=True)
    assert is_whole(archive.settings)


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9, 0.98])
@pytest.mark.parametrize("ending", ["tar", "tar.gz"])
def test_a_backup_cut_short_changes_nothing(
    archive: Archive, elsewhere: Settings, tmp_path: Path, part: float, ending: str
) -> None:
    file = tmp_path / f"all.{ending}"
    back_up(archive.settings, archive.engine, file)
    # A TAR ends in blocks of nothing, which may as well be missing.
    content = file.read_bytes() if ending == "tar.gz" else file.read_bytes().rstrip(b"\0")
    file.write_bytes(content[: int(len(content) * part)])
    with pytest.raises(BackupUnusable, match=r"all\.tar"):
        restore(elsewhere, open_engine(elsewhere), file, replace=False)
    assert {path.name for path in elsewhere.index_dir.iterdir()} == {"reindex.lock"}


def test_a_changed_byte_is_noticed(archive: Archive, elsewhere: Settings, tmp_path: Path) -> None:
    file = tmp_path / "all.tar"
    back_up(archive.settings, archive.engine, file)
    content = bytearray(file.read_bytes())
    place = content.index(b"SQLite format 3") + 5000
    content[place] ^= 1
    file.write_bytes(bytes(content))
    with pytest.raises(BackupUnusable, match=r"not what was written: ledger\.sqlite"):
        restore(elsewhere, open_engine(elsewhere), file, replace=False)


def of_schema_4(ledger: Path) -> None:
    with closing(sqlite3.connect(ledger)) as db:
        db.execute("ALTER TABLE source DROP COLUMN checksum")
        db.execute("PRAGMA user_version = 4")
        db.execute("UPDATE note SET value = '4' WHERE key = 'schema'")
        db.commit()


def of_schema_99(ledger: Path) -> None:
    with closing(sqlite3.connect(ledger)) as db:
        db.execute("PRAGMA user_version = 99")
        db.execute("UPDATE note SET value = '99' WHERE key = 'schema'")
        db.commit()


def with_another_ledger(backup: Path, directory: Path, change: Callable[[Path], None]) -> Path:
    """The backup as another version would have written it."""
    with tarfile.open(backup) as archive:
        archive.extractall(directory, filter="data")
        names = archive.getnames()
    change(directory / "ledger.sqlite")
    content = (directory / "ledger.sqlite").read_bytes()
    manifest = json.loads((directory / "manifest.json").read_text())
    digest = hashlib.blake2b(content, digest_size=16).hexdigest()
    manifest["files"]["ledger.sqlite"] = [len(content), digest]
    (directory / "manifest.json").write_text(json.dumps(manifest))
    with tarfile.open(directory / "other.tar", "w") as archive:
        for name in names:
            archive.add(directory / name, name)
    return directory / "other.tar"


def test_a_backup_of_an_older_ledger_is_brought_up_to_date(
    archive: Archive, elsewhere: Settings, tmp_path: Path
) -> None:
    assert archive.invoke("backup", str(tmp_path / "all.tar")).exit_code == 0
    older = with_another_ledger(tmp_path / "all.tar", tmp_path / "older", of_schema_4)
    restore(elsewhere, open_engine(elsewhere), older, replace=False)
    assert is_whole(elsewhere)
    newer = with_another_ledger(tmp_path / "all.tar", tmp_path / "newer", of_schema_99)
    with pytest.raises(BackupUnusable, match="newer version of searchapp"):
        restore(elsewhere, open_engine(elsewhere), newer, replace=True)
    assert is_whole(elsewhere)


@pytest.mark.parametrize("name", ["../evil", "/etc/evil", "index/../evil", "index/build-1/a/b"])
def test_names_that_lead_elsewhere_are_refused(
    elsewhere: Settings, tmp_path: Path, name: str
) -> None:
    file = tmp_path / "evil.tar"
    with tarfile.open(file, "w") as made:
        made.addfile(tarfile.TarInfo(name), io.BytesIO())
    with pytest.raises(BackupUnusable, match="is not of a backup"):
        restore(elsewhere, open_engine(elsewhere), file, replace=False)
    assert not list(tmp_path.rglob("evil"))


def test_what_is_no_backup_is_named(elsewhere: Settings, tmp_path: Path) -> None:
    for content in (b"", b"no archive", b"\x1f\x8b no gzip"):
        (tmp_path / "b").write_bytes(content)
        with pytest.raises(BackupUnusable, match=r"no whole backup|without a manifest"):
            restore(elsewhere, open_engine(elsewhere), tmp_path / "b", replace=False)


def test_what_is_damaged_is_not_backed_up(archive: Archive, tmp_path: Path) -> None:
    file = tmp_path / "all.tar"
    assert archive.invoke("backup", str(file)).exit_code == 0
    good = file.read_bytes()
    (path,) = archive.live.glob("*.arrays")
    path.write_bytes(path.read_bytes()[:-1])
    done = archive.invoke("backup", str(file))
    assert (done.exit_code, "damaged" in done.stderr) == (1, True)
    assert file.read_bytes() == good


def test_a_restore_that_is_killed_half_way_does_not_look_whole(
    archive: Archive, tmp_path: Path
) -> None:
    """The backup's index beside the other ledger: with as many documents, and of one origin."""
    file = tmp_path / "all.tar"
    assert archive.invoke("backup", str(file)).exit_code == 0
    before = archive.live
    command = [sys.executable, str(HERE / "dying.py"), str(archive.settings.index_dir), str(file)]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    assert archive.live != before
    assert "do not belong together" in str(
        collect_status(archive.settings, archive.engine.searcher()).drift
    )
    restore(archive.settings, archive.engine, file, replace=True)
    assert collect_status(archive.settings, archive.engine.searcher()).drift == ()


def test_a_restore_waits_for_nobody(archive: Archive, tmp_path: Path) -> None:
    file = str(tmp_path / "all.tar")
    assert archive.invoke("backup", file).exit_code == 0
    with hold_lock(archive.settings.index_dir):
        assert archive.invoke("restore", file, "--replace").exit_code == 4


@dataclass(frozen=True)
class Overtaken(WhooshEngine):
    """An engine into which a run commits just after its files were opened, once."""

    runs: list[Callable[[], None]] = field(default_factory=list)

    def local_files(self) -> WhooshFiles:
        return OvertakenFiles(self.directory, runs=self.runs)


@dataclass(frozen=True)
class OvertakenFiles(WhooshFiles):
    runs: list[Callable[[], None]] = field(default_factory=list)

    @contextmanager
    def files(self) -> Iterator[Mapping[str, BinaryIO]]:
        with super().files() as opened:
            while self.runs:
                self.runs.pop()()
            yield opened


def test_a_ledger_that_overtook_the_index_is_not_backed_up_with_it(
    archive: Archive, elsewhere: Settings, tmp_path: Path
) -> None:
    def run() -> None:
        with Ledger(archive.settings.index_dir) as ledger:
            add_page(ledger, archive.engine, archive.settings.index_dir, 1, full=False)

    engine = Overtaken(archive.settings.index_dir / "whoosh", runs=[run])
    manifest = back_up(archive.settings, engine, tmp_path / "all.tar")
    assert (manifest.documents, engine.runs) == (7, [])
    restore(elsewhere, open_engine(elsewhere), tmp_path / "all.tar", replace=False)
    assert [f for f in examine(elsewhere, open_engine(elsewhere)) if f.level == Level.FAULT] == []


def test_backups_of_an_archive_that_changes_all_the_while_are_whole(
    archive: Archive, elsewhere: Settings, tmp_path: Path
) -> None:
    script = [sys.executable, str(HERE / "changing.py"), str(archive.settings.index_dir)]
    backups: list[Path] = []
    with subprocess.Popen(script, env=archive.environ) as changing:
        while changing.poll() is None:
            backups.append(tmp_path / f"{len(backups)}.tar")
            back_up(archive.settings, archive.engine, backups[-1])
    assert changing.returncode == 0
    assert len(backups) > 2
    totals = set()
    for file in backups:
        manifest = restore(elsewhere, open_engine(elsewhere), file, replace=True)
        total = open_engine(elsewhere).searcher().search(SearchRequest()).total
        assert total == manifest.documents
        faults = [f for f in examine(elsewhere, open_engine(elsewhere)) if f.level == Level.FAULT]
        assert faults == []
        totals.add(total)
    assert len(totals) > 1


def test_a_pipe_in_its_place_is_refused_and_stays(archive: Archive, tmp_path: Path) -> None:
    pipe = tmp_path / "backup.tar"
    os.mkfifo(pipe)
    with pytest.raises(SearchappError, match="a named pipe, and not to be written to"):
        back_up(archive.settings, archive.engine, pipe)
    assert pipe.is_fifo()
    assert list(tmp_path.glob("*.new")) == []
