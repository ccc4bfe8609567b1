"""Collects documents as numbers, and writes them as the arrays of one segment.

A document is analysed the moment it comes, so that one that cannot be fails alone.
What waits is arrays of numbers: some 250 bytes for a page of 150 words, and its JSON, compressed.
"""

from array import array
from pathlib import Path

import numpy as np

from searchapp.document_json import dumps
from searchapp.engines.analysis.fields import FIELDS
from searchapp.engines.analysis.terms import split_words
from searchapp.engines.whoosh.segment.array_file import ArrayWriter
from searchapp.engines.whoosh.segment.docstore import Block
from searchapp.engines.whoosh.segment.format import (
    EXACT,
    STEM,
    UNDATED,
    add_dictionary,
    date_order,
    inverse_permutation,
    sort_rows,
    write_documents,
    write_facet,
    write_positions,
    write_postings,
    write_starts,
)
from searchapp.engines.whoosh.segment.name_index import NAMES, NameIndex
from searchapp.engines.whoosh.segment.schema import STEMS
from searchapp.engines.whoosh.segment.termdict import encode_dictionary
from searchapp.engines.whoosh.segment.types import Array
from searchapp.engines.whoosh.writing.interning import Interner, StemInterner, WordInterner
from searchapp.model import FACET_FIELDS, Confidence, IndexedDocument

# With more words or names than this, all but the first are forgotten between segments, to
# bound memory: frequent words come early. A word takes some 400 bytes.
_MAX_INTERNED = 20_000
_KEPT_INTERNED = 10_000


class TermIds:
    """What a writer numbers, kept from segment to segment."""

    def __init__(self) -> None:
        self.words = WordInterner()
        self.stems = StemInterner()
        self.values = {facet: Interner() for facet in FACET_FIELDS}

    def forget(self) -> None:
        """Keep little of what is too much to remember."""
        if self._interned() > _MAX_INTERNED:
            self.words.truncate(_KEPT_INTERNED)
            self.stems.truncate(len(self.words.terms))
        if self._interned() > _MAX_INTERNED:
            self.words, self.stems = WordInterner(), StemInterner()
        for facet, numbers in self.values.items():
            if len(numbers) > _MAX_INTERNED:
                self.values[facet] = Interner()

    def _interned(self) -> int:
        return max(len(self.words), len(self.words.terms), len(self.stems.numbers))


