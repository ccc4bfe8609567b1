"""What a new build must answer, known from the documents it was made of.

Beside `sync`: every document is seen on its way into the engine; before the build
goes live it is asked for totals, facets and some of the documents, as a reader would.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from searchapp.engines.base import FieldFilter, Searcher, SearchRequest, Undated
from searchapp.engines.query import parse
from searchapp.errors import DocumentNotFound
from searchapp.model import FACET_FIELDS, Confidence, IndexedDocument

_WATCHED = 50  # values of each facet whose documents are counted
_SAMPLES = 20
_WORDS = 4
_PAGE = 100


class Expectations:
    """Counts kept while a build grows, in bounded memory, and the build held against them.

    Of each facet, the documents without a value are counted, and those of the first
    values met: from its first document on, a value's count is whole.
    """

    def __init__(self, documents: int) -> None:
        """Expect `documents` in the build: the ledger's own count."""
        self._documents = documents
        self._seen = self._undated = self._uncertain = 0
        self._without: Counter[str] = Counter()
        self._values: Mapping[str, Counter[str]] = {facet: Counter() for facet in FACET_FIELDS}
        self._samples: list[IndexedDocument] = []

    def see(self, document: IndexedDocument) -> None:
        """Count a document that is given to the engine."""
        if self._seen % max(1, self._documents // _SAMPLES) == 0:
            self._samples.append(document)
        self._seen += 1
        published = document.article.published
        self._undated += published is None
        self._uncertain += published is not None and published.confidence == Confidence.LOW
        for facet, counts in self._values.items():
            values = document.values(facet)
            self._without[facet] += not values
            room = len(counts) < _WATCHED
            counts.update(value for value in values if room or value in counts)

    def faults(self, searcher: Searcher) -> Iterator[str]:
        """What the build answers otherwise than its documents say, a sentence each."""
        yield from _check_equal("documents", searcher.info().documents, self._documents)
        yield from _check_equal("documents given to it", self._seen, self._documents)
        yield from self._dates(searcher)
        for facet in FACET_FIELDS:
            yield from self._facet(searcher, facet)
        for document in self._samples:
            yield from _check_stored(searcher, document)
            yield from _check_findable(searcher, document)

    def _dates(self, searcher: Searcher) -> Iterator[str]:
        for uncertain, guessed in ((True, 0), (False, self._uncertain)):
            only = SearchRequest(size=0, undated=Undated.ONLY, uncertain=uncertain)
            total = searcher.search(only).total
            yield from _check_equal("undated documents", total, self._undated + guessed)

    def _facet(self, searcher: Searcher, name: str) -> Iterator[str]:
        chosen = FieldFilter(any=tuple(self._values[name]))
        request = SearchRequest(size=0, filters={name: chosen}, facets={name: 0})
        (facet,) = searcher.search(request).facets
        yield from _check_equal(f"documents without {name}", facet.missing, self._without[name])
        counts = {value.value: value.count for value in facet.values}
        for value, count in self._values[name].items():
            yield from _check_equal(f"documents of {name} {value!r}", counts.get(value, 0), count)


def _check_stored(searcher: Searcher, document: IndexedDocument) -> Iterator[str]:
    try:
        if searcher.document(document.id) != document:
            yield f"document {document.id} is not as it was given"
    except DocumentNotFound:
        yield f"document {document.id} is missing"


def _check_findable(searcher: Searcher, document: IndexedDocument) -> Iterator[str]:
    """A document is among what its own longest words find."""
    words = sorted({word for word in document.article.text.split() if word.isalpha()}, key=len)
    query = parse(" ".join(f'"{word}"' for word in words[-_WORDS:])).node
    # Not `search`, which reads every term there is for another word to propose.
    hits = list(islice(searcher.scan(SearchRequest(query=query)), _PAGE + 1))
    if len(hits) <= _PAGE and document.id not in {hit.document.id for hit in hits}:
        yield f"document {document.id} is not found by its own words"


def _check_equal(what: str, found: Any, expected: Any) -> Iterator[str]:
    if found != expected:
        yield f"{found} {what}, not {expected}"
