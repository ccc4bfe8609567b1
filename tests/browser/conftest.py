"""A real server over a real index, and a real Chromium."""

from __future__ import annotations

import http.client
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

from searchapp.config import Settings
from searchapp.engines import open_engine
from searchapp.engines.base import BuildStamp
from tests.browser.archive import DOCUMENTS

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
FLAGS = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    "--lang=en-GB",
)
START_SECONDS = 30


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of `searchapp serve` over the archive."""
    directory = tmp_path_factory.mktemp("index")
    engine = open_engine(Settings(index_dir=directory))
    with engine.rebuild() as writer:
        for document in DOCUMENTS:
            writer.put(document)
        built = datetime(2024, 5, 1, tzinfo=UTC)
        writer.commit(BuildStamp(built, failed=0, versions=engine.versions()))
    port = free_port()
    command = [sys.executable, "-m", "searchapp", "--index", str(directory), "serve"]
    log = (directory / "serve.log").open("wb")
    serving = subprocess.Popen(
        [*command, "--port", str(port)],
        stdout=log,
        stderr=log,
        cwd=directory,
        env={k: v for k, v in os.environ.items() if not k.startswith("SEARCHAPP_")},
    )
    try:
        yield wait_for(port, serving, directory / "serve.log")
    finally:
        serving.terminate()
        serving.wait(timeout=START_SECONDS)
        log.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int, serving: subprocess.Popen[bytes], log: Path) -> str:
    deadline = time.monotonic() + START_SECONDS
    while serving.poll() is None and time.monotonic() < deadline:
        if is_ready(port):
            return f"http://127.0.0.1:{port}"
        time.sleep(0.1)
    pytest.fail(f"the server did not start:\n{log.read_text(errors='replace')}")


def is_ready(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()


@pytest.fixture(scope="session")
def scripted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    """Chromium, one for all tests that leave it as they found it."""
    driver = chromium(tmp_path_factory.mktemp("profile"), {})
    yield driver
    driver.quit()


@pytest.fixture(scope="session")
def scriptless(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    """Chromium that runs no JavaScript."""
    preferences = {"profile.managed_default_content_settings.javascript": 2}
    driver = chromium(tmp_path_factory.mktemp("profile"), preferences)
    yield driver
    driver.quit()


def chromium(profile: Path, preferences: dict[str, int]) -> webdriver.Chrome:
    if not CHROMIUM or not DRIVER:
        pytest.skip(
            "chromium and chromedriver are not installed (Debian: apt install chromium-driver)"
        )
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for flag in (*FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    options.add_experimental_option("prefs", preferences)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    return webdriver.Chrome(options=options, service=Service(DRIVER))


@pytest.fixture
def browser(scripted: webdriver.Chrome) -> webdriver.Chrome:
    """A wide window."""
    return sized(scripted, 1280, 900)


@pytest.fixture
def phone(scripted: webdriver.Chrome) -> webdriver.Chrome:
    """A window 360 CSS pixels wide."""
    return sized(scripted, 360, 740)


@pytest.fixture
def plain(scriptless: webdriver.Chrome) -> webdriver.Chrome:
    """A wide window without JavaScript."""
    return sized(scriptless, 1280, 900)


def sized(driver: webdriver.Chrome, width: int, height: int) -> webdriver.Chrome:
    measures = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", measures)
    return driver
