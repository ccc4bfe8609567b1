"""Archives that the tests of commands share."""

from __future__ import annotations

import pytest

from tests.cli.shell import FERRY, Shell


@pytest.fixture(scope="session")
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


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """An index whose one page has names, from a watch-list."""
    directory = tmp_path_factory.mktemp("named")
    (directory / "ferry.html").write_text(FERRY)
    (directory / "index").mkdir()
    rows = "name,type\ncouncil,org\nMonday,person\nferry,place\nislands,place\n"
    (directory / "index" / "watchlist.csv").write_text(rows)
    shell = Shell(directory, {"SEARCHAPP_MODELS_EN": "", "SEARCHAPP_JOBS": "1"})
    assert shell.here("reindex", "ferry.html").returncode == 0
    return shell
