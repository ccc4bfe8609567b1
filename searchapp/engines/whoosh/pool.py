"""Sorts the postings of a commit by term, in bounded memory.

Stands in for Whoosh's pool, which sorts, pickles and merges one posting at a time.
Postings of a term arrive in document order and stay in it, so only terms are sorted,
and a run on disk holds a term's postings together (external merge sort, Knuth 5.4).
"""

from __future__ import annotations

import pickle
from collections.abc import Collection, Iterator
from heapq import merge
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

Term = tuple[str, bytes]
Posting = tuple[str, bytes, int, float, bytes | None]
# A term's postings lie flat in one list: document, weight, value, document, ...
# What a posting takes beside its value: three references, and a bytes object's header.
_POSTING_BYTES = 24 + 33
_TERM_BYTES = 250


class PostingPool:
    """Takes postings by document, gives them back by field and term."""

    def __init__(self, folder: Path, limit: int) -> None:
        self._folder = folder
        self._limit = limit
        self._size = 0
        self._terms: dict[Term, list[Any]] = {}
        self._runs: list[IO[bytes]] = []
        self._spilt: set[Term] = set()

    def add(self, posting: Posting) -> None:
        """Keep one posting; documents come in ascending order."""
        field, term, document, weight, merged = posting
        value = merged or b""  # of a segment being merged, none is None
        found = self._terms.get((field, term))
        if found is None:
            found = self._terms[field, term] = []
            self._size += _TERM_BYTES
        found += (document, weight, value)
        self._size += _POSTING_BYTES + len(value)
        if self._size > self._limit:
            self._spill()

    def iter_postings(self) -> Iterator[Posting]:
        """Every posting, by field, term and document."""
        runs = [_read(run) for run in self._runs]
        for (field, term), postings in merge(*runs, self._sorted(), key=lambda item: item[0]):
            flat = iter(postings)
            for document, weight, value in zip(flat, flat, flat, strict=True):
                yield field, term, document, weight, value

    def lexicon(self, fields: Collection[str]) -> list[bytes]:
        """The distinct terms of some fields, ascending."""
        terms = self._spilt | self._terms.keys()
        return sorted({term for field, term in terms if field in fields})

    def cleanup(self) -> None:
        """Forget everything."""
        self._terms.clear()
        for run in self._runs:
            run.close()

    def _sorted(self) -> Iterator[tuple[Term, list[Any]]]:
        for term in sorted(self._terms):
            yield term, self._terms[term]

    def _spill(self) -> None:
        """Write what is held to disk as a sorted run."""
        run = TemporaryFile(dir=self._folder)  # noqa: SIM115 - closed in `cleanup`
        self._runs.append(run)
        for item in self._sorted():
            pickle.dump(item, run, pickle.HIGHEST_PROTOCOL)
        self._spilt |= self._terms.keys()
        self._terms.clear()
        self._size = 0


def _read(run: IO[bytes]) -> Iterator[tuple[Term, list[Any]]]:
    run.seek(0)
    while True:
        try:
            yield pickle.load(run)  # noqa: S301 - our own file, deleted already
        except EOFError:
            return
