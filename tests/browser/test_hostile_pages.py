"""Saved pages that would run a script or fetch something from elsewhere, in a real browser."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import quote

import pytest
from selenium.common.exceptions import NoAlertPresentException
from selenium.webdriver import Chrome

from tests.browser.conftest import START_SECONDS, free_port, wait_for

pytestmark = pytest.mark.browser

# {0} is an address that counts requests.
PAYLOADS = (
    "<script>document.title='ran'</script>",
    "<script src={0}/s></script>",
    "<img src={0}/i onerror=document.title='ran'>",
    "<svg/onload=document.title='ran'>",
    "\"'><iframe src={0}/f></iframe>",
    "<link rel=stylesheet href={0}/c><style>@import '{0}/m';</style>",
    "<meta http-equiv=refresh content='0;url={0}/r'>",
    "<base href={0}/b/>",
    "<form action={0}/a><button autofocus onfocus=document.title='ran'>x</form>",
    "<video poster={0}/p><source src={0}/v></video><object data={0}/o></object>",
    "</title></textarea></script><script>document.title='ran'</script>",
    "{{{{ 7*7 }}}} ${{7*7}} <a href=javascript:document.title='ran'>x</a>",
)
PAGE = (
    '<html lang="en"><head><title>{0}</title><meta name="author" content="{0}">'
    '<link rel="canonical" href="{1}/canonical"></head><body><article><h1>Ferry {0}</h1>'
    "<p>The council of the harbour town voted on Monday about the ferry, {0} and more.</p>"
    "<p>Residents had asked for it again and again, most recently in a petition {0}.</p>"
    "<script>document.title='ran'</script><img src={1}/raw onerror=document.title='ran'>"
    "</article></body></html>"
)


def escaped(text: str) -> str:
    for character, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        text = text.replace(character, entity)
    return text


class Elsewhere(BaseHTTPRequestHandler):
    """Notes what is asked of it."""

    def do_GET(self) -> None:
        self.server.asked.append(self.path)  # type: ignore[attr-defined]
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[ThreadingHTTPServer]:
    """A server of someone else, with the list `asked`."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere)
    server.asked = []  # type: ignore[attr-defined]
    Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def address(
    elsewhere: ThreadingHTTPServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Of a server over pages with every payload in title, author and text."""
    directory = tmp_path_factory.mktemp("hostile")
    (directory / "pages").mkdir()
    there = f"http://127.0.0.1:{elsewhere.server_port}"
    for number, payload in enumerate(PAYLOADS):
        text = PAGE.format(escaped(payload.format(there)), there)
        (directory / "pages" / f"{number}.html").write_text(text)
    environ = {k: v for k, v in os.environ.items() if not k.startswith("SEARCHAPP_")}
    environ |= {"SEARCHAPP_MODELS_EN": "", "SEARCHAPP_JOBS": "1"}
    command = [sys.executable, "-m", "searchapp"]
    subprocess.run([*command, "reindex", "pages"], cwd=directory, env=environ, check=True)
    port = free_port()
    with (directory / "serve.log").open("wb") as log:
        serving = subprocess.Popen(
            [*command, "serve", "--port", str(port)],
            cwd=directory,
            env=environ,
            stdout=log,
            stderr=log,
        )
        try:
            yield wait_for(port, serving, directory / "serve.log")
        finally:
            serving.terminate()
            serving.wait(timeout=START_SECONDS)


def is_untouched(driver: Chrome) -> bool:
    try:
        driver.switch_to.alert.dismiss()
    except NoAlertPresentException:
        return driver.title != "ran" and driver.current_url.split("/")[2] != "ran"
    return False


def test_no_script_of_a_page_runs_and_no_request_leaves(
    scripted: Chrome, address: str, elsewhere: ThreadingHTTPServer
) -> None:
    scripted.get(f"{address}/search?size=100")
    links = [a.get_attribute("href") for a in scripted.find_elements("css selector", "main a")]
    saved = sorted({link.partition("?")[0] for link in links if link and "/documents/" in link})
    assert len(saved) >= len(PAYLOADS)
    there = f"http://127.0.0.1:{elsewhere.server_port}"
    said = [payload.format(there) for payload in PAYLOADS]
    visited = [
        *(f"{address}/search?size=100", f"{address}/status", *saved),
        *(f"{address}/search?{name}={quote(text)}" for text in said for name in ("q", "author")),
        *(f"{address}/{quote(text, safe='')}" for text in said),
        *(f"{address}/entities/person/{quote(text)}" for text in said),
    ]
    for url in visited:
        scripted.get(url)
        assert is_untouched(scripted), url
        assert scripted.current_url.startswith(f"{address}/"), url
    assert elsewhere.asked == []  # type: ignore[attr-defined]
    scripted.get(f"{there}/control")  # what does leave is counted
    assert "/control" in elsewhere.asked  # type: ignore[attr-defined]
