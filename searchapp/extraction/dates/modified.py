"""Part of the cleaner: a page's statements -> when it was last changed.

As `dates`, but never a guess: most pages do not say, and then there is no such date.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from searchapp.extraction.dates.parser import read_date
from searchapp.extraction.dates.plausibility import Plausible
from searchapp.extraction.dates.visible import PageStatements, from_update_lines, stated
from searchapp.extraction.metadata.json_ld import is_of_page, strings
from searchapp.model import Confidence, PublicationDate, RawPage, RejectedDate

MODIFIED_META = (
    "article:modified_time",
    "og:updated_time",
    "og:article:modified_time",
    "datemodified",
    "dcterms.modified",
    "dc.date.modified",
    "last-modified",
    "lastmod",
)


def find_modified(page: PageStatements, plausible: Plausible) -> PublicationDate | None:
    """When the page says it was last changed: the first certain statement that can be."""
    believed = [found for found in _candidates(page) if plausible(found)]
    certain = (found for found in believed if found.confidence is Confidence.HIGH)
    return next(certain, next(iter(believed), None))


def stated_modified(page: RawPage, plausible: Plausible) -> PublicationDate | None:
    """What the page's row or feed says, if it can be believed."""
    found = stated(read_date(page.modified or ""), "record")
    return found if found and plausible(found) else None


def of_change(rejected: tuple[RejectedDate, ...]) -> tuple[RejectedDate, ...]:
    """The same rejections, said to be of a day of change."""
    return tuple(replace(one, reason=f"as a day of change: {one.reason}") for one in rejected)


def _candidates(page: PageStatements) -> Iterator[PublicationDate]:
    for node in page.metadata.articles:
        for text in strings(node.get("dateModified")):
            found = stated(read_date(text, page.language), "json-ld")
            if found:
                yield replace(found, confidence=Confidence.LOW) if is_of_page(node) else found
    for text in page.metadata.stated(*MODIFIED_META):
        yield from filter(None, [stated(read_date(text, page.language), "meta")])
    yield from from_update_lines(page)
