"""The vectors of an archive's documents in one file, by document id, mapped into memory.

A view of the ledger beside the index, whatever engine that has: written whole after a run, asked
by every search. A vector is kept as int8, which moves a cosine by .004 at most, .0003 on the
mean. Over many, the signs of its components are compared first (M. Charikar: Similarity
Estimation Techniques from Rounding Algorithms, STOC 2002).
"""

from __future__ import annotations

import struct
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from searchapp.files import atomic_file, name_kind
from searchapp.meaning.model import DIMENSIONS, MODEL_ID, Vector

FILE_NAME = f"vectors-{MODEL_ID}.bin"
_MAGIC = b"searchapp vectors 1\n"
_HEADER = 64
_STEPS = 127
_WORDS = DIMENSIONS // 64
# Rows made float32 at a time: some 25 MiB.
_CHUNK = 16_384
# Of more documents only so many are compared exactly, those of the nearest signs: of a million
# the hundredth that has 97 of 100 of the nearest five, docs/decisions/0016-meaning.md.
MOST_EXACT, NEAR_SIGNS = 50_000, 10_000
Similarities = NDArray[np.float32]
# What a row has in each part of the file, a part behind the other.
_PARTS = (
    np.dtype("S32"),
    np.dtype("<f4"),
    np.dtype(("<u8", (_WORDS,))),
    np.dtype(("i1", (DIMENSIONS,))),
)


def quantise(vector: Vector) -> bytes:
    """A vector as DIMENSIONS int8: its direction, in steps of its largest component's 127th."""
    steps: NDArray[np.int8] = np.rint(vector * (_STEPS / np.abs(vector).max())).astype(np.int8)
    return steps.tobytes()


def write(path: Path, rows: Iterable[tuple[str, bytes]], count: int) -> None:
    """Put `count` vectors, by ascending id of at most 32 bytes, in the place of the file."""
    waiting, starts = iter(rows), _starts(count)
    with atomic_file(path) as file:
        file.write(struct.pack(f"<{_HEADER - 8}sQ", _MAGIC, count))
        for first in range(0, count, _CHUNK):
            for start, part in zip(starts, _columns(islice(waiting, _CHUNK)), strict=False):
                file.seek(start + first * part.nbytes // len(part))
                file.write(part.tobytes())


def _columns(rows: Iterable[tuple[str, bytes]]) -> tuple[NDArray[np.generic], ...]:
    """Some rows as arrays, in the order of `_PARTS`."""
    ids, vectors = zip(*rows, strict=True)
    steps = np.frombuffer(b"".join(vectors), np.int8).reshape(-1, DIMENSIONS)
    lengths = np.linalg.norm(steps.astype(np.float32), axis=1)
    names = np.array([id_.encode() for id_ in ids], _PARTS[0])
    return names, lengths.astype("<f4"), _signs(steps), steps


def _signs(vectors: NDArray[np.int8] | Vector) -> NDArray[np.uint64]:
    """A bit for each component, set where it is positive, in words of 64."""
    return np.packbits(vectors > 0, axis=-1).view("<u8")


def _starts(count: int) -> list[int]:
    """Where each of `_PARTS` begins, and where the file ends."""
    sizes = [part.itemsize * count for part in _PARTS]
    return [_HEADER + sum(sizes[:number]) for number in range(len(sizes) + 1)]


@dataclass(frozen=True)
class VectorFile:
    """The vectors of one moment; `id` tells them from those of another.

    Of each row its document's id, the length of its int8 vector, the signs and the vector.
    """

    id: str
    ids: NDArray[np.bytes_]
    lengths: NDArray[np.float32]
    signs: NDArray[np.uint64]
    vectors: NDArray[np.int8]

    @classmethod
    def open(cls, path: Path) -> VectorFile | None:
        """The file as it is now; None where there is none that can be read."""
        try:
            found = path.stat()
            data = None if name_kind(found.st_mode) else np.memmap(path, np.uint8, "r")
        except (OSError, ValueError):
            return None
        if data is None or len(data) < _HEADER or not data[:_HEADER].tobytes().startswith(_MAGIC):
            return None
        (count,) = struct.unpack("<Q", data[_HEADER - 8 : _HEADER].tobytes())
        starts = _starts(count)
        if len(data) != starts[-1]:
            return None
        parts = [
            np.ndarray((count, *kind.shape), kind.base, data, start)
            for start, kind in zip(starts, _PARTS, strict=False)
        ]
        return cls(f"{found.st_mtime_ns:x}", *parts)

    def __len__(self) -> int:
        return len(self.ids)

    def similarities(self, query: Vector, ids: Sequence[str]) -> Similarities:
        """The cosines of documents' vectors with that of a query: float32, NaN without one."""
        numbers = [self._row_of(id_) for id_ in ids]
        found = np.full(len(ids), np.nan, np.float32)
        known = [place for place, number in enumerate(numbers) if number >= 0]
        found[known] = self._cosines(np.array([numbers[n] for n in known], np.int64), query)
        return found

    def nearest(self, query: Vector, floor: float, most: int) -> list[tuple[str, float]]:
        """The ids and cosines of the nearest documents, `most` of those that reach `floor`."""
        near: list[tuple[float, int]] = []
        for rows in self._candidates(query):
            cosines = self._cosines(rows, query)
            reached = np.flatnonzero(cosines >= floor)
            near += zip((-cosines[reached]).tolist(), rows[reached].tolist(), strict=True)
            near = sorted(near)[:most]
        return [(bytes(self.ids[row]).decode(), -cosine) for cosine, row in near]

    def _candidates(self, query: Vector) -> Iterator[NDArray[np.int64]]:
        """The rows to compare, ascending, some at a time."""
        if len(self) <= MOST_EXACT:
            rows = np.arange(len(self))
        else:
            apart = np.bitwise_count(self.signs ^ _signs(query)).sum(axis=1, dtype=np.uint16)
            rows = np.flatnonzero(apart <= np.partition(apart, NEAR_SIGNS)[NEAR_SIGNS])
        return (rows[start : start + _CHUNK] for start in range(0, len(rows), _CHUNK))

    def _row_of(self, id_: str) -> int:
        wanted = id_.encode()
        row = bisect_left(self.ids, wanted, key=bytes)
        return row if row < len(self) and bytes(self.ids[row]) == wanted else -1

    def _cosines(self, rows: NDArray[np.int64], query: Vector) -> Similarities:
        """Four decimals: the last bits of a sum are not the same on every machine."""
        products = self.vectors[rows].astype(np.float32) @ query
        cosines: Similarities = np.round(products / self.lengths[rows], 4)
        return cosines
