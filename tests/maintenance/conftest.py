"""An archive that was read once, and a copy of it for each test."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.maintenance.archive import Archive


@pytest.fixture(scope="session")
def read_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    archive = Archive(tmp_path_factory.mktemp("archive"))
    for number in range(6):
        archive.write(f"{number}.html", f"ferry number{number}")
    (archive.pages / "empty.html").touch()
    done = archive.run("reindex", "pages")
    assert done.returncode == 3, done.stderr
    return archive.directory


@pytest.fixture
def archive(read_once: Path, tmp_path: Path) -> Archive:
    """At another place, so its sources are gone from where the ledger knows them."""
    shutil.copytree(read_once, tmp_path / "copy")
    return Archive(tmp_path / "copy")
