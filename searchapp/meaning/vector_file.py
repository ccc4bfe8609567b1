"""The vectors of an archive's documents in one file, by document id, mapped into memory.

A view of the ledger beside the index, whatever engine that has: written whole after a run, asked
by every search. A vector is kept as int8, which moves a cosine by a thousandth at most.
"""

from __future__ import annotations

import io
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchapp.files import atomic_file, name_kind
from searchapp.meaning.model import DIMENSIONS, MODEL_ID, Vector

FILE_NAME = f"vectors-{MODEL_ID}.npy"
_STEPS = 127
_KIND = np.dtype([("id", "S32"), ("length", "<f4"), ("vector", "i1", (DIMENSIONS,))])
# Rows made float32 at a time: some 25 MiB. Set by hand.
_CHUNK = 16_384
Similarities = NDArray[np.float32]


def quantise(vector: Vector) -> bytes:
    """A vector as DIMENSIONS int8: its direction, in steps of its largest component's 127th."""
    steps: NDArray[np.int8] = np.rint(vector * (_STEPS / np.abs(vector).max())).astype(np.int8)
    return steps.tobytes()


def write(path: Path, rows: Iterable[tuple[str, bytes]], count: int) -> None:
    """Put `count` vectors, by ascending id of at most 32 bytes, in the place of the file."""
    with atomic_file(path) as file:
        header = io.BytesIO()
        shape = {"descr": np.lib.format.dtype_to_descr(_KIND), "fortran_order": False}
        np.lib.format.write_array_header_1_0(header, {**shape, "shape": (count,)})
        file.write(header.getvalue())
        for id_, vector in rows:
            steps = np.frombuffer(vector, np.int8)
            length = np.linalg.norm(steps.astype(np.float32))
            file.write(np.array((id_.encode(), length, steps), _KIND).tobytes())


@dataclass(frozen=True)
class VectorFile:
    """The vectors of one moment; `id` tells them from those of another."""

    id: str
    rows: NDArray[Any]

    @classmethod
    def open(cls, path: Path) -> VectorFile | None:
        """The file as it is now; None where there is none that can be read."""
        try:
            found = path.stat()
            rows = None if name_kind(found.st_mode) else np.load(path, mmap_mode="r")
        except (OSError, ValueError, EOFError):
            return None
        return None if rows is None or rows.dtype != _KIND else cls(f"{found.st_mtime_ns:x}", rows)

    def __len__(self) -> int:
        return len(self.rows)

    def similarities(self, query: Vector, ids: Sequence[str]) -> Similarities:
        """The cosines of documents' vectors with that of a query: float32, NaN without one."""
        numbers = [self._row_of(id_) for id_ in ids]
        found = np.full(len(ids), np.nan, np.float32)
        known = [place for place, number in enumerate(numbers) if number >= 0]
        found[known] = _cosines(self.rows[[numbers[place] for place in known]], query)
        return found

    def nearest(self, query: Vector, floor: float, most: int) -> list[tuple[str, float]]:
        """The ids and cosines of the nearest documents, `most` of those that reach `floor`."""
        near: list[tuple[float, str]] = []
        for rows in self._chunks():
            cosines = _cosines(rows, query)
            reached = np.flatnonzero(cosines >= floor)
            ids = (bytes(id_).decode() for id_ in rows["id"][reached])
            near += zip((-cosines[reached]).tolist(), ids, strict=True)
            near = sorted(near)[:most]
        return [(id_, -cosine) for cosine, id_ in near]

    def _chunks(self) -> Iterator[NDArray[Any]]:
        return (self.rows[start : start + _CHUNK] for start in range(0, len(self.rows), _CHUNK))

    def _row_of(self, id_: str) -> int:
        wanted = id_.encode()
        row = bisect_left(self.rows, wanted, key=lambda row: bytes(row["id"]))
        return row if row < len(self.rows) and bytes(self.rows[row]["id"]) == wanted else -1


def _cosines(rows: NDArray[Any], query: Vector) -> Similarities:
    """Four decimals: the last bits of a sum are not the same on every machine."""
    products = rows["vector"].astype(np.float32) @ query
    cosines: Similarities = np.round(products / rows["length"], 4)
    return cosines
