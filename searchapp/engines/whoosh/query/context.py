"""What the queries of one snapshot compute once and keep: statistics, lexicon, shown documents.

Between `reader.snapshot`, which is the files of a commit, and all that evaluates, counts or
suggests. Made once per snapshot, dropped with it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import cached_property
from weakref import WeakKeyDictionary

from searchapp.engines.analysis.compounds import Parts, split_compound
from searchapp.engines.analysis.fields import FIELDS
from searchapp.engines.highlight.snippets import SnippetSource
from searchapp.engines.query.facet_term import FacetTerms
from searchapp.engines.whoosh.query.bm25f import Bm25f
from searchapp.engines.whoosh.query.docset import ScoredDocs
from searchapp.engines.whoosh.reader.prefix_index import PrefixIndex
from searchapp.engines.whoosh.reader.snapshot import Segment, Snapshot
from searchapp.engines.whoosh.segment.array_file import ArrayFile
from searchapp.engines.whoosh.segment.columns import ByFacet
from searchapp.engines.whoosh.segment.format import EXACT, STEM
from searchapp.engines.whoosh.segment.lexicon import Lexicon
from searchapp.engines.whoosh.segment.postings import Postings
from searchapp.engines.whoosh.segment.schema import STEMS
from searchapp.model import IndexedDocument

# Documents kept for the next page that shows them, if their texts are not longer: some 6 MiB.
KEPT_DOCUMENTS = 1_000
_KEPT_TEXT = 10_000
_KEPT_SPLITS = 10_000


@dataclass(frozen=True)
class QueryContext:
    """A snapshot and what is computed of it when a query first needs it."""

    snapshot: Snapshot

    @cached_property
    def match_all(self) -> ScoredDocs:
        """All live docs, without scores; what is counted of them is counted once."""
        return replace(ScoredDocs.of_mask(self.snapshot.live_docs), facet_cache={})

    @cached_property
    def scoring(self) -> Bm25f:
        """How well postings match, among the live docs."""
        return Bm25f(self.snapshot.columns, self.snapshot.live_docs)

    @cached_property
    def facet_terms(self) -> Mapping[str, FacetTerms]:
        """What `person:name` and its like stand for, by facet."""
        facets = self.snapshot.columns.facets
        return ByFacet(lambda facet: FacetTerms(facet, facets[facet].texts))

    @cached_property
    def prefixes(self) -> Mapping[str, PrefixIndex]:
        """Each facet's values by how their words begin."""
        facets = self.snapshot.columns.facets
        return ByFacet(lambda facet: PrefixIndex.build(facets[facet]))

    @cached_property
    def lexicons(self) -> Sequence[Lexicon]:
        """The exact terms of each segment."""
        return [_lexicon(segment) for segment in self.snapshot.segments]

    def document_count(self) -> int:
        """How many docs are live."""
        return self.scoring.live_count

    def within_edits(self, term: str, distance: int) -> AbstractSet[str]:
        """The exact terms at most `distance` edits from another."""
        return {near for words in self.lexicons for near in words.within_edits(term, distance)}

    def with_key(self, key: str) -> AbstractSet[str]:
        """The exact terms with a name's key, and perhaps others."""
        return {term for words in self.lexicons for term in words.with_key(key)}

    def facet_words(self, facet: str) -> Lexicon:
        """The words of a facet's values."""
        return self._facet_words[facet]

    @cached_property
    def _facet_words(self) -> Mapping[str, Lexicon]:
        return ByFacet(lambda facet: Lexicon.of(_encoded(self.facet_terms[facet].by_word)))

    def value_frequency(self, facet: str, value: str) -> int:
        """How many live docs have a facet's value."""
        column = self.snapshot.columns.facets[facet]
        ord_ = column.ord_of(value)
        if ord_ >= 0 and not self.snapshot.has_deletions:
            return int(column.frequency[ord_])
        return int(self.snapshot.live_docs[column.docs_of(ord_)].sum()) if ord_ >= 0 else 0

    def documents_with(self, term: str, count: int) -> Iterator[IndexedDocument]:
        """The first so many live documents with an exact term. Raises Damaged."""
        docs = self.snapshot.docs_with_any(FIELDS, [term])[:count]
        return map(self.snapshot.document, docs.tolist())

    def has_term(self, term: str, *, stem: bool = False) -> bool:
        """Whether an exact term is in a segment, or a stem. Raises Damaged."""
        wanted, name = term.encode("utf-8", "surrogatepass"), STEM if stem else EXACT
        return any(s.dictionary(name).find(wanted) >= 0 for s in self.snapshot.segments)

    def splits_of(self, term: str) -> Sequence[tuple[str, Parts]]:
        """The two words a compound may be made of; kept. Raises Damaged."""
        if (found := self._splits.get(term)) is None:
            if len(self._splits) >= _KEPT_SPLITS:
                self._splits.clear()
            found = split_compound(term, self.snapshot.languages, self)
            self._splits[term] = found
        return found

    @cached_property
    def _splits(self) -> dict[str, list[tuple[str, Parts]]]:
        return {}

    def terms_with_prefix(self, prefix: str, count: int) -> list[str]:
        """The first `count` exact terms with a prefix, by code point."""
        found = {term for words in self.lexicons for term in words.with_prefix(prefix, count)}
        return sorted(found)[:count]

    def field_postings(self, term: str, *, stem: bool = False) -> list[tuple[str, Postings]]:
        """A term's postings in title and text, or a stem's, each with its field. Raises Damaged."""
        return [(f, self.snapshot.postings(STEMS[f] if stem else f, term)) for f in FIELDS]

    def document_frequency(self, term: str, *, stem: bool = False) -> int:
        """How many live docs have a term, or a stem, in title or text. Raises Damaged."""
        return self.scoring.document_frequency(self.field_postings(term, stem=stem))

    def shown(self, doc: int) -> tuple[IndexedDocument, SnippetSource]:
        """A document for a page of hits; the ones shown last are kept."""
        kept = self._shown
        if (found := kept.pop(doc, None)) is None:
            document = self.snapshot.document(doc)
            found = document, SnippetSource(document.article)
        if len(found[0].article.text) <= _KEPT_TEXT:
            kept[doc] = found
            if len(kept) > KEPT_DOCUMENTS:
                del kept[next(iter(kept))]
        return found

    @cached_property
    def _shown(self) -> dict[int, tuple[IndexedDocument, SnippetSource]]:
        return {}


# Those of files that a commit leaves as they are need not be made again.
_LEXICONS: WeakKeyDictionary[ArrayFile, Lexicon] = WeakKeyDictionary()


def _lexicon(segment: Segment) -> Lexicon:
    if (lexicon := _LEXICONS.get(segment.file)) is None:
        lexicon = _LEXICONS[segment.file] = Lexicon.of(segment.dictionary(EXACT))
    return lexicon


def _encoded(words: Iterable[str]) -> list[bytes]:
    return sorted(word.encode("utf-8", "surrogatepass") for word in words)
