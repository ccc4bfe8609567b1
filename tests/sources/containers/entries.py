"""Entries of which a test knows what they are."""

from __future__ import annotations

from collections.abc import Iterable

from searchapp.model import RawPage
from searchapp.sources.entries import Entry


def the_page(entries: Iterable[Entry]) -> RawPage:
    """The page that is all a container holds."""
    (entry,) = entries
    assert isinstance(entry, RawPage), entry
    return entry
