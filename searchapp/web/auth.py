"""Who may read the archive and who may start a reindex: whoever sends the configured token.

Reading takes HTTP Basic, with any user name (RFC 7617), or Bearer (RFC 6750, section 2.1);
a reindex Bearer only.
"""

import hmac

from flask import request

from searchapp.config import Settings, is_loopback
from searchapp.errors import SearchappError
from searchapp.web.context import context

SCHEME = "Bearer"
REALM = 'Bearer realm="searchapp"'
READERS_REALM = 'Basic realm="searchapp", charset="UTF-8"'
# What watches the process has no token; a reindex asks for one of its own.
OPEN = frozenset({"api.health", "api.readiness", "api.start_reindex"})


class Unauthorised(SearchappError):
    """A request without the token, or with another; `challenge` says how to send it."""

    def __init__(self, message: str, challenge: str) -> None:
        super().__init__(message)
        self.challenge = challenge


class Forbidden(SearchappError):
    """What nobody may do here, whatever they send."""


def require_access() -> None:
    """Let the present request read, if it may. Raises Unauthorised."""
    if request.endpoint not in OPEN and not may_read():
        raise Unauthorised("send the access token as the password, or as a Bearer", READERS_REALM)


def may_read() -> bool:
    """Whether the present request is of someone who may read the archive."""
    token = context().settings.access_token
    return not token or _sends(token)


def is_owner(settings: Settings) -> bool:
    """Whether the present request, let through, is of one who may know the archive's files.

    That is whoever sent the access token; without one, whoever sits at this machine.
    """
    if settings.access_token:
        return _sends(settings.access_token)
    return is_loopback(settings.host) and not settings.proxies


def require_token() -> None:
    """Let the present request reindex. Raises Unauthorised, and Forbidden when it is off."""
    token = context().settings.reindex_token
    if not token:
        raise Forbidden("this is off: set reindex_token (SEARCHAPP_REINDEX_TOKEN) to allow it")
    scheme, _, sent = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != SCHEME.lower():
        raise Unauthorised("send the token: Authorization: Bearer TOKEN", REALM)
    if not _is_same(sent.strip(), token):
        raise Unauthorised("this is not the token", f'{REALM}, error="invalid_token"')


def _sends(token: str) -> bool:
    sent = request.authorization
    given = (sent.password if sent.type == "basic" else sent.token) if sent else None
    bearer = sent is not None and sent.type in {"basic", "bearer"}
    return bearer and given is not None and _is_same(given.strip(), token)


def _is_same(sent: str, token: str) -> bool:
    # How long the comparison takes says nothing of how much of the token is right.
    return hmac.compare_digest(sent.encode("utf-8", "replace"), token.encode())