class SegmentWriter:
    """Documents on their way into a segment, numbered in the order they came."""

    def __init__(self, term_ids: TermIds) -> None:
        self._term_ids = term_ids
        self.ids: list[bytes] = []
        self._day, self._certain = array("i"), bytearray()
        self._languages: list[str | None] = []
        self._words, self._counts = array("i"), array("i")
        self._values = {facet: array("i") for facet in FACET_FIELDS}
        self._value_counts = {facet: array("i") for facet in FACET_FIELDS}
        self._block = Block()

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def word_count(self) -> int:
        """How many words wait."""
        return len(self._words)

    def add(self, document: IndexedDocument) -> None:
        """Take in a document; one that fails leaves nothing behind."""
        article = document.article
        texts = [split_words(article.title), split_words(article.text)]
        values = [document.values(facet) for facet in FACET_FIELDS]
        id_, stored = document.id.encode("utf-8", "surrogatepass"), dumps(document)
        published = article.published
        self.ids.append(id_)
        self._day.append(published.day.toordinal() if published else UNDATED)
        self._certain.append(published is not None and published.confidence == Confidence.HIGH)
        self._languages.append(article.language)
        for found in texts:
            self._words.extend(map(self._term_ids.words.__getitem__, found))
            self._counts.append(len(found))
        for facet, named in zip(FACET_FIELDS, values, strict=True):
            self._values[facet].extend(map(self._term_ids.values[facet].__getitem__, named))
            self._value_counts[facet].append(len(named))
        self._block.add(stored)

    def write(self, path: Path) -> Array:
        """Write the file of a segment with all documents; their docs (int32), as they came."""
        by_id = np.array(sorted(range(len(self)), key=self.ids.__getitem__), np.int64)
        day, certain = np.array(self._day, np.int32), np.array(self._certain, bool)
        order = date_order(day, certain, inverse_permutation(by_id))
        new_docs = inverse_permutation(order)
        with ArrayWriter(path, documents=len(self)) as file:
            exact, lengths, terms = self._write_exact(file, new_docs)
            self._write_stems(file, exact, terms, new_docs)
            columns = {"day": day[order], "certain": certain[order]}
            columns |= {f"{field}.length": lengths[field] for field in FIELDS}
            add_dictionary(file, "ids", *encode_dictionary(self.ids[n] for n in by_id))
            write_documents(file, new_docs[by_id], columns)
            self._write_facets(file, new_docs)
            self._write_stored(file, order)
        return new_docs

    def _write_exact(
        self, file: ArrayWriter, new_docs: Array
    ) -> tuple[dict[str, list[Array]], dict[str, Array], Array]:
        """Words as they are: postings and lengths by field; the numbers of the terms, by ord."""
        texts = list(self._term_ids.words.terms)
        text, term, position = self._term_ids.words.tokens(
            np.array(self._words, np.int32), np.array(self._counts, np.int32)
        )
        used = np.zeros(len(texts), bool)
        used[term] = True
        ords = _write_used(file, EXACT, texts, used)
        exact, lengths = {}, {}
        for n, field in enumerate(FIELDS):
            inside = text % len(FIELDS) == n
            docs, positions = new_docs[text[inside] // len(FIELDS)], position[inside]
            lengths[field] = _lengths(docs, positions, len(self))
            rows = sort_rows(ords[term[inside]], docs, positions)
            exact[field] = _write_tokens(file, field, int(used.sum()), rows)
        terms = np.flatnonzero(used)
        return exact, lengths, terms[np.argsort(ords[terms])]

    def _write_stems(
        self, file: ArrayWriter, exact: dict[str, list[Array]], terms: Array, new_docs: Array
    ) -> None:
        """Postings of stems, made of those of `terms` in order: frequencies add up."""
        texts = list(self._term_ids.words.terms)
        codes = Interner()
        code = np.zeros(len(self), np.int32)
        code[new_docs] = [codes[language or ""] for language in self._languages]
        stems = {}
        for field, (ords, docs, _) in exact.items():
            stems[field] = np.zeros(len(ords), np.int32)
            for language, n in codes.items():
                inside = code[docs] == n
                found = terms[ords[inside]]
                stems[field][inside] = self._term_ids.stems.of(found, texts, language or None)
        used = np.zeros(len(self._term_ids.stems.numbers), bool)
        for found in stems.values():
            used[found] = True
        ords = _write_used(file, STEM, list(self._term_ids.stems.numbers), used)
        for field, (_, docs, frequencies) in exact.items():
            rows = sort_rows(ords[stems[field]], docs, frequencies)
            write_postings(file, STEMS[field], int(used.sum()), *_sum_frequencies(*rows))

    def _write_facets(self, file: ArrayWriter, new_docs: Array) -> None:
        names = []
        for facet in FACET_FIELDS:
            values = np.array(self._values[facet], np.int32)
            counts = np.array(self._value_counts[facet], np.int32)
            texts = list(self._term_ids.values[facet])
            strings = {
                n: texts[n].encode("utf-8", "surrogatepass") for n in np.unique(values).tolist()
            }
            listed = sorted(strings, key=strings.__getitem__)
            index_of = np.zeros(len(texts), np.int32)
            index_of[listed] = np.arange(len(listed))
            docs = np.repeat(new_docs, counts)
            in_order = [strings[n] for n in listed]
            ords = write_facet(file, facet, in_order, docs, index_of[values], len(self))
            if facet in NAMES:
                names.append((facet, in_order, ords))
        NameIndex.build(names).write(file)

    def _write_stored(self, file: ArrayWriter, order: Array) -> None:
        self._block.close()
        preset = self._block.preset or b""
        offsets = self._block.offsets()
        file.reserve("stored.documents", np.uint8, int(offsets[-1])).append(
            b"".join(self._block.data)
        )
        file.add("stored.samples", np.frombuffer(preset, np.uint8))
        write_starts(file, "stored.offsets", offsets)
        file.add("stored.slot", order.astype(np.int32))
        file.facts["shelves"] = [[0, 0, len(preset)]]


def _write_used(file: ArrayWriter, name: str, texts: list[str], used: Array) -> Array:
    """A dictionary of the texts in use, a mask; the ord of each text (int32)."""
    numbers = np.flatnonzero(used).tolist()
    strings = {n: texts[n].encode() for n in numbers}
    listed = sorted(numbers, key=strings.__getitem__)
    add_dictionary(file, name, *encode_dictionary(strings[n] for n in listed))
    ords = np.zeros(len(texts), np.int32)
    ords[listed] = np.arange(len(listed))
    return ords


def _lengths(docs: Array, positions: Array, count: int) -> Array:
    """How many positions each of `count` docs has: uint16 or int32 by doc."""
    lengths = np.zeros(count, np.int32)
    np.maximum.at(lengths, docs, positions + 1)
    most = lengths.max() if count else 0
    return lengths.astype(np.uint16 if most < 2**16 else np.int32)


def _write_tokens(file: ArrayWriter, field: str, count: int, rows: list[Array]) -> list[Array]:
    """The postings (term ord, doc, frequency) of sorted rows of term ord, doc and position."""
    terms, docs, positions = rows
    first = np.flatnonzero(_is_new(terms) | _is_new(docs))
    frequencies = np.diff(np.append(first, len(terms))).astype(np.int32)
    postings = [terms[first], docs[first], frequencies]
    write_postings(file, field, count, *postings)
    write_positions(file, field, count, terms, positions)
    return postings


def _sum_frequencies(terms: Array, docs: Array, frequencies: Array) -> tuple[Array, Array, Array]:
    """Sorted postings (term ord, doc, frequency) with those of one term and doc made one."""
    first = np.flatnonzero(_is_new(terms) | _is_new(docs))
    total = np.add.reduceat(frequencies, first) if len(first) else frequencies
    return terms[first], docs[first], total


def _is_new(values: Array) -> Array:
    """Where a value differs from the one before: a mask."""
    return np.concatenate([np.ones(min(1, len(values)), bool), values[1:] != values[:-1]])
