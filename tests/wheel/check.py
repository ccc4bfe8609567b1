"""Builds the wheel and uses it from another directory: templates, static files and all.

`make test-wheel` runs it. The wheel is unpacked beside the environment's packages, so
that nothing of the checkout is imported; exits with a message at the first thing missing.
Then it is installed once more, in a bare environment, without the lock and by an old pip:
what it asks for must be all it needs. Downloads come from pip's cache the next time.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
PAGES = CHECKOUT / "examples" / "archive"
START_SECONDS = 60
# As Python 3.11.7 and 3.12.1 bring it: it takes lxml's extras html_clean and html-clean for two.
OLD_PIP = "pip==23.2.1"


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        wheel = build(directory / "dist")
        installed = install(wheel, directory / "installed")
        elsewhere = directory / "elsewhere"
        pages = sample(elsewhere / "pages")
        environ = {**os.environ, "PYTHONPATH": str(installed), "PYTHONSAFEPATH": "1"}
        run(elsewhere, environ, "reindex", str(pages))
        check_imported_from(installed, elsewhere, environ)
        check_served(elsewhere, environ)
        check_without_lock(wheel, directory / "bare", pages)
        print("wheel: 1 passed, 0 failed")  # noqa: T201 - a script's answer


def build(directory: Path) -> Path:
    pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(directory), str(CHECKOUT))
    (wheel,) = directory.glob("*.whl")
    return wheel


def install(wheel: Path, directory: Path) -> Path:
    pip("install", "--no-deps", "--target", str(directory), str(wheel))
    return directory


def sample(directory: Path) -> Path:
    """A few pages are enough: what is tested is the package."""
    directory.mkdir(parents=True)
    for page in sorted(PAGES.rglob("*.html"))[:5]:
        shutil.copy(page, directory)
    return directory


def pip(*arguments: str) -> None:
    quiet = ["--disable-pip-version-check", "--quiet"]
    subprocess.run([sys.executable, "-m", "pip", *arguments, *quiet], check=True)


def run(directory: Path, environ: dict[str, str], *arguments: str) -> None:
    command = [sys.executable, "-m", "searchapp", *arguments]
    subprocess.run(command, check=True, cwd=directory, env=environ)


def check_imported_from(installed: Path, directory: Path, environ: dict[str, str]) -> None:
    command = [sys.executable, "-c", "import searchapp; print(searchapp.__file__)"]
    answer = subprocess.run(
        command, check=True, cwd=directory, env=environ, capture_output=True, text=True
    )
    if not answer.stdout.startswith(str(installed)):
        sys.exit(f"the checkout was imported, not the wheel: {answer.stdout}")


def check_without_lock(wheel: Path, directory: Path, pages: Path) -> None:
    """One page, read by what the wheel's own dependencies bring."""
    python = directory / "bin" / "python"
    quiet = ["install", "--disable-pip-version-check", "--quiet"]
    subprocess.run([sys.executable, "-m", "venv", str(directory)], check=True)
    for package in (OLD_PIP, str(wheel)):
        subprocess.run([str(python), "-m", "pip", *quiet, package], check=True)
    (page, *_) = sorted(pages.iterdir())
    environ = {name: text for name, text in os.environ.items() if name != "PYTHONPATH"}
    command = [str(python), "-m", "searchapp", "reindex", str(page)]
    answer = subprocess.run(
        command, check=False, cwd=directory, env=environ, capture_output=True, text=True
    )
    if answer.returncode or "1 documents in" not in answer.stdout:
        sys.exit(f"installed without the lock it does not start: {answer.stdout}{answer.stderr}")


def check_served(directory: Path, environ: dict[str, str]) -> None:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "searchapp", "serve", "--port", port]
    server = subprocess.Popen(command, cwd=directory, env=environ)
    try:
        wait_for(f"{address}/readyz")
        page = fetch(address + "/")
        for file in linked(page):
            if not fetch(address + file):
                sys.exit(f"{file} is empty")
        if 'role="search"' not in page:
            sys.exit("the page has no search form: templates are missing from the wheel")
    finally:
        server.terminate()
        server.wait()


def linked(page: str) -> list[str]:
    """The static files the page asks for."""
    pieces = page.replace("'", '"').split('"')
    found = [piece for piece in pieces if piece.startswith("/static/")]
    if not found:
        sys.exit("the page links no static file")
    return found


def wait_for(address: str) -> None:
    for _ in range(START_SECONDS * 10):
        try:
            urllib.request.urlopen(address)  # noqa: S310 - our own server
        except OSError:
            time.sleep(0.1)
        else:
            return
    sys.exit(f"{address} did not answer within {START_SECONDS} s")


def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def fetch(address: str) -> str:
    with urllib.request.urlopen(address) as answer:  # noqa: S310 - our own server
        return str(answer.read().decode())


if __name__ == "__main__":
    main()
