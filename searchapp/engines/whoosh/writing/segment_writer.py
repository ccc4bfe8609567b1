"""Collects documents as numbers, and writes them as the arrays of one segment.

A document is analysed the moment it comes, so that one that cannot be fails alone.
What waits is arrays of numbers: some 250 bytes for a page of 150 words, and its JSON, compressed.
"""

from __future__ import annotations

from array import array
from pathlib import Path

import numpy as np

from searchapp.document_json import dumps
from searchapp.engines.analysis.fields import FIELDS
from searchapp.engines.analysis.terms import words
from searchapp.engines.whoosh.segment.array_file import ArrayWriter
from searchapp.engines.whoosh.segment.docstore import Shelf
from searchapp.engines.whoosh.segment.format import (
    EXACT,
    STEM,
    UNDATED,
    date_order,
    inverse,
    sorted_rows,
    write_dictionary,
    write_documents,
    write_facet,
    write_places,
    write_postings,
    write_starts,
)
from searchapp.engines.whoosh.segment.schema import STEMS
from searchapp.engines.whoosh.segment.types import Array
from searchapp.engines.whoosh.writing.interning import Numbers, Stems, Words
from searchapp.model import FACET_FIELDS, Confidence, IndexedDocument

# With more words or names than this, all but the first are forgotten between batches, to
# bound memory: frequent words come early. A word takes some 400 bytes.
_MOST_REMEMBERED = 20_000
_KEPT = 10_000


class Numbering:
    """What a writer numbers, kept from batch to batch."""

    def __init__(self) -> None:
        self.words = Words()
        self.stems = Stems()
        self.values = {facet: Numbers() for facet in FACET_FIELDS}

    def forget(self) -> None:
        """Keep little of what is too much to remember."""
        if self._words_known() > _MOST_REMEMBERED:
            self.words.keep(_KEPT)
            self.stems.keep(len(self.words.terms))
        if self._words_known() > _MOST_REMEMBERED:
            self.words, self.stems = Words(), Stems()
        for facet, numbers in self.values.items():
            if len(numbers) > _MOST_REMEMBERED:
                self.values[facet] = Numbers()

    def _words_known(self) -> int:
        return max(len(self.words), len(self.words.terms), len(self.stems.numbers))


