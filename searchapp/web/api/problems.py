"""From an error to what HTTP says about it: the one table of types and statuses.

`api` and the feeds answer with it as `application/problem+json` (RFC 9457); `pages`
shows the same words in HTML.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from werkzeug.exceptions import HTTPException

from searchapp.errors import (
    DocumentNotFound,
    EntityNotFound,
    IndexUnavailable,
    Problem,
    ReindexLocked,
    RequestError,
    SearchappError,
)
from searchapp.maintenance.background_reindex import NothingToIndex
from searchapp.web.api import schemas
from searchapp.web.api.answer import to_mistake
from searchapp.web.auth import Forbidden, Unauthorised
from searchapp.web.hosts import Misdirected

MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = 30

STATUS: dict[type[SearchappError], HTTPStatus] = {
    RequestError: HTTPStatus.BAD_REQUEST,
    DocumentNotFound: HTTPStatus.NOT_FOUND,
    EntityNotFound: HTTPStatus.NOT_FOUND,
    IndexUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    Unauthorised: HTTPStatus.UNAUTHORIZED,
    Forbidden: HTTPStatus.FORBIDDEN,
    Misdirected: HTTPStatus.MISDIRECTED_REQUEST,
    ReindexLocked: HTTPStatus.CONFLICT,
    NothingToIndex: HTTPStatus.CONFLICT,
}
_WORDS = {
    HTTPStatus.NOT_FOUND: "There is nothing at this address.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "The server failed; its log says why.",
}


@dataclass(frozen=True)
class ProblemDetails:
    """What RFC 9457 calls problem details, and the headers and the ways on that go with them."""

    status: HTTPStatus
    detail: str
    errors: tuple[Problem, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    nearest: tuple[tuple[str, str], ...] = ()

    def to_problem(self) -> schemas.Problem:
        """Make the answer; `errors` has one entry per mistake."""
        mistakes = [to_mistake(problem) for problem in self.errors]
        return schemas.Problem(
            "about:blank", self.status.phrase, self.status.value, self.detail, mistakes
        )


def details(error: Exception) -> ProblemDetails:
    """Problem details of any error; one nobody foresaw says nothing of the inside."""
    for kind, known in STATUS.items():
        if isinstance(error, kind):
            errors = error.problems if isinstance(error, RequestError) else ()
            headers = _retry(known) | _challenge(error)
            return ProblemDetails(known, str(error), errors, headers, _nearest(error))
    if isinstance(error, HTTPException) and error.code:
        status = HTTPStatus(error.code)
        allow = _allow_header(error)
        words = _WORDS.get(status, error.description or status.phrase)
        if status == HTTPStatus.METHOD_NOT_ALLOWED and allow:
            methods = sorted(method.strip() for method in allow["Allow"].split(","))
            words = f"Only {' and '.join(methods)} are answered here."
        return ProblemDetails(status, words, headers=allow)
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    return ProblemDetails(status, _WORDS[status])


def _nearest(error: Exception) -> tuple[tuple[str, str], ...]:
    """The entities an unknown one may have been meant as, by kind and name."""
    if not isinstance(error, EntityNotFound):
        return ()
    return tuple((error.kind, name) for name in error.nearest)


def _retry(status: HTTPStatus) -> dict[str, str]:
    unavailable = status == HTTPStatus.SERVICE_UNAVAILABLE
    return {"Retry-After": str(RETRY_SECONDS)} if unavailable else {}


def _challenge(error: Exception) -> dict[str, str]:
    """How to send what is missing (RFC 9110, section 11.6.1)."""
    return {"WWW-Authenticate": error.challenge} if isinstance(error, Unauthorised) else {}


def _allow_header(error: HTTPException) -> dict[str, str]:
    return {name: value for name, value in error.get_headers() if name == "Allow"}
