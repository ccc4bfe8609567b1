"""Extraction, `authors`, last step: `Metadata` and the tree -> the names of the authors."""

import re
from collections.abc import Iterable, Iterator
from itertools import chain, islice

from lxml.html import HtmlElement

from searchapp.extraction.authors.bylines import (
    find_bylines,
    find_name_lines,
    find_shown_authors,
)
from searchapp.extraction.authors.names import clean_names, find_desks, is_domain, is_network
from searchapp.extraction.metadata.json_ld import iter_strings
from searchapp.extraction.metadata.page import META_NAMES, Metadata
from searchapp.extraction.phrases import compile_pattern
from searchapp.extraction.text_measures import comparison_key

_WRITTEN_BY = compile_pattern("{written_by}")
_PAPER = compile_pattern(r"\b{paper}\Z", re.NOFLAG)
_FEW_LINES = 3
_ORGANISATION = compile_pattern(r"\b{organisation}\b|{organisation_ending}\Z", re.NOFLAG)


def choose_authors(metadata: Metadata, tree: HtmlElement) -> tuple[str, ...]:
    """Names as the first source states them that states any; each once.

    Sources: JSON-LD, meta elements, elements marked `rel=author` or `itemprop=author`,
    what looks like a byline, a signature. An organisation, and a site that names itself,
    is the author where no person is named; "Redaktion" where nobody is.
    """
    sites = {comparison_key(name) for name in metadata.site_names}
    stated = [list(source) for source in _statements(metadata, tree)]
    by_people = next(filter(None, (clean_names(source, sites) for source in stated)), ())
    if by_people and not all(map(_is_house, by_people)):
        return by_people
    shown = find_shown_authors(tree, sites)
    if not any(map(_is_person, shown)) and (by_people or _names_network(tree)):
        shown = find_name_lines(tree, sites) or by_people
    return (
        shown
        or next(filter(None, map(clean_names, stated)), ())
        or tuple(islice(find_desks(chain(*stated, find_bylines(tree))), 1))
    )


def _is_person(name: str) -> bool:
    return (" " in name or not name.isascii()) and not _is_house(name)


def _is_house(name: str) -> bool:
    return any(map(bool, (_ORGANISATION.search(name), _PAPER.search(name), is_domain(name))))


def _names_network(tree: HtmlElement) -> bool:
    """Whether an element named for the author names a service in their place."""
    return any(map(is_network, islice(find_bylines(tree), _FEW_LINES)))


def _statements(metadata: Metadata, tree: HtmlElement) -> Iterator[Iterable[str]]:
    """Each source of names; of several JSON-LD nodes, each is one: images have authors too."""
    for name in ("author", "creator"):
        yield from (iter_strings(node.get(name)) for node in metadata.articles)
    yield from (metadata.meta_contents(name) for name in META_NAMES["author"])
    for number in ("1", "2"):
        label = next(metadata.meta_contents(f"twitter:label{number}"), "by")
        if _WRITTEN_BY.match(label):
            yield metadata.meta_contents(f"twitter:data{number}")
    yield _marked_names(tree)


def _marked_names(tree: HtmlElement) -> Iterator[str]:
    marked = tree.xpath("(.//*[@rel='author' or @itemprop='author'])[position() <= 10]")
    for element in marked:
        named = element.xpath(".//*[@itemprop='name']")
        yield " ".join((named[0] if named else element).itertext())
