"""`searchapp serve`: the search page and the JSON endpoint, by gunicorn."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any

import click

from searchapp.cli.configured import configured
from searchapp.config import Configuration, Settings
from searchapp.engines import open_engine
from searchapp.errors import SearchappError

if TYPE_CHECKING:
    from flask import Flask

GRACEFUL_SECONDS = 30
# An export of a whole archive is one long answer; gunicorn ends a worker that is silent longer.
ANSWER_SECONDS = 600


@click.command()
@click.option("--host", help="Address to listen on (setting host).")
@click.option("--port", type=int, help="Port to listen on (setting port).")
@click.option("--workers", type=int, help="Worker processes (setting workers).")
@click.option("--debug", is_flag=True, help="Flask's own server, which reloads changed code.")
@configured("host", "port", "workers")
def serve(configuration: Configuration, *, debug: bool) -> None:
    """Serve the search page and the JSON endpoint."""
    settings = configuration.settings
    if debug:
        _app(settings).run(settings.host, settings.port, debug=True, threaded=False)
        return
    _refuse_taken_port(settings)
    click.echo(f"searchapp serves {settings.index_dir.absolute()} at {_address(settings)}")
    _gunicorn(settings)


def _app(settings: Settings) -> Flask:
    from searchapp.web.app import create_app  # noqa: PLC0415 - other commands start without Flask

    return create_app(open_engine(settings), settings)


def _gunicorn(settings: Settings) -> None:
    from gunicorn.app.base import BaseApplication  # noqa: PLC0415 - as above

    class Server(BaseApplication):
        """Gunicorn, configured by our settings instead of its own command line."""

        def load_config(self) -> None:
            for key, value in _options(settings).items():
                self.cfg.set(key, value)

        def load(self) -> Any:
            return _app(settings)

    Server().run()


def _options(settings: Settings) -> dict[str, Any]:
    """Sync workers: a searcher belongs to one thread."""
    return {
        "bind": f"{_bracketed(settings.host)}:{settings.port}",
        "workers": settings.workers,
        "preload_app": True,
        "graceful_timeout": GRACEFUL_SECONDS,
        "timeout": ANSWER_SECONDS,
        "limit_request_line": 0,  # how long a query may be is the search contract's to say
        "accesslog": "-",
        "proc_name": "searchapp",
    }


def _refuse_taken_port(settings: Settings) -> None:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise SearchappError(
                f"cannot listen on {settings.host} port {settings.port}: {error.strerror}; "
                "choose another with --port"
            ) from error


def _address(settings: Settings) -> str:
    return f"http://{_bracketed(settings.host)}:{settings.port}"


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
