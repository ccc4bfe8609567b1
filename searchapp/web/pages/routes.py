"""The pages people see: the search and the saved article, as HTML.

The last step of the data's path. A handler asks the searcher, a view says what is
shown, a template in `templates/` writes it with every value escaped.
"""

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from searchapp.engines.explanation import explain
from searchapp.errors import RequestError
from searchapp.web import redaction
from searchapp.web.api import status
from searchapp.web.api.problems import ProblemDetails
from searchapp.web.context import context, requested_search, root, searcher
from searchapp.web.entity_profile import RenamedEntity, find_profile
from searchapp.web.pages.article import article_view
from searchapp.web.pages.entity import entity_view
from searchapp.web.pages.facets import with_page_facets
from searchapp.web.pages.form import bare_form, search_form
from searchapp.web.pages.message import message_view
from searchapp.web.pages.results import search_view
from searchapp.web.pages.status import status_view
from searchapp.web.params.search import Search, parse
from searchapp.web.params.urls import about_url

blueprint = Blueprint("pages", __name__)


@blueprint.get("/")
@blueprint.get("/search")
def search() -> Response:
    """The archive, or what a search leaves of it, with facets."""
    asked = requested_search()
    shown = with_page_facets(asked)
    response = searcher().search(shown.request)
    why = explain(searcher(), shown.request, response) if asked.explain else None
    view = search_view(asked, response, searcher(), root(), why)
    return _page(render_template("search.html", view=view, form=search_form(asked, root())))


@blueprint.get("/documents/<document_id>")
def saved_article(document_id: str) -> Response:
    """A saved article; a query string says which results its reader goes back to."""
    return_to = _return_to()
    document = redaction.redacted_document(document_id)
    view = article_view(document, return_to, root(), context().settings.models)
    form = bare_form(return_to.q, root())
    return _page(render_template("document.html", view=view, form=form))


@blueprint.get("/entities/<kind>/<path:name>", merge_slashes=False)
def entity(kind: str, name: str) -> BaseResponse:
    """A person, an organisation or a place; a query string is the search it may join."""
    return_to = _return_to()
    profile = find_profile(searcher(), kind, name, context().settings.index_dir)
    if isinstance(profile, RenamedEntity):
        return redirect(about_url(profile.type, profile.name, return_to, root()))
    view = entity_view(profile, return_to, root())
    return _page(render_template("entity.html", view=view, form=bare_form(return_to.q, root())))


@blueprint.get("/status")
def archive_status() -> Response:
    """What is in the archive, what failed and why, whether ledger and index agree."""
    current = status.current_status()
    view = status_view(current, status.to_status(current), root())
    return _page(render_template("status.html", view=view, form=bare_form("", root())))


def error_page(details: ProblemDetails) -> str:
    """Write problem details as a page on which one can search on."""
    form = bare_form(request.args.get("q", ""), root())
    return render_template("message.html", view=message_view(details, root()), form=form)


def _return_to() -> Search:
    """Read the search the reader goes back to; an address that has none is no mistake."""
    try:
        return parse(request.args.items(multi=True))
    except RequestError:
        return Search()


def _page(html: str) -> Response:
    # A page from the archive may hold half a surrogate pair, which UTF-8 cannot.
    response = Response(html.encode("utf-8", "replace"), mimetype="text/html")
    response.headers["Cache-Control"] = "no-cache"
    return response
