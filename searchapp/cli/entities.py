"""`searchapp entities`: what people decide about names, made, shown and taken back."""

import difflib
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import date
from json import dumps
from typing import Any

import click

from searchapp.cli import entity_lines
from searchapp.cli.options import opened_engine, with_configuration
from searchapp.cli.progress import reporter_for
from searchapp.config import Configuration, Settings
from searchapp.curation import decisions, editing
from searchapp.curation.decisions import Act, Decision
from searchapp.curation.rules import Key
from searchapp.errors import DecisionError, IndexMissing, ReindexLocked
from searchapp.indexer.curation_changes import apply_curation
from searchapp.ledger.errors import FILE_NAME
from searchapp.maintenance import entity_counts
from searchapp.maintenance.followed_curation import read_followed
from searchapp.maintenance.merge_candidates import suggest as find_suggestions
from searchapp.model import EntityType

_TYPE = click.option(
    "--type",
    "kind",
    type=click.Choice([*map(str, EntityType)]),
    help="Needed when names do not tell.",
)
_NOTE = click.option("--note", default="", help="Why, for whoever reads the file.")


def _decision_options(command: Callable[..., Any]) -> Callable[..., Any]:
    return _TYPE(_NOTE(with_configuration()(command)))


@click.group()
def entities() -> None:
    """Correct people, organisations and places across the whole archive.

    Decisions are kept in entities.toml in the index directory, and change the index
    at once; no page is read again.
    """


@entities.command()
@click.argument("names", nargs=-1, required=True)
@click.option("--into", required=True, help="The name they become.")
@_decision_options
def merge(
    configuration: Configuration, names: tuple[str, ...], into: str, kind: str | None, note: str
) -> None:
    """Show NAMES under one name from now on."""
    _decide(configuration.settings, Act.MERGE, names, kind, to=into, note=note)


@entities.command()
@click.argument("name")
@click.argument("new_name")
@_decision_options
def rename(
    configuration: Configuration, name: str, new_name: str, kind: str | None, note: str
) -> None:
    """Show NAME as NEW_NAME from now on."""
    _decide(configuration.settings, Act.RENAME, (name,), kind, to=new_name, note=note)


@entities.command()
@click.argument("names", nargs=-1, required=True)
@_decision_options
def reject(
    configuration: Configuration, names: tuple[str, ...], kind: str | None, note: str
) -> None:
    """Show NAMES no more: they name nobody and nothing."""
    _decide(configuration.settings, Act.REJECT, names, kind, note=note)


@entities.command()
@click.argument("name")
@click.option(
    "--to", "new", type=click.Choice([*map(str, EntityType)]), required=True, help="What it is."
)
@_decision_options
def retype(configuration: Configuration, name: str, new: str, kind: str | None, note: str) -> None:
    """Show NAME as a person, an organisation or a place."""
    to_type = EntityType(new)
    _decide(configuration.settings, Act.RETYPE, (name,), kind, to_type=to_type, note=note)


@entities.command()
@click.argument("name")
@click.option("--into", required=True, help="The name of the other one.")
@click.option("--written", multiple=True, help="Where the text writes it so; may be repeated.")
@click.option(
    "--documents", multiple=True, help="In documents with this path or id; * stands for any."
)
@_decision_options
def split(  # noqa: PLR0913 - one parameter per option
    configuration: Configuration,
    *,
    name: str,
    into: str,
    written: tuple[str, ...],
    documents: tuple[str, ...],
    kind: str | None,
    note: str,
) -> None:
    """Tell two apart that are both called NAME: some of its mentions get another name."""
    if not written and not documents:
        raise click.UsageError("say where the other one is meant: --written or --documents")
    where: dict[str, Any] = {"written": written, "documents": documents}
    _decide(configuration.settings, Act.SPLIT, (name,), kind, to=into, note=note, **where)


@entities.command()
@click.argument("names", nargs=-1, required=True)
@_decision_options
def apart(
    configuration: Configuration, names: tuple[str, ...], kind: str | None, note: str
) -> None:
    """Keep NAMES apart: they are of different ones, and never proposed to be one again.

    A single NAME is kept apart from the same name of another type.
    """
    _decide(configuration.settings, Act.APART, names, kind, note=note)


