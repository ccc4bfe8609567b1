"""The web application: routes of `pages` and `api` over one engine.

`pages` gives a blueprint, and `error_page(ProblemDetails) -> str` for the errors of
every address that is not the API's.
"""

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix

from searchapp.config import Settings
from searchapp.document_json import encode
from searchapp.engines.base import Engine
from searchapp.errors import Problem, RequestError, SearchappError
from searchapp.web import redaction
from searchapp.web.api import problems, routes
from searchapp.web.auth import require_access
from searchapp.web.context import AppContext, release_searcher
from searchapp.web.hosts import is_exposed, refuse_other_names
from searchapp.web.pages import routes as pages
from searchapp.web.params.raw import LONGEST_NAME

# Of the path and the query string, percent-encoded: below what `serve` takes of a request line,
# so that the answer can name the parameter that is too long.
LONGEST_ADDRESS = 8_000
HEADERS = {
    # A saved page is hostile: nothing that gets through escaping may run or load.
    "Content-Security-Policy": (
        "default-src 'self'; object-src 'none'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    # What people search for stays here when they follow a link to the original.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def create_app(
    engine: Engine, settings: Settings, prefix: str = "", *, any_host: bool = False
) -> Flask:
    """Make the application; the index may be missing, then searches answer 503.

    `prefix` is the path it is mounted under, where a proxy passes the whole path on.
    With `any_host` it answers to every name, also where whoever reaches it may read.
    """
    app = Flask("searchapp.web", template_folder=str(_template_directory()))
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    app.extensions["searchapp"] = AppContext(engine, settings)
    engine.prepare()
    app.before_request(_refuse_long_address)
    app.register_blueprint(routes.blueprint)
    app.register_blueprint(pages.blueprint)
    app.register_error_handler(HTTPException, _answer_error)
    app.register_error_handler(SearchappError, _answer_error)
    if is_exposed(settings) and not any_host:
        app.before_request(refuse_other_names)
    app.before_request(require_access)
    app.after_request(_protect)
    app.teardown_appcontext(release_searcher)
    if settings.proxies:
        number = settings.proxies
        behind = ProxyFix(app.wsgi_app, number, number, number, x_prefix=number)
        app.wsgi_app = behind  # type: ignore[method-assign]
    if mounted_at := prefix.strip("/"):
        inside: dict[str, Any] = {f"/{mounted_at}": app.wsgi_app}
        app.wsgi_app = DispatcherMiddleware(NotFound(), inside)  # type: ignore[method-assign]
    return app


def _template_directory() -> Path:
    package = Path(__file__).parents[1]
    packaged = package / "templates"
    return packaged if packaged.is_dir() else package.parent / "templates"


def _refuse_long_address() -> None:
    """Before anything is read out of it. Raises RequestError."""
    if len(request.path) + len(request.query_string) <= LONGEST_ADDRESS:
        return
    sizes: Counter[str] = Counter()
    for name, value in request.args.items(multi=True):
        sizes[name[:LONGEST_NAME]] += len(value)
    words = f"makes the address longer than {LONGEST_ADDRESS:,} bytes; ask for less"
    raise RequestError(tuple(Problem(name, words) for name, _ in sizes.most_common(1)))


def _answer_error(error: Exception) -> Response:
    details = problems.details(error)
    details = replace(details, detail=redaction.current().message(details.detail))
    if routes.owns(request.path) or _is_program_at_similar():
        body, media_type = encode(details.to_problem()), problems.MEDIA_TYPE
    else:
        body, media_type = pages.error_page(details).encode("utf-8", "replace"), "text/html"
    response = Response(body, status=details.status, headers=dict(details.headers))
    response.mimetype = media_type
    response.headers["Cache-Control"] = "no-store"
    return response


def _is_program_at_similar() -> bool:
    """The one address of the API that people follow, too: their browsers ask for HTML by name."""
    offered = [problems.MEDIA_TYPE, "text/html"]
    best = request.accept_mimetypes.best_match(offered, default=problems.MEDIA_TYPE)
    return request.endpoint == "api.similar" and best == problems.MEDIA_TYPE


def _protect(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response
