"""A page that has only something to say: what went wrong and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from searchapp.errors import Problem
from searchapp.web.links import search_url
from searchapp.web.parameters import Search
from searchapp.web.problems import ProblemDetails
from searchapp.web.views.wording import Link

_TITLES = {
    HTTPStatus.BAD_REQUEST: "This address asks for something that cannot be searched",
    HTTPStatus.NOT_FOUND: "Nothing here",
    HTTPStatus.METHOD_NOT_ALLOWED: "That cannot be done here",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Something went wrong",
    HTTPStatus.SERVICE_UNAVAILABLE: "The archive cannot be searched yet",
}


@dataclass(frozen=True)
class MessageView:
    """A heading, what happened in a sentence, each mistake, and a way on."""

    title: str
    lines: tuple[str, ...]
    problems: tuple[Problem, ...]
    command: str
    onward: Link | None


def message_view(details: ProblemDetails, root: str) -> MessageView:
    """Show problem details. A missing index comes with the command that builds it."""
    missing = details.status == HTTPStatus.SERVICE_UNAVAILABLE
    everything = Link("See everything in the archive", search_url(Search(), root))
    return MessageView(
        title=_TITLES.get(details.status, details.status.phrase),
        lines=() if details.errors else (details.detail,),
        problems=details.errors,
        command="searchapp reindex PATH" if missing else "",
        onward=None if missing else everything,
    )
