"""Extraction, `dates`, beside `published`: a page's statements -> when it was last changed.

Never a guess: most pages do not say, and then there is no such date.
"""

from collections.abc import Iterator
from dataclasses import replace

from searchapp.extraction.dates.parser import read_date
from searchapp.extraction.dates.plausibility import PlausibilityFilter
from searchapp.extraction.dates.visible import (
    PageStatements,
    read_update_lines,
    to_publication_date,
)
from searchapp.extraction.metadata.json_ld import is_page_node, iter_strings
from searchapp.extraction.metadata.page import META_NAMES
from searchapp.model import Confidence, PublicationDate, RawPage, RejectedDate


def find_modified(page: PageStatements, plausible: PlausibilityFilter) -> PublicationDate | None:
    """When the page says it was last changed: the first certain statement that can be."""
    believed = [found for found in _candidates(page) if plausible(found)]
    certain = (found for found in believed if found.confidence is Confidence.HIGH)
    return next(certain, next(iter(believed), None))


def read_record_modified(page: RawPage, plausible: PlausibilityFilter) -> PublicationDate | None:
    """What the page's row or feed says, if it can be believed."""
    found = to_publication_date(read_date(page.modified or ""), "record")
    return found if found and plausible(found) else None


def mark_as_modification(rejected: tuple[RejectedDate, ...]) -> tuple[RejectedDate, ...]:
    """The same rejections, said to be of a day of change."""
    return tuple(replace(one, reason=f"as a day of change: {one.reason}") for one in rejected)


def _candidates(page: PageStatements) -> Iterator[PublicationDate]:
    for node in page.metadata.articles:
        for text in iter_strings(node.get("dateModified")):
            found = to_publication_date(read_date(text, page.language), "json-ld")
            if found:
                yield replace(found, confidence=Confidence.LOW) if is_page_node(node) else found
    for text in page.metadata.meta_contents(*META_NAMES["modified"]):
        yield from filter(None, [to_publication_date(read_date(text, page.language), "meta")])
    yield from read_update_lines(page)
