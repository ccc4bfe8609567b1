"""What a run did, or would do, for people and for programs: the lines of `reindex`."""

import dataclasses
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from searchapp.indexer.events import Summary
from searchapp.indexer.plan import Plan
from searchapp.ledger.rows import Failure
from searchapp.ledger.worklist import Why
from searchapp.recognition.registry import READ_BY_MODEL
from searchapp.sources.listing import Listing, printable

SHOWN_FAILURES = 20
SHOWN_LINKS = 5
LONG_TEXTS = (
    f"names are looked for in the first {READ_BY_MODEL:,} characters of one, and behind them only "
    "those found there and those of watchlist.csv"
)
_VERBS = {
    Why.ADDED: "add",
    Why.CHANGED: "update",
    Why.OUTDATED: "update",
    Why.RETRIED: "retry",
}


def lines(summary: Summary, index_dir: Path) -> Iterable[str]:
    """The account of a run, for people."""
    rate = f" ({summary.read / summary.seconds:.1f} pages/s)" if summary.read else ""
    others = {
        "moved": summary.moved,
        "copied": summary.copied,
        "with names anew": summary.recognised,
    }
    more = "".join(f"{count} {what}, " for what, count in others.items() if count)
    yield (
        f"{summary.documents} documents in {index_dir}: {summary.read} read, {more}"
        f"{summary.unchanged} unchanged, {summary.removed} removed, "
        f"{len(summary.failures)} failed; {summary.seconds:.1f} s{rate}"
    )
    if summary.rebuilt:
        yield "the index was built anew"
    if summary.skipped:
        kinds = ", ".join(f"{suffix or 'no suffix'} {n}" for suffix, n in summary.skipped.items())
        yield f"skipped {sum(summary.skipped.values())} files of other kinds ({kinds})"
    if summary.no_pages:
        kinds = ", ".join(f"{kind} {n}" for kind, n in summary.no_pages.items())
        yield f"skipped {sum(summary.no_pages.values())} records that are no pages ({kinds})"
    if summary.long:
        yield f"long texts read: {summary.long}; {LONG_TEXTS}"
    if summary.vectors or summary.without_vector:
        later = f"; {summary.without_vector} wait for the next runs"
        yield (
            f"{summary.vectors} documents got a vector of meaning"
            f"{later if summary.without_vector else ''}"
        )
    if summary.links_out.count:
        yield f"links out   {links_line(summary.links_out.count, summary.links_out.paths)}"
    for problem in summary.unlisted:
        yield f"not listed: {problem.message}"
    yield from _failures(summary.failures)


def links_line(count: int, paths: Sequence[str]) -> str:
    """The links that lead out of the archive: how many, and the first."""
    more = f" and {count - SHOWN_LINKS} more" if count > SHOWN_LINKS else ""
    return (
        f"{count} that lead out of the paths given are not followed (setting follow_links): "
        f"{', '.join(paths[:SHOWN_LINKS])}{more}"
    )


def _failures(failures: tuple[Failure, ...]) -> Iterable[str]:
    for failure in failures[:SHOWN_FAILURES]:
        yield f"failed: {printable(failure.path)}: {failure.message} [{failure.fault}]"
    if len(failures) > SHOWN_FAILURES:
        yield f"... and {len(failures) - SHOWN_FAILURES} more: searchapp status"


def did_something(summary: Summary) -> bool:
    """Whether a run found anything to do."""
    done = (summary.read, summary.moved, summary.removed, summary.indexed, summary.vectors)
    return any(done)


def facts(summary: Summary) -> dict[str, Any]:
    """The account of a run as JSON values; docs/commands.md has the fields."""
    return {
        **dataclasses.asdict(summary),
        "seconds": round(summary.seconds, 3),
        "failures": [
            {"path": printable(f.path), "fault": f.fault, "message": f.message}
            for f in summary.failures
        ],
        "unlisted": [{"path": printable(p.path), "message": p.message} for p in summary.unlisted],
    }


def plan_facts(plan: Plan) -> dict[str, int]:
    """What a run has to do, in numbers: files by reason, but for `unchanged` and `recognise`."""
    return {
        **{why: plan.reads.get(why, 0) for why in _VERBS},
        "moved": plan.moved,
        "removed": plan.removed,
        "recognise": plan.recognise,
        "unchanged": plan.unchanged,
        "behind": plan.behind,
        "bytes": plan.bytes,
    }


def plan_shower(*, as_json: bool) -> Callable[[Plan, Listing], None]:
    """Prints a plan file by file, and its numbers last."""

    def show(plan: Plan, listing: Listing) -> None:
        if as_json:
            for change in _changes(plan):
                click.echo(json.dumps({"event": "would", **change}, ensure_ascii=False))
            click.echo(json.dumps({"event": "planned", **plan_facts(plan)}))
            return
        for change in _changes(plan):
            old = f"{change['from']} -> " if "from" in change else ""
            why = f" ({change['why']})" if "why" in change else ""
            click.echo(f"{change['do']:<9}  {old}{change['path']}{why}")
        for problem in listing.problems:
            click.echo(f"not listed: {problem.message}")
        click.echo(_plan_line(plan))

    return show


def _changes(plan: Plan) -> Iterator[dict[str, str]]:
    for source, why in plan.to_read():
        reason = {} if why is Why.ADDED else {"why": str(why)}
        yield {"do": _VERBS[why], "path": printable(source.path), **reason}
    for move in plan.moves():
        yield {"do": "move", "from": printable(move.old), "path": printable(move.new.path)}
    for path in plan.gone():
        yield {"do": "delete", "path": printable(path)}
    for path in plan.stale_entities():
        yield {"do": "recognise", "path": printable(path)}


def _plan_line(plan: Plan) -> str:
    numbers = plan_facts(plan)
    updated = numbers["changed"] + numbers["outdated"]
    parts = [
        f"{numbers['added']} files to add",
        f"{updated} to update",
        f"{numbers['retried']} to try again",
        f"{plan.moved} to move",
        f"{plan.removed} to delete",
        f"{plan.recognise} pages to look for names in again",
        f"{plan.unchanged - plan.recognise} pages unchanged",
    ]
    if plan.behind:
        parts.append(
            f"{plan.behind} documents to index again, as decided about names since or left by "
            "a run that was cut short"
        )
    return f"{', '.join(parts)}; nothing was written"
