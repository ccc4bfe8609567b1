"""`searchapp serve`: the search page and the JSON endpoint, by gunicorn."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from searchapp.cli.options import loader, with_configuration
from searchapp.config import Configuration, Settings, is_loopback
from searchapp.engines import open_engine
from searchapp.errors import SearchappError
from searchapp.files import require_output
from searchapp.meaning.model import locate

if TYPE_CHECKING:
    from flask import Flask

GRACEFUL_SECONDS = 30
NO_LOG = "off"
PREFIX = "SCRIPT_NAME"
ADDRESS = ("host", "port")
IN_MEMORY = "/dev/shm"  # noqa: S108 - gunicorn makes a file of its own in it
# Else gunicorn opens one in the home directory of whoever starts it.
NO_CONTROL_SOCKET = "control_socket_disable"


@click.command()
@click.option("--host", help="Address to listen on (setting host).")
@click.option("--port", type=int, help="Port to listen on (setting port).")
@click.option("--workers", type=int, help="Worker processes (setting workers).")
@click.option("--debug", is_flag=True, help="Flask's own server, which reloads changed code.")
@click.option("--access-log", help="File for a line per request, - for stdout, off for none.")
@click.option(
    "--insecure", is_flag=True, help="Let everyone who reaches the address read, by any name."
)
@with_configuration("host", "port", "workers", "access_log")
def serve(configuration: Configuration, *, debug: bool, insecure: bool) -> None:
    """Serve the search page and the JSON endpoint.

    SIGHUP reads the settings again and replaces the workers one by one, SIGTERM stops
    after the answers at hand.
    """
    settings = configuration.settings
    _refuse_odd_log(settings.access_log)
    if not insecure:
        _refuse_strangers(settings, debug=debug)
    if debug:
        _app(settings, insecure=insecure).run(
            settings.host, settings.port, debug=True, threaded=False
        )
        return
    _refuse_taken_port(settings)
    click.echo(f"searchapp serves {settings.index_dir.absolute()} at {_address(settings)}")
    _gunicorn(settings, loader(), insecure=insecure)


def _app(settings: Settings, prefix: str = "", *, insecure: bool) -> Flask:
    from searchapp.web.app import create_app  # noqa: PLC0415 - other commands start without Flask

    if settings.meaning:
        locate()
    return create_app(open_engine(settings), settings, prefix, any_host=insecure)


def _refuse_strangers(settings: Settings, *, debug: bool = False) -> None:
    """Raises SearchappError where others than this machine's users could read, or run code."""
    if is_loopback(settings.host) or (not debug and (settings.access_token or settings.proxies)):
        return
    what = "--debug lets whoever reaches it run code" if debug else "whoever reaches it may read"
    raise SearchappError(
        f"{settings.host or 'an empty host'} is reached from other machines, and {what}: set "
        "access_token (SEARCHAPP_ACCESS_TOKEN), or proxies where a reverse proxy asks for "
        "passwords, listen on 127.0.0.1, or say --insecure"
    )


def _gunicorn(
    settings: Settings, load: Callable[[], Configuration], *, insecure: bool = False
) -> None:
    from gunicorn.app.base import BaseApplication  # noqa: PLC0415 - as above

    # Gunicorn would fail on every request that is not under it.
    prefix = os.environ.pop(PREFIX, "")

    class Server(BaseApplication):
        """Gunicorn, configured by our settings instead of its own command line."""

        served, reloaded = settings, ""

        def load_config(self) -> None:
            for key, value in _options(self.served).items():
                self.cfg.set(key, value)
            self.cfg.set("on_reload", lambda server: server.log.info(self.reloaded))
            if NO_CONTROL_SOCKET in self.cfg.settings:  # as of gunicorn 25
                self.cfg.set(NO_CONTROL_SOCKET, value=True)

        def load(self) -> Any:
            return _app(self.served, prefix, insecure=insecure)

        def reload(self) -> None:
            """Told of SIGHUP, before the workers are replaced."""
            self.served, self.reloaded = _reload_settings(self.served, load, insecure=insecure)
            self.callable = None  # so that the application is made anew
            super().reload()

    Server().run()


def _reload_settings(
    before: Settings, load: Callable[[], Configuration], *, insecure: bool
) -> tuple[Settings, str]:
    """The settings as they are now, but for the address; what to say of them."""
    kept = {name: getattr(before, name) for name in ADDRESS}
    try:
        now = load().settings
        if now.meaning:
            locate()
        if not insecure:
            _refuse_strangers(replace(now, **kept))
    except SearchappError as error:
        return before, f"Settings stay as they were: {error}"
    changed = [f.name for f in fields(now) if getattr(now, f.name) != getattr(before, f.name)]
    message = f"Settings read again; changed: {', '.join(changed) or 'none'}"
    if not kept.keys().isdisjoint(changed):
        message += "; host and port are those of the start until a restart"
    return replace(now, **kept), f"{message}. Code and environment variables need a restart"


def _options(settings: Settings) -> dict[str, Any]:
    """Gunicorn's settings: of no header does it believe anything (`web.app` does, if told to)."""
    from searchapp.cli import gunicorn_worker  # noqa: PLC0415 - as above

    return {
        "bind": f"{_bracket(settings.host)}:{settings.port}",
        "workers": settings.workers,
        "preload_app": True,
        "graceful_timeout": GRACEFUL_SECONDS,
        "timeout": settings.request_seconds,
        # A sign of life that had to wait for the disk would come too late during a reindex.
        "worker_tmp_dir": IN_MEMORY if os.access(IN_MEMORY, os.W_OK) else None,
        "worker_class": gunicorn_worker.BufferingWorker,
        "logger_class": gunicorn_worker.BoundedLogger,
        "sendfile": False,  # past the buffers
        "limit_request_line": gunicorn_worker.MAX_LINE,
        "forwarded_allow_ips": "",
        "forwarder_headers": "",
        "secure_scheme_headers": {},
        "accesslog": None if settings.access_log == NO_LOG else settings.access_log,
        "proc_name": "searchapp",
    }


def _refuse_odd_log(access_log: str) -> None:
    """Raises SearchappError where the log would go to a device, pipe or folder."""
    if access_log not in {"-", NO_LOG}:
        advice = "access_log is a file, - for standard output, or off"
        require_output(Path(access_log), advice)


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
    return f"http://{_bracket(settings.host)}:{settings.port}"


def _bracket(host: str) -> str:
    return f"[{host}]" if ":" in host else host
