"""Who may start a reindex: whoever sends the configured token (RFC 6750, section 2.1)."""

import hmac

from flask import request

from searchapp.errors import SearchappError
from searchapp.web.context import context

SCHEME = "Bearer"
REALM = 'Bearer realm="searchapp"'


class Unauthorised(SearchappError):
    """A request without the token, or with another; `challenge` says how to send it."""

    def __init__(self, message: str, challenge: str) -> None:
        super().__init__(message)
        self.challenge = challenge


class Forbidden(SearchappError):
    """What nobody may do here, whatever they send."""


def require_token() -> None:
    """Let the present request through. Raises Unauthorised, and Forbidden when it is off."""
    token = context().settings.reindex_token
    if not token:
        raise Forbidden("this is off: set reindex_token (SEARCHAPP_REINDEX_TOKEN) to allow it")
    scheme, _, sent = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != SCHEME.lower():
        raise Unauthorised("send the token: Authorization: Bearer TOKEN", REALM)
    # How long the comparison takes says nothing of how much of the token is right.
    if not hmac.compare_digest(sent.strip().encode(), token.encode()):
        raise Unauthorised("this is not the token", f'{REALM}, error="invalid_token"')
