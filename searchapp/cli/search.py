"""`searchapp search`: the same search as the page, in a terminal.

Every parameter of the endpoint is an option of the same name, so that what is
learnt in one place holds in the other; `--json` prints exactly what it answers.
"""

import textwrap
import time
from collections.abc import Callable, Iterator
from typing import Any

import click

from searchapp.cli.options import opened_engine, with_configuration
from searchapp.config import Configuration
from searchapp.document_json import encode
from searchapp.engines.base import Facet, Hit, SearchResponse, Snippet
from searchapp.engines.explanation import Explanation, explain
from searchapp.model import Confidence, PublicationDate
from searchapp.web.api.answer import to_answer
from searchapp.web.pages.correction import correction_text
from searchapp.web.pages.explanation import explanation_view, hit_reasons
from searchapp.web.pages.hits import headline
from searchapp.web.pages.missing_words import missing_text
from searchapp.web.params.search import FILTERS, FINDING, SINGLE, Search, parse

ABOUT = {
    "from": "First day: YYYY, YYYY-MM or YYYY-MM-DD.",
    "to": "Last day, included.",
    "undated": "`only` documents without a date, or `include` them beside dated ones.",
    "uncertain": "`include` counts dates of low confidence.",
    "sort": "relevance, -date (newest first) or date.",
    "page": "Page of results, from 1.",
    "cursor": "Go on behind a page: the cursor of links.next in --json.",
    "size": "Results on a page, 1 to 100.",
    "facets": "Facets and how many values: person:10,date:month.",
    "match": "`all`: no word but a stop word may be missing, even where few have all.",
    "spelling": "`typed` searches for a slip as it is typed.",
    "strict": "`1` makes a query that is not understood an error.",
    "explain": "`1` says how the query was understood, and why each hit is one.",
}


def _parameters(command: Callable[..., Any]) -> Callable[..., Any]:
    for name in reversed(FINDING.values()):
        command = click.option(f"--{name}", _key(name), multiple=True)(command)
    for name in reversed(FILTERS):
        help_text = f"Filter by {name}; may be repeated." if "." not in name else None
        option = click.option(f"--{name}", _key(name), multiple=True, help=help_text)
        command = option(command)
    for name in reversed(SINGLE):
        if name != "q":
            # Taken as often as given, so that a second one is refused and not followed.
            option = click.option(f"--{name}", _key(name), multiple=True, help=ABOUT[name])
            command = option(command)
    return command


def _key(name: str) -> str:
    return "p_" + name.replace(".", "_")


@click.command()
@click.argument("query", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Exactly what GET /api/v1/search answers.")
@_parameters
@with_configuration()
def search(
    configuration: Configuration, query: tuple[str, ...], *, as_json: bool, **given: Any
) -> None:
    """Search for QUERY: words, "a phrase", OR, -word, person:"Full Name", date:2020-10.

    Put -- before a query that begins with a minus. For each filter --person there
    are --person.all (must have it too) and --person.not (must not have it);
    --person.find lists the persons with words that begin so.
    """
    asked = parse(_pairs(" ".join(query), given))
    started = time.perf_counter()
    with opened_engine(configuration.settings).searcher().pinned() as searcher:
        response = searcher.search(asked.request)
        why = explain(searcher, asked.request, response) if asked.explain else None
    took_ms = (time.perf_counter() - started) * 1000
    if as_json:
        click.echo(encode(to_answer(asked, response, took_ms, explanation=why)))
        return
    for line in (*_explanation(why), *_page(asked, response, why)):
        click.echo(line)


def _pairs(query: str, given: dict[str, Any]) -> list[tuple[str, str]]:
    pairs = [("q", query)] if query else []
    options = (name for name in (*SINGLE, *FILTERS, *FINDING.values()) if name != "q")
    return pairs + [(name, value) for name in options for value in given[_key(name)]]


def _explanation(why: Explanation | None) -> Iterator[str]:
    view = explanation_view(why) if why else None
    for clause in view.clauses if view else ():
        found = f"{clause.documents} in the archive, {clause.hits} within the filters"
        yield f"{click.style(clause.text, bold=True)}: {clause.forms}; {found}"
    if view:
        yield from filter(None, (*view.effects, view.nothing))


def _page(asked: Search, response: SearchResponse, why: Explanation | None) -> Iterator[str]:
    for warning in (*(w.message for w in asked.warnings), *response.notices):
        yield click.style(f"note: {warning}", fg="yellow")
    if corrected := correction_text(asked, response):
        yield click.style(f"note: {corrected} (--spelling typed searches as typed)", fg="yellow")
    if text := missing_text(response):
        yield click.style(f"note: {text} (--match all leaves these out)", fg="yellow")
    first = (asked.request.page - 1) * asked.request.size + 1
    last = first + len(response.hits) - 1
    yield f"{first}-{last} of {response.total}" if response.hits else f"0 of {response.total}"
    if response.suggestion:
        yield f"did you mean: {response.suggestion}"
    for number, hit in enumerate(response.hits, start=first):
        yield from _hit(number, hit)
        if reasons := hit_reasons(why.hits[hit.document.id]) if why else "":
            yield click.style(f"   here for {reasons}", dim=True)
    for number, hit in enumerate(response.by_meaning):
        yield from () if number else ("", click.style("not in these words:", bold=True))
        yield f"   {headline(hit.document)}  {_date(hit.document.article.published)}"
    yield ""
    for facet in response.facets:
        if facet.values:
            yield _facet(facet)


def _hit(number: int, hit: Hit) -> Iterator[str]:
    article = hit.document.article
    yield ""
    yield f"{number}. {_highlight(hit.title)}"
    date = _date(article.published)
    where = article.url or hit.document.path
    yield click.style(f"   {date}  {article.site or ''}  {where}".rstrip(), dim=True)
    if hit.missing:
        yield click.style(f"   without {', '.join(hit.missing)}", dim=True)
    for snippet in hit.snippets:
        yield textwrap.indent(_highlight(snippet), "   ")


def _date(published: PublicationDate | None) -> str:
    if published is None:
        return "undated"
    return published.iso + (" (uncertain)" if published.confidence == Confidence.LOW else "")


def _highlight(snippet: Snippet) -> str:
    """The snippet with its ranges in bold; click drops the bold in a pipe."""
    parts, end = [], 0
    for start, stop in snippet.ranges:
        parts += [snippet.text[end:start], click.style(snippet.text[start:stop], bold=True)]
        end = stop
    return "".join([*parts, snippet.text[end:]])


def _facet(facet: Facet) -> str:
    values = ", ".join(f"{value.value} ({value.count})" for value in facet.values)
    return f"{click.style(facet.field, bold=True)}: {values}"
