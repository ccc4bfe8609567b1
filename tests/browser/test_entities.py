"""Two names made one and taken apart again, as a person sees it in a real browser."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By

from tests.browser.conftest import START_SECONDS, free_port, wait_for
from tests.browser.test_search import every, follow, one, total

pytestmark = pytest.mark.browser

PAGE = """<html lang="en"><head><title>Ferry talks {0}</title></head><body><article>
<h1>Ferry talks {0}</h1><p>{1} met the harbour council of Lindholm on Monday evening to speak about
the old ferry line, which closed nine years ago.</p><p>{1} promised an answer before the spring,
residents of the eastern islands said after the meeting.</p></article></body></html>"""
SPELLINGS = ("Zelenskyy", "Zelenskyy", "Zelensky")


class Archive:
    """An index of three pages, the server over it, and the command."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        for number, name in enumerate(SPELLINGS):
            (directory / f"{number}.html").write_text(PAGE.format(number, name))
        (directory / "index").mkdir()
        # Listed rather than recognised, so that the test is of decisions and not of a model.
        rows = "name,type\nZelenskyy,person\nZelensky,person\nLindholm,place\n"
        (directory / "index" / "watchlist.csv").write_text(rows)
        self.environ = {k: v for k, v in os.environ.items() if not k.startswith("SEARCHAPP_")}
        self.environ |= {"SEARCHAPP_MODELS_EN": "", "SEARCHAPP_JOBS": "1"}
        self.run("reindex", *(f"{number}.html" for number in range(len(SPELLINGS))))

    def run(self, *arguments: str) -> None:
        command = [sys.executable, "-m", "searchapp", *arguments]
        subprocess.run(command, check=True, cwd=self.directory, env=self.environ)

    def serve(self, port: int) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "searchapp", "serve", "--port", str(port)]
        log = (self.directory / "serve.log").open("wb")
        with log:
            return subprocess.Popen(
                command, cwd=self.directory, env=self.environ, stdout=log, stderr=log
            )


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path)


@pytest.fixture
def address(archive: Archive) -> Iterator[str]:
    port = free_port()
    with archive.serve(port) as serving:
        try:
            yield wait_for(port, serving, archive.directory / "serve.log")
        finally:
            serving.terminate()
            serving.wait(timeout=START_SECONDS)


def people(browser: Chrome, address: str) -> list[tuple[str, str]]:
    browser.get(address)
    values = every(browser, "#facet-person .choose")
    return [
        (
            value.find_element(By.CSS_SELECTOR, ".name").text,
            value.find_element(By.CSS_SELECTOR, ".count").text.split()[0],
        )
        for value in values
    ]


def test_two_names_are_merged_and_taken_apart_again(
    browser: Chrome, archive: Archive, address: str
) -> None:
    apart = [("Zelenskyy", "2"), ("Zelensky", "1")]
    assert people(browser, address) == apart
    archive.run("entities", "merge", "Zelensky", "--into", "Zelenskyy", "--note", "one man")
    assert people(browser, address) == [("Zelenskyy", "3")]
    follow(browser, one(browser, "#facet-person .choose"))
    assert total(browser) == 3
    follow(browser, one(browser, ".applied a[href*='/entities/']"))
    assert one(browser, "h1").text == "Zelenskyy"
    assert "merge person “Zelensky” into “Zelenskyy”" in one(browser, ".decisions").text
    written = {name.text for name in every(browser, "[aria-labelledby=written] .name")}
    assert written == set(SPELLINGS)
    archive.run("entities", "undo")
    assert people(browser, address) == apart
    browser.get(f"{address}/entities/person/Zelensky")
    assert "Named in 1 page" in one(browser, "main").text
    assert not every(browser, ".decisions li:nth-child(2)")
