"""Decisions and proposals of `searchapp entities` as lines and as JSON values."""

import shlex
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from typing import Any

import click

from searchapp.curation.decisions import Act, Decision
from searchapp.maintenance.merge_candidates import Suggestion


def fields(made: Decision) -> dict[str, Any]:
    """A decision as JSON values, what is empty left out."""
    return {key: value for key, value in asdict(made).items() if value}


def lines(number: int, found: Suggestion) -> Iterator[str]:
    """A proposal in lines: the names, what speaks for it, the commands that decide it."""
    made = found.decision
    own, others = found.documents
    target = made.to or f"{made.to_type} {made.names[0]}"
    name = click.style(made.names[0], bold=True)
    yield f"{number}. {made.type} {name} ({own}) -> {click.style(target, bold=True)} ({others})"
    yield f"   {found.reason}; {found.together} documents name both"
    if found.shared:
        yield f"   both with {', '.join(found.shared)}"
    for command in (accept(found), decline(found)):
        yield click.style(f"   {command}", dim=True)


def accept(found: Suggestion) -> str:
    """The command that makes the decision."""
    made = found.decision
    target: Mapping[Act, Callable[[], list[str]]] = {
        Act.MERGE: lambda: ["--into", made.to],
        Act.RETYPE: lambda: ["--to", str(made.to_type)],
    }
    return shlex.join(
        ["searchapp", "entities", made.act, *made.names, *target[made.act](), "--type", made.type]
    )


def decline(found: Suggestion) -> str:
    """The command that keeps the names apart."""
    made = found.decision
    names = [*made.names, *([made.to] if made.to else [])]
    return shlex.join(["searchapp", "entities", "apart", *names, "--type", made.type])
