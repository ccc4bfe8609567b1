"""Entity tags: whether a client's copy of an answer is still the answer.

An answer follows from the snapshot, the request in its normal form, the prefix of
its links and the version of searchapp. The tags are weak (RFC 9110, 8.8.1), because
`took_ms` differs between two answers that mean the same.
"""

import hashlib

from flask import Response, request

from searchapp import __version__
from searchapp.web.context import absolute_root, root


def unchanged(index_id: str, *parts: object) -> Response | None:
    """304 when the client said (If-None-Match) that it has the answer made from these parts."""
    known = request.if_none_match.contains_weak(_tag(index_id, parts))
    return tagged(Response(status=304), index_id, *parts) if known else None


def tagged(response: Response, index_id: str, *parts: object) -> Response:
    """Add the tag of the answer made from these parts, and that a copy is checked before use."""
    response.set_etag(_tag(index_id, parts), weak=True)
    response.headers["Cache-Control"] = "no-cache"
    return response


def _tag(index_id: str, parts: tuple[object, ...]) -> str:
    text = repr((__version__, root(), absolute_root(), request.endpoint, index_id, parts))
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:32]
