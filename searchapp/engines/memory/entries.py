"""The documents of one commit with their words counted, and what is known of all of them."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from searchapp.engines.analysis.edit_distance import edits
from searchapp.engines.analysis.fields import FIELDS, TEXT, TITLE
from searchapp.engines.analysis.name_key import name_key
from searchapp.engines.analysis.stemming import stemmer
from searchapp.engines.analysis.terms import LONGEST_FUZZY, analyse
from searchapp.engines.base import BuildStamp, IndexInfo
from searchapp.engines.query.facet_term import FacetTerms
from searchapp.errors import DocumentNotFound
from searchapp.model import FACET_FIELDS, IndexedDocument


class Entry:
    """A document: by field its exact terms with their positions, its stems with how many."""

    def __init__(self, document: IndexedDocument) -> None:
        self.document = document
        self.terms: dict[str, dict[str, list[int]]] = {}
        self.stems: dict[str, Counter[str]] = {}
        self.lengths: dict[str, int] = {}
        article = document.article
        stem = stemmer(article.language)
        for field, text in ((TITLE, article.title), (TEXT, article.text)):
            terms: dict[str, list[int]] = defaultdict(list)
            for term, position, _, _ in analyse(text):
                terms[term].append(position)
            self.terms[field] = dict(terms)
            self.stems[field] = Counter()
            for term, positions in terms.items():
                self.stems[field][stem(term)] += len(positions)
            self.lengths[field] = max((p[-1] for p in terms.values()), default=-1) + 1

    @cached_property
    def values(self) -> Mapping[str, tuple[str, ...]]:
        """The document's values of each facet."""
        return {facet: self.document.values(facet) for facet in FACET_FIELDS}


@dataclass(frozen=True)
class Words:
    """A vocabulary that is looked through word by word."""

    words: Collection[str]

    def within_edits(self, term: str, distance: int) -> Iterator[str]:
        """The words at most `distance` edits from another."""
        reach = distance if len(term) <= LONGEST_FUZZY else 0
        for other in self.words:
            if abs(len(other) - len(term)) <= reach and edits(term, other) <= reach:
                yield other

    def with_key(self, key: str) -> Iterator[str]:
        """The words with a name's key."""
        return (word for word in self.words if name_key(word) == key)


@dataclass(frozen=True)
class Snapshot:
    """One commit, by document id; also the `TermStatistics` of its documents."""

    entries: Mapping[str, Entry]
    info: IndexInfo
    stamp: BuildStamp

    def document(self, document_id: str) -> IndexedDocument:
        """A document. Raises DocumentNotFound."""
        if document_id not in self.entries:
            raise DocumentNotFound(f"no document with the id {document_id!r} in the index")
        return self.entries[document_id].document

    def document_count(self) -> int:
        """How many documents there are."""
        return len(self.entries)

    def document_frequency(self, term: str, *, stem: bool = False) -> int:
        """How many documents have an exact term, or a stem."""
        return (self._stems if stem else self.lexicon)[term]

    def within_edits(self, term: str, distance: int) -> Iterator[str]:
        """The exact terms at most `distance` edits from another."""
        return Words(self.lexicon).within_edits(term, distance)

    def with_key(self, key: str) -> Iterator[str]:
        """The exact terms with a name's key."""
        return Words(self.lexicon).with_key(key)

    def facet_words(self, facet: str) -> Words:
        """The words of a facet's values."""
        return Words(self.facet_terms[facet].by_word)

    def value_frequency(self, facet: str, value: str) -> int:
        """How many documents have a facet's value."""
        return self.values[facet][value]

    def has_term(self, term: str, *, stem: bool = False) -> bool:
        """Whether a document has an exact term, or a stem."""
        return self.document_frequency(term, stem=stem) > 0

    def field_count(self, stem: str) -> int:
        """How many titles and texts have a stem."""
        return sum(stem in entry.stems[f] for entry in self.entries.values() for f in FIELDS)

    def terms_with_prefix(self, prefix: str, count: int) -> list[str]:
        """The first `count` exact terms with a prefix, by code point."""
        return sorted(term for term in self.lexicon if term.startswith(prefix))[:count]

    def documents_with(self, term: str, count: int) -> Iterator[IndexedDocument]:
        """The first so many documents with an exact term."""
        found = (
            entry.document
            for entry in self.entries.values()
            if any(term in entry.terms[field] for field in FIELDS)
        )
        return islice(found, count)

    @cached_property
    def lexicon(self) -> Counter[str]:
        """Every exact term, and how many documents have it."""
        found: Counter[str] = Counter()
        for entry in self.entries.values():
            found.update({term for field in FIELDS for term in entry.terms[field]})
        return found

    @cached_property
    def _stems(self) -> Counter[str]:
        found: Counter[str] = Counter()
        for entry in self.entries.values():
            found.update({stem for field in FIELDS for stem in entry.stems[field]})
        return found

    @cached_property
    def languages(self) -> tuple[str | None, ...]:
        """The languages of the documents; None when some have none."""
        return tuple(dict.fromkeys(e.document.article.language for e in self.entries.values()))

    @cached_property
    def mean_lengths(self) -> Mapping[str, float]:
        """How many positions the documents have in each field on average."""
        count = max(1, len(self.entries))
        lengths = {f: sum(e.lengths[f] for e in self.entries.values()) for f in FIELDS}
        return {field: length / count or 1.0 for field, length in lengths.items()}

    @cached_property
    def values(self) -> Mapping[str, Counter[str]]:
        """The values of each facet, and how many documents have each."""
        return {
            facet: Counter(v for e in self.entries.values() for v in e.values[facet])
            for facet in FACET_FIELDS
        }

    @cached_property
    def facet_terms(self) -> Mapping[str, FacetTerms]:
        """What `person:name` and its like stand for, by facet."""
        return {facet: FacetTerms(facet, tuple(self.values[facet])) for facet in FACET_FIELDS}
