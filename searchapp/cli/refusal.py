"""Answers to requests that never reach the application: problem details, or a line of text.

For `gunicorn_worker`. Programs get `application/problem+json` as from everything under `/api/`
(RFC 9457), people the same words as text.
"""

import json
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote_to_bytes

LONGEST_LINE = 8192
LONGEST_WHY = 200  # of what a client sent, repeated to it
_HEAD = (
    "HTTP/1.1 {0.value} {0.phrase}\r\nConnection: close\r\nCache-Control: no-store\r\n"
    "X-Content-Type-Options: nosniff\r\nContent-Type: {1}\r\nContent-Length: {2}\r\n\r\n"
)
_PROGRAMS = (b"/api/", b"/healthz", b"/readyz")


def path_of(head: bytes | bytearray) -> bytes:
    """The path that the first line of a head asks for, decoded; empty when there is none."""
    target = bytes(head[:LONGEST_LINE]).partition(b"\r\n")[0].split(b" ", 2)[1:2]
    return unquote_to_bytes(target[0].partition(b"?")[0]) if target else b""


def refusal(status: HTTPStatus, why: str, path: bytes) -> bytes:
    """A whole answer that says why a request for a path is refused."""
    why = why if len(why) <= LONGEST_WHY else f"{why[:LONGEST_WHY]}..."
    problem: dict[str, object] = {
        "type": "about:blank",
        "title": status.phrase,
        "status": status.value,
        "detail": why,
        "errors": [],
    }
    if path.startswith(_PROGRAMS):
        media_type, body = "application/problem+json", json.dumps(problem).encode()
    else:
        media_type = "text/plain; charset=utf-8"
        body = f"{status.value} {status.phrase}: {why}\n".encode("utf-8", "replace")
    return _HEAD.format(status, media_type, len(body)).encode() + body


class CapturedAnswer:
    """Takes gunicorn's own page for an error in a client's place, for its status."""

    def __init__(self, client: Any) -> None:
        self._client, self._data = client, b""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def sendall(self, data: bytes) -> None:
        """Keep it."""
        self._data += data

    def status(self) -> HTTPStatus:
        """That of the page."""
        try:
            return HTTPStatus(int(self._data.split(b" ", 2)[1]))
        except (IndexError, ValueError):
            return HTTPStatus.INTERNAL_SERVER_ERROR
