"""The search that was answered in place of one with a slip in it, and searches of other words.

Links go on from it, so that what they count is what was shown.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from searchapp.engines.base import Correction, FieldFilter, Replacement
from searchapp.engines.query import And, Node, render
from searchapp.engines.query import parse as parse_query
from searchapp.web.params.search import Search, parse


def answered_search(search: Search, correction: Correction | None) -> Search:
    """The search as it was answered."""
    if correction is None:
        return search
    meant = search
    if correction.query != search.request.query:
        meant = with_text(search, _corrected_text(search.q, correction))
    filters = {f: _filter(f, one, correction) for f, one in meant.request.filters.items()}
    request = replace(
        meant.request, filters=filters, page=search.request.page, after=search.request.after
    )
    return replace(meant, request=request)


def with_text(search: Search, q: str) -> Search:
    """The same search for other words, from its first page on."""
    asked = parse([("q", q)])
    request = replace(
        search.request,
        query=asked.request.query,
        optional=asked.request.optional,
        page=1,
        after=None,
    )
    return replace(search, q=q, request=request, warnings=asked.warnings)


def as_typed(search: Search) -> Search:
    """The same search, searched for as it is spelt."""
    return replace(search, request=replace(search.request, correct=False, page=1, after=None))


def replaced_filters(search: Search, replaced: Sequence[Replacement]) -> list[Replacement]:
    """The replacements of values that are filters, not words of the query."""
    chosen = {(facet, v) for facet, one in search.request.filters.items() for v in one.states()}
    return [one for one in replaced if (one.field, one.typed) in chosen]


def plain_text(node: Node) -> str:
    """A query as people type it: without an AND that goes without saying."""
    if isinstance(node, And):
        text = " ".join(map(render, node.children))
        if parse_query(text).node == node:
            return text
    return render(node)


def _filter(facet: str, chosen: FieldFilter, correction: Correction) -> FieldFilter:
    meant = {r.typed: r.meant for r in correction.replaced if r.field == facet}

    def corrected(values: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(sorted({meant.get(value, value) for value in values}))

    return FieldFilter(corrected(chosen.any), corrected(chosen.all), corrected(chosen.none))


def _corrected_text(q: str, correction: Correction) -> str:
    """The query as it was typed but for its slips, where that says the same."""
    text = q
    for one in correction.replaced:
        is_split = one.field is None and " " in one.meant and " " not in one.typed
        meant = f'"{one.meant}"' if is_split else one.meant
        text = re.sub(rf"(?<!\w){re.escape(one.typed)}(?!\w)", lambda _, m=meant: m, text)  # type: ignore[misc]
    return text if parse_query(text).node == correction.query else plain_text(correction.query)
