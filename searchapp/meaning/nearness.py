"""Which documents of an archive lie near a query in meaning, for the engines.

Over `model` and `vector_file`. The model is loaded by the first query of a process, never
before processes are forked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from functools import cache, lru_cache
from pathlib import Path

from searchapp.meaning.model import Embedder, Vector
from searchapp.meaning.vector_file import Similarities, VectorFile

_KEPT_QUERIES = 1_000
# A reader's clicks on filters ask for the same words again; some 10 MiB at most. Set by hand.
_KEPT_COMPARISONS = 64


@cache
def _embedder() -> Embedder:
    return Embedder()


@lru_cache(_KEPT_QUERIES)
def query_vector(text: str) -> Vector:
    """A query's vector; those of the last queries are kept. Raises ModelError."""
    return _embedder().embed(text)


class Comparison:
    """A query held against the vectors of one moment."""

    def __init__(self, vectors: VectorFile, query: Vector) -> None:
        self.vectors, self._query = vectors, query
        self._nearest: dict[tuple[float, int], list[tuple[str, float]]] = {}

    def similarities(self, ids: Sequence[str]) -> Similarities:
        """The cosine of each document, float32; NaN for one that has no vector yet."""
        return self.vectors.similarities(self._query, ids)

    def nearest(self, floor: float, most: int) -> list[tuple[str, float]]:
        """At most `most` documents whose cosine reaches `floor`, nearest first, then by id.

        Kept: whatever the filters, they are the same.
        """
        key = floor, most
        if key not in self._nearest:
            self._nearest[key] = self.vectors.nearest(self._query, floor, most)
        return self._nearest[key]


class Nearness:
    """The vectors of an archive, followed as they are replaced; for one thread."""

    def __init__(self, path: Path, embed: Callable[[str], Vector] = query_vector) -> None:
        """Of the file at `path`, there or not; `embed` is the model its vectors are of."""
        self._path, self._embed = path, embed
        self._open: tuple[tuple[int, int], VectorFile | None] | None = None
        self._kept: dict[tuple[str, str], Comparison] = {}
        self._pinned = False

    def copy(self) -> Nearness:
        """Another of the same file, for another thread."""
        return Nearness(self._path, self._embed)

    def pinned(self) -> Nearness:
        """One that stays with the present file."""
        self.vectors()
        still = copy(self)
        still._pinned = True  # noqa: SLF001 - its own
        return still

    def vectors(self) -> VectorFile | None:
        """The newest vectors; None where there are none."""
        if not self._pinned:
            try:
                found = self._path.stat()
                state = found.st_mtime_ns, found.st_ino
            except OSError:
                state = 0, 0
            if self._open is None or self._open[0] != state:
                self._open = state, VectorFile.open(self._path)
        return self._open[1] if self._open else None

    def compare(self, text: str) -> Comparison | None:
        """A query held against them; None where there are none. Raises ModelError."""
        vectors = self.vectors()
        if not vectors or not text:
            return None
        key = vectors.id, text
        found = self._kept.pop(key, None) or Comparison(vectors, self._embed(text))
        self._kept[key] = found
        if len(self._kept) > _KEPT_COMPARISONS:
            del self._kept[next(iter(self._kept))]
        return found