@entities.command()
@click.argument("number", type=int, required=False)
@with_configuration()
def undo(configuration: Configuration, number: int | None) -> None:
    """Take back the decision `list` shows as NUMBER, or else the last one."""
    settings = configuration.settings
    removed = editing.remove(settings.index_dir, number)
    _apply(settings, f"taken back: {removed.summary}")


@entities.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line.")
@with_configuration()
def list_(configuration: Configuration, *, as_json: bool) -> None:
    """Show every decision, numbered for `undo`."""
    for number, made in enumerate(decisions.read(configuration.settings.index_dir), start=1):
        if as_json:
            click.echo(
                dumps(
                    {"number": number, **entity_lines.fields(made)}, ensure_ascii=False, default=str
                )
            )
            continue
        day = f" ({made.made})" if made.made else ""
        note = f": {made.note}" if made.note else ""
        click.echo(f"{number}. {made.summary}{day}{note}")


@entities.command()
@click.option("--limit", default=20, help="How many to show.", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line.")
@with_configuration()
def suggest(configuration: Configuration, limit: int, *, as_json: bool) -> None:
    """Propose names that may be one, with evidence and the commands that decide each."""
    searcher = opened_engine(configuration.settings).searcher()
    followed = read_followed(configuration.settings.index_dir)
    for fault in followed.unused:
        click.echo(f"searchapp: {fault}", err=True)
    rules = followed.rules
    for number, found in enumerate(find_suggestions(searcher, limit, rules), start=1):
        if as_json:
            body = {**asdict(found), "decision": entity_lines.fields(found.decision)}
            body |= {"accept": entity_lines.accept(found), "decline": entity_lines.decline(found)}
            click.echo(dumps(body, ensure_ascii=False, default=str))
            continue
        for line in entity_lines.lines(number, found):
            click.echo(line)


def _decide(
    settings: Settings, act: Act, names: tuple[str, ...], given: str | None, **rest: Any
) -> None:
    kind = _type(settings, names, given, but=rest.get("to_type"))
    today = date.today()  # noqa: DTZ011 - the day it is for who decides
    made = editing.add(settings.index_dir, Decision(act, kind, names, made=today, **rest))
    path = settings.index_dir / decisions.FILE_NAME
    _apply(settings, f"{made.summary} ({path}, line {made.line})")


def _apply(settings: Settings, done: str) -> None:
    started = time.monotonic()
    try:
        with reporter_for(sys.stderr) as reporter:
            touched = apply_curation(settings, opened_engine(settings), reporter.indexing)
    except ReindexLocked as error:
        raise ReindexLocked(f"{done}; {error}; the next reindex applies it") from error
    except IndexMissing:
        click.echo(f"{done}; there is no index yet: searchapp reindex PATH applies it")
        return
    seconds = time.monotonic() - started
    click.echo(f"{done}; {touched} documents changed in {seconds:.1f} s")


def _type(
    settings: Settings, names: tuple[str, ...], given: str | None, but: EntityType | None = None
) -> EntityType:
    """The one type all the names have in the index. Raises DecisionError when it is not one."""
    if given:
        return EntityType(given)
    try:
        known = entity_counts.counts(opened_engine(settings).searcher())
    except IndexMissing as error:
        if (settings.index_dir / FILE_NAME).exists():
            raise  # it has to be built again before anything else
        raise DecisionError(f"{error}; or say --type") from error
    fitting = [k for k in EntityType if k is not but and all((k, n) in known for n in names)]
    if len(fitting) == 1:
        return fitting[0]
    for name in names:
        if not any((kind, name) in known for kind in EntityType):
            raise DecisionError(f"no document names {name!r}{_nearest(name, known)}; or say --type")
    raise DecisionError(f"say which with --type: {', '.join(fitting or EntityType)}")


def _nearest(name: str, known: Mapping[Key, int]) -> str:
    near = difflib.get_close_matches(name, {other for _, other in known}, n=3)
    return f"; there is {', '.join(map(repr, near))}" if near else ""
