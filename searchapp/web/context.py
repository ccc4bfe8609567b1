"""What a request handler needs from the application it runs in.

The engine and the settings come in through `create_app`; nothing here is global.
"""

import threading
from contextlib import ExitStack
from dataclasses import dataclass, field

from flask import current_app, g, request

from searchapp.config import Settings
from searchapp.engines.base import Engine, Searcher
from searchapp.maintenance.archive_status import ArchiveStatus
from searchapp.web.params.search import Search, parse

_EXTENSION = "searchapp"


@dataclass
class AppContext:
    """The engine and settings of one application, with its open searchers.

    A searcher is opened at a thread's first request, after gunicorn has forked, and kept:
    searchers are not shared between threads.
    """

    engine: Engine
    settings: Settings
    kept_status: tuple[object, ArchiveStatus] | None = None
    _open: threading.local = field(default_factory=threading.local)

    def searcher(self) -> Searcher:
        """Return this thread's searcher, opened if need be."""
        if not hasattr(self._open, "searcher"):
            self._open.searcher = self.engine.searcher()
        searcher: Searcher = self._open.searcher
        return searcher


def context() -> AppContext:
    """Return what the application that handles the present request was made with."""
    app_context: AppContext = current_app.extensions[_EXTENSION]
    return app_context


def searcher() -> Searcher:
    """Return the present request's searcher, on one snapshot from first look to last.

    Raises IndexUnavailable.
    """
    if "searcher" not in g:
        g.snapshot = ExitStack()
        g.searcher = g.snapshot.enter_context(context().searcher().pinned())
    pinned: Searcher = g.searcher
    return pinned


def release_searcher(_error: BaseException | None = None) -> None:
    """Give back the present request's snapshot; an export under way keeps it."""
    if "snapshot" in g:
        g.snapshot.close()


def requested_search() -> Search:
    """Read the present request's query string. Raises RequestError."""
    return parse(request.args.items(multi=True))


def absolute_root() -> str:
    """Return the address the application is mounted at, for what is read elsewhere.

    That is `base_url`, else what a trusted proxy says, else a path: a Host that anyone may
    send would get into feeds, and into the caches that keep them.
    """
    settings = context().settings
    if settings.base_url:
        return settings.base_url.rstrip("/")
    forwarded = settings.proxies and "X-Forwarded-Host" in request.headers
    return request.url_root.rstrip("/") if forwarded else root()


def root() -> str:
    """Return the prefix the application is mounted under; empty at the top of a host."""
    return request.script_root
