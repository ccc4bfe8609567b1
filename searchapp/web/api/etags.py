"""Entity tags: whether a client's copy of an answer is still the answer.

An answer follows from the snapshot, the request in its normal form, the prefix of
its links and the version of searchapp. The tags are weak (RFC 9110, 8.8.1), because
`took_ms` differs between two answers that mean the same.
"""

import hashlib

from flask import Response, request

from searchapp import __version__
from searchapp.web.context import root


def tag(index_id: str, *parts: object) -> str:
    """Opaque tag of an answer of the present endpoint made from these parts."""
    text = repr((__version__, root(), request.endpoint, index_id, parts))
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:32]


def is_fresh(current: str) -> bool:
    """Whether the client said (If-None-Match) that it has the answer already."""
    return request.if_none_match.contains_weak(current)


def not_modified(current: str) -> Response:
    """304, with the tag the client's copy keeps."""
    return with_tag(Response(status=304), current)


def with_tag(response: Response, current: str) -> Response:
    """Add the tag, and that a copy is to be checked before every use."""
    response.set_etag(current, weak=True)
    response.headers["Cache-Control"] = "no-cache"
    return response
