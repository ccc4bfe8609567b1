"""The status of the archive and of its reindex for readers, who are told nothing of the server.

From `maintenance`, for `routes` and the status page.
"""

from dataclasses import replace
from typing import Annotated

from msgspec import Struct, structs

from searchapp.curation import decisions, watchlist
from searchapp.errors import IndexUnavailable
from searchapp.maintenance.archive_status import ArchiveStatus, collect_status
from searchapp.maintenance.background_reindex import (
    DIED,
    DONE,
    FAILED,
    INDEXING,
    READING,
    STARTING,
    Progress,
)
from searchapp.maintenance.lock_status import live_holder
from searchapp.maintenance.source_names import file_state, ledger_state
from searchapp.maintenance.status_json import FailureGroup, Moment, Natural, Status, about
from searchapp.maintenance.status_json import to_status as encode_status
from searchapp.web import redaction
from searchapp.web.auth import is_owner
from searchapp.web.context import context, searcher

STATES = ["none", STARTING, READING, INDEXING, DONE, FAILED, DIED]


class Done(Struct, frozen=True):
    """How far it is."""

    done: Natural
    total: Annotated[Natural | None, about("null while it is not known")]


class PagesDone(Done, frozen=True):
    """How far reading is."""

    failed: Natural


class Reindex(Struct, frozen=True, kw_only=True):
    """How a reindex goes, or how it ended."""

    state: Annotated[str, about(enum=STATES)]
    running: Annotated[bool, about("a reindex is at work, whoever started it")]
    started_at: Moment | None
    finished_at: Moment | None
    pages: PagesDone
    indexed: Done
    documents: Annotated[Natural | None, about("in the index, once it is done")]
    message: Annotated[str, about("why it failed, or what was dealt with")]


def current_status() -> ArchiveStatus:
    """The status, collected anew when the ledger, the index or the decisions have changed."""
    app, state = context(), _state()
    kept = app.kept_status
    if kept is None or kept[0] != state:
        kept = app.kept_status = (state, collect_status(app.settings, app.searcher()))
    return replace(kept[1], running=live_holder(app.settings.index_dir))


def to_status(status: ArchiveStatus) -> Status:
    """Make the answer of `GET /api/v1/status`; strangers are told no names of sources."""
    app = context()
    shown = encode_status(status, app.settings, app.engine, redaction.current())
    return shown if is_owner(app.settings) else _without_names(shown)


def _without_names(shown: Status) -> Status:
    failed = [FailureGroup(group.reason, group.count, []) for group in shown.failed]
    return structs.replace(shown, failed=failed, failures=[], unlisted=[], captures=[], roots=[])


def to_progress(progress: Progress | None) -> Reindex:
    """Make the answer of `GET /api/v1/reindex`: the run under way, or the last one."""
    settings = context().settings
    other = live_holder(settings.index_dir)
    own = progress or Progress("none", "")
    return Reindex(
        state=own.state,
        running=own.under_way or other is not None,
        started_at=own.started_at or None,
        finished_at=own.finished_at,
        pages=PagesDone(own.pages, own.pages_total, own.pages_failed),
        indexed=Done(own.indexed, own.indexed_total),
        documents=own.documents,
        message=redaction.current().message(own.message) if is_owner(settings) else "",
    )


def _state() -> tuple[object, ...]:
    directory = context().settings.index_dir
    try:
        snapshot = searcher().info().id
    except IndexUnavailable as error:
        snapshot = str(error)
    files = (directory / decisions.FILE_NAME, directory / watchlist.FILE_NAME)
    return (snapshot, ledger_state(directory), *map(file_state, files))
