"""A page that has only something to say: what went wrong and what to do about it."""

from dataclasses import dataclass
from http import HTTPStatus

from searchapp.errors import Problem
from searchapp.web.api.problems import ProblemDetails
from searchapp.web.pages.wording import Link
from searchapp.web.params.search import Search
from searchapp.web.params.urls import entity_url, search_url

_TITLES = {
    HTTPStatus.BAD_REQUEST: "This address asks for something that cannot be searched",
    HTTPStatus.NOT_FOUND: "Nothing here",
    HTTPStatus.METHOD_NOT_ALLOWED: "That cannot be done here",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Something went wrong",
    HTTPStatus.SERVICE_UNAVAILABLE: "The archive cannot be searched yet",
}


@dataclass(frozen=True)
class Part:
    """A run of a message; `code` is what it puts between backquotes, to be typed."""

    text: str
    code: bool


@dataclass(frozen=True)
class MessageView:
    """A heading, what happened in a sentence or as a list of mistakes, and a way on."""

    title: str
    sentence: tuple[Part, ...]
    problems: tuple[Problem, ...]
    nearest: tuple[Link, ...]
    onward: Link | None


def message_view(details: ProblemDetails, root: str) -> MessageView:
    """Show problem details; without an index the way on is to what is wrong with it."""
    missing = details.status == HTTPStatus.SERVICE_UNAVAILABLE
    everything = Link("See everything in the archive", search_url(Search(), root))
    return MessageView(
        title=_TITLES.get(details.status, details.status.phrase),
        sentence=() if details.errors else parts(details.detail),
        problems=details.errors,
        nearest=tuple(Link(name, entity_url(kind, name, root)) for kind, name in details.nearest),
        onward=Link("Status of the archive", f"{root}/status") if missing else everything,
    )


def parts(text: str) -> tuple[Part, ...]:
    """A message with what it puts between backquotes told apart."""
    said = text[:1].upper() + text[1:]
    pieces = enumerate(said.split("`"))
    return tuple(Part(piece, code=place % 2 == 1) for place, piece in pieces if piece)
