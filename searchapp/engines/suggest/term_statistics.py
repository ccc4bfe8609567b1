"""What the terms of a snapshot are known by, whichever engine keeps them."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

from searchapp.engines.query.facet_term import FacetTerms
from searchapp.model import IndexedDocument


class Vocabulary(Protocol):
    """Words that another may have been meant as."""

    def within_edits(self, term: str, distance: int) -> Iterable[str]:
        """Those at most `distance` edits from a word, it among them if it is there."""

    def with_key(self, key: str) -> Iterable[str]:
        """Those with a key of `analysis.name_key`, and perhaps others."""


class TermStatistics(Vocabulary, Protocol):
    """The exact terms of the live documents, in title and text together, and facets' values."""

    def document_count(self) -> int:
        """How many documents there are."""

    def document_frequency(self, term: str, *, stem: bool = False) -> int:
        """How many documents have an exact term, or a stem."""

    def documents_with(self, term: str, count: int) -> Iterator[IndexedDocument]:
        """The first so many documents with an exact term."""

    @property
    def facet_terms(self) -> Mapping[str, FacetTerms]:
        """The values of each facet."""

    def facet_words(self, facet: str) -> Vocabulary:
        """The words of `facet_terms[facet]`."""

    def value_frequency(self, facet: str, value: str) -> int:
        """How many documents have a facet's value."""
