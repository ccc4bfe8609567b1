"""The filters in use, each with the search that is left without it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from searchapp.engines.base import FieldFilter, Undated
from searchapp.model import EntityType
from searchapp.web.pages import wording
from searchapp.web.params import refine
from searchapp.web.params.search import Search
from searchapp.web.params.urls import about_url, search_url


@dataclass(frozen=True)
class ActiveFilter:
    """One filter in use; `without` is the search that forgets it, `facet` its facet."""

    name: str
    value: str
    without: Search
    negative: bool = False
    facet: str = ""


@dataclass(frozen=True)
class Chip:
    """One filter in use, as a link that removes it; `about` is the page of an entity."""

    name: str
    value: str
    href: str
    negative: bool
    about: str


def active_filters(search: Search) -> tuple[ActiveFilter, ...]:
    """List the filters in use, in the order of the facets on the page."""
    by_facet = {
        facet: tuple(_values(search, facet, chosen))
        for facet, chosen in search.request.filters.items()
    }
    ordered = {facet: by_facet.get(facet, ()) for facet in wording.VALUES}
    return (*(one for group in ordered.values() for one in group), *_dates(search))


def chips(search: Search, root: str) -> tuple[Chip, ...]:
    """Write the filters in use as links."""
    return tuple(
        Chip(
            one.name,
            one.value,
            search_url(one.without, root),
            one.negative,
            about_url(one.facet, one.value, search, root) if one.facet in set(EntityType) else "",
        )
        for one in active_filters(search)
    )


def _values(search: Search, facet: str, chosen: FieldFilter) -> Iterator[ActiveFilter]:
    name = wording.VALUES[facet]
    for prefix, values in (("", chosen.any), ("Also ", chosen.all), ("Not ", chosen.none)):
        for value in values:
            yield ActiveFilter(
                f"{prefix}{name.lower()}" if prefix else name,
                wording.facet_value(facet, value),
                refine.remove(search, facet, value),
                negative=prefix == "Not ",
                facet=facet,
            )


def _dates(search: Search) -> Iterator[ActiveFilter]:
    request = search.request
    first, last = request.first_day, request.last_day
    if first and last and (whole := wording.span(first, last)):
        yield ActiveFilter("Date", whole, refine.without_dates(search))
    else:
        if first:
            yield ActiveFilter("From", wording.day(first), refine.without_from(search))
        if last:
            yield ActiveFilter("To", wording.day(last), refine.without_to(search))
    yield from _date_doubts(search)


def _date_doubts(search: Search) -> Iterator[ActiveFilter]:
    request = search.request
    if request.undated != Undated.DEFAULT:
        value = "undated only" if request.undated == Undated.ONLY else "undated too"
        plain = replace(request, undated=Undated.DEFAULT, page=1, after=None)
        yield ActiveFilter("Date", value, replace(search, request=plain))
    if request.uncertain:
        plain = replace(request, uncertain=False, page=1, after=None)
        yield ActiveFilter("Date", "uncertain ones count", replace(search, request=plain))