class Batch:
    """Documents on their way into a segment, numbered in the order they came."""

    def __init__(self, numbering: Numbering) -> None:
        self._numbering = numbering
        self.ids: list[bytes] = []
        self._day, self._certain = array("i"), bytearray()
        self._languages: list[str | None] = []
        self._words, self._counts = array("i"), array("i")
        self._values = {facet: array("i") for facet in FACET_FIELDS}
        self._value_counts = {facet: array("i") for facet in FACET_FIELDS}
        self._shelf = Shelf()

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def size(self) -> int:
        """How many words wait."""
        return len(self._words)

    def add(self, document: IndexedDocument) -> None:
        """Take in a document; one that fails leaves nothing behind."""
        article = document.article
        texts = [words(article.title), words(article.text)]
        values = [document.values(facet) for facet in FACET_FIELDS]
        id_, stored = document.id.encode("utf-8", "surrogatepass"), dumps(document)
        published = article.published
        self.ids.append(id_)
        self._day.append(published.day.toordinal() if published else UNDATED)
        self._certain.append(published is not None and published.confidence == Confidence.HIGH)
        self._languages.append(article.language)
        for found in texts:
            self._words.extend(map(self._numbering.words.__getitem__, found))
            self._counts.append(len(found))
        for facet, named in zip(FACET_FIELDS, values, strict=True):
            self._values[facet].extend(map(self._numbering.values[facet].__getitem__, named))
            self._value_counts[facet].append(len(named))
        self._shelf.add(stored)

    def write(self, path: Path) -> Array:
        """Write the file of a segment with all documents; the number of each in it."""
        by_id = np.array(sorted(range(len(self)), key=self.ids.__getitem__), np.int64)
        day, certain = np.array(self._day, np.int32), np.array(self._certain, bool)
        order = date_order(day, certain, inverse(by_id))
        number = inverse(order)
        with ArrayWriter(path, documents=len(self)) as file:
            lengths = self._write_terms(file, number)
            columns = {"day": day[order], "certain": certain[order]}
            columns |= {f"{field}.length": lengths[field] for field in FIELDS}
            write_dictionary(file, "ids", [self.ids[n] for n in by_id])
            write_documents(file, number[by_id], columns)
            self._write_facets(file, number)
            self._write_stored(file, order)
        return number

    def _write_terms(self, file: ArrayWriter, number: Array) -> dict[str, Array]:
        """Every field's postings; the documents' lengths."""
        exact, lengths, terms = self._write_exact(file, number)
        self._write_stems(file, exact, terms, number)
        return lengths

    def _write_exact(
        self, file: ArrayWriter, number: Array
    ) -> tuple[dict[str, list[Array]], dict[str, Array], Array]:
        """Words as they are: their postings, the documents' lengths, the terms in order."""
        texts = list(self._numbering.words.terms)
        text, term, place = self._numbering.words.tokens(
            np.array(self._words, np.int32), np.array(self._counts, np.int32)
        )
        used = np.zeros(len(texts), bool)
        used[term] = True
        ranks = _write_used(file, EXACT, texts, used)
        exact, lengths = {}, {}
        for n, field in enumerate(FIELDS):
            inside = text % len(FIELDS) == n
            documents, places = number[text[inside] // len(FIELDS)], place[inside]
            lengths[field] = _lengths(documents, places, len(self))
            rows = sorted_rows(ranks[term[inside]], documents, places)
            exact[field] = _write_exact(file, field, int(used.sum()), rows)
        terms = np.flatnonzero(used)
        return exact, lengths, terms[np.argsort(ranks[terms])]

    def _write_stems(
        self, file: ArrayWriter, exact: dict[str, list[Array]], terms: Array, number: Array
    ) -> None:
        """Postings of stems, made of those of `terms` in order: frequencies add up."""
        texts = list(self._numbering.words.terms)
        codes = Numbers()
        code = np.zeros(len(self), np.int32)
        code[number] = [codes[language or ""] for language in self._languages]
        stems = {}
        for field, (ranks, documents, _) in exact.items():
            stems[field] = np.zeros(len(ranks), np.int32)
            for language, n in codes.items():
                inside = code[documents] == n
                found = terms[ranks[inside]]
                stems[field][inside] = self._numbering.stems.of(found, texts, language or None)
        used = np.zeros(len(self._numbering.stems.numbers), bool)
        for found in stems.values():
            used[found] = True
        ranks = _write_used(file, STEM, list(self._numbering.stems.numbers), used)
        for field, (_, documents, frequencies) in exact.items():
            rows = sorted_rows(ranks[stems[field]], documents, frequencies)
            write_postings(file, STEMS[field], int(used.sum()), *_added(*rows))

    def _write_facets(self, file: ArrayWriter, number: Array) -> None:
        for facet in FACET_FIELDS:
            values = np.array(self._values[facet], np.int32)
            counts = np.array(self._value_counts[facet], np.int32)
            texts = list(self._numbering.values[facet])
            strings = {
                n: texts[n].encode("utf-8", "surrogatepass") for n in np.unique(values).tolist()
            }
            listed = sorted(strings, key=strings.__getitem__)
            places = np.zeros(len(texts), np.int32)
            places[listed] = np.arange(len(listed))
            documents = np.repeat(number, counts)
            in_order = [strings[n] for n in listed]
            write_facet(file, facet, in_order, documents, places[values], len(self))

    def _write_stored(self, file: ArrayWriter, order: Array) -> None:
        self._shelf.close()
        sample = self._shelf.sample or b""
        offsets = self._shelf.offsets()
        file.reserve("stored.documents", np.uint8, int(offsets[-1])).append(
            b"".join(self._shelf.data)
        )
        file.add("stored.samples", np.frombuffer(sample, np.uint8))
        write_starts(file, "stored.offsets", offsets)
        file.add("stored.slot", order.astype(np.int32))
        file.facts["shelves"] = [[0, 0, len(sample)]]


def _write_used(file: ArrayWriter, name: str, texts: list[str], used: Array) -> Array:
    """A dictionary of the texts in use; the place in it of each of them."""
    numbers = np.flatnonzero(used).tolist()
    strings = {n: texts[n].encode() for n in numbers}
    listed = sorted(numbers, key=strings.__getitem__)
    write_dictionary(file, name, [strings[n] for n in listed])
    places = np.zeros(len(texts), np.int32)
    places[listed] = np.arange(len(listed))
    return places


def _lengths(documents: Array, places: Array, count: int) -> Array:
    """How many positions each document has."""
    lengths = np.zeros(count, np.int32)
    np.maximum.at(lengths, documents, places + 1)
    most = lengths.max() if count else 0
    return lengths.astype(np.uint16 if most < 2**16 else np.int32)


def _write_exact(file: ArrayWriter, field: str, count: int, rows: list[Array]) -> list[Array]:
    """Postings and positions of sorted tokens; terms, documents and frequencies."""
    terms, documents, places = rows
    first = np.flatnonzero(_changes(terms) | _changes(documents))
    frequencies = np.diff(np.append(first, len(terms))).astype(np.int32)
    postings = [terms[first], documents[first], frequencies]
    write_postings(file, field, count, *postings)
    write_places(file, field, count, terms, places)
    return postings


def _added(terms: Array, documents: Array, frequencies: Array) -> tuple[Array, Array, Array]:
    """Sorted postings with those of one term and document made one."""
    first = np.flatnonzero(_changes(terms) | _changes(documents))
    total = np.add.reduceat(frequencies, first) if len(first) else frequencies
    return terms[first], documents[first], total


def _changes(values: Array) -> Array:
    """Where a value differs from the one before."""
    return np.concatenate([np.ones(min(1, len(values)), bool), values[1:] != values[:-1]])
