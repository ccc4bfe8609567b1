"""Under which names an archive without a token is served: a guard against DNS rebinding.

A web page whose name is made to lead to 127.0.0.1 can have a browser on this machine ask for
anything here, as if it came from this server. What it cannot choose is the `Host` that the
browser sends: the page's own name.
"""

from urllib.parse import urlsplit

from flask import request

from searchapp.config import Settings, is_loopback
from searchapp.errors import SearchappError
from searchapp.web.auth import OPEN
from searchapp.web.context import context


class Misdirected(SearchappError):
    """A request under a name that this server does not answer to."""


def is_exposed(settings: Settings) -> bool:
    """Whether being able to reach the server is all that it takes to read."""
    return is_loopback(settings.host) and not settings.access_token and not settings.proxies


def refuse_other_names() -> None:
    """Let the present request pass if it came by a name of this machine. Raises Misdirected."""
    host = request.headers.get("Host")  # every browser sends it
    if host is None or request.endpoint in OPEN or _is_known(host, context().settings):
        return
    raise Misdirected(
        f"this archive is not served as {host!r:.100}, only as localhost: set base_url "
        "(SEARCHAPP_BASE_URL) to the address that readers use, or proxies behind a proxy, or an "
        "access_token, or start serve with --insecure"
    )


def _is_known(host: str, settings: Settings) -> bool:
    name = _name_of(f"//{host}")
    own = {settings.host.lower(), _name_of(settings.base_url)}
    return bool(name) and (is_loopback(name) or name.endswith(".localhost") or name in own)


def _name_of(address: str) -> str:
    """The host of an address, in lower case and without its port; "" when there is none."""
    try:
        return (urlsplit(address).hostname or "").rstrip(".")
    except ValueError:
        return ""
