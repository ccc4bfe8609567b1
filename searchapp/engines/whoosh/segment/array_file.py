"""A file of named arrays: written once, mapped into memory, checked as it is touched.

    MAGIC  array ... array  directory  length and CRC-32 of the directory  MAGIC

The directory (JSON, then the checksums) names each array with its type, offset and
count. Arrays are little-endian and begin at multiples of 64 bytes. Each has a CRC-32
for every 64 KiB, and no block is used before it has been compared with its own: what
a disk has changed is named by `Damaged`, never served. A block is checked once per
process and kept as checked; opening reads only the directory.
"""

import json
import mmap
import os
import zlib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

import numpy as np

from searchapp.engines.whoosh.segment.types import Array
from searchapp.errors import IndexDamaged
from searchapp.files import open_regular

MAGIC = b"SAPPARR1"
_BLOCK = 1 << 16
_VERIFIED = 1 << 22  # a multiple of _BLOCK
_ALIGNED = 64
_FOOTER = 8 + 4 + len(MAGIC)


class Damaged(IndexDamaged):
    """A file of a build that is not what was written; the message names it."""

    def __init__(self, path: Path, what: str) -> None:
        super().__init__(
            f"the index in {path.parent.parent} is damaged ({path.name} {what}): "
            "run `searchapp reindex --full` to build it again"
        )


class Stream:
    """One array of a file being written, appended to piece by piece."""

    def __init__(self, descriptor: int, offset: int, dtype: np.dtype[Any]) -> None:
        self._descriptor = descriptor
        self._crc = self._filled = 0
        self.offset, self.dtype = offset, dtype
        self.size = 0
        self.checksums: list[int] = []

    def append(self, values: Array | bytes) -> None:
        """Write values behind the ones before."""
        array = np.frombuffer(values, np.uint8) if isinstance(values, bytes) else values
        data = memoryview(np.ascontiguousarray(array, self.dtype).view(np.uint8).data)
        if data:
            self._checksum(data)
            self._write(data)

    def _write(self, data: memoryview) -> None:
        while len(data):
            done = os.pwrite(self._descriptor, data, self.offset + self.size)
            self.size += done
            data = data[done:]

    def _checksum(self, data: memoryview) -> None:
        while len(data):
            part = data[: _BLOCK - self._filled]
            self._crc = zlib.crc32(part, self._crc)
            self._filled += len(part)
            data = data[len(part) :]
            if self._filled == _BLOCK:
                self.finish()

    def finish(self) -> None:
        """Note the checksum of a block that is not full."""
        if self._filled:
            self.checksums.append(self._crc)
            self._crc = self._filled = 0


class ArrayWriter:
    """Writes one file of arrays; leaving it without an error completes the file."""

    def __init__(self, path: Path, **facts: Any) -> None:
        self.facts = facts
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o666)
        self._streams: dict[str, Stream] = {}
        os.pwrite(self._descriptor, MAGIC, 0)
        self._end = _ALIGNED
        self._growing: Stream | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Write the directory, unless something failed."""
        try:
            if kind is None:
                self._complete()
        finally:
            os.close(self._descriptor)

    def reserve(self, name: str, dtype: Any, most: int) -> Stream:
        """Room for an array of at most so many values, to be appended to."""
        self._end_growing()
        kind = np.dtype(dtype).newbyteorder("<")
        stream = self._streams[name] = Stream(self._descriptor, self._end, kind)
        size = most * kind.itemsize
        self._end += -(-size // _ALIGNED) * _ALIGNED
        return stream

    def grow(self, name: str, dtype: Any) -> Stream:
        """An array of any length; it ends where the next one begins."""
        self._growing = self.reserve(name, dtype, 0)
        return self._growing

    def add(self, name: str, values: Array) -> None:
        """A whole array."""
        self.reserve(name, values.dtype, len(values)).append(values)

    def _end_growing(self) -> None:
        """What follows an array of any length begins where that has come to."""
        if self._growing:
            self._end += -(-self._growing.size // _ALIGNED) * _ALIGNED
            self._growing = None

    def _complete(self) -> None:
        self._end_growing()
        for stream in self._streams.values():
            stream.finish()
        listed = {
            name: [s.dtype.str, s.offset, s.size // s.dtype.itemsize]
            for name, s in self._streams.items()
        }
        text = json.dumps({"arrays": listed, "facts": self.facts}).encode()
        sums = np.array([c for s in self._streams.values() for c in s.checksums], "<u4")
        directory = len(text).to_bytes(8, "little") + text + sums.tobytes()
        footer = len(directory).to_bytes(8, "little")
        footer += zlib.crc32(directory).to_bytes(4, "little") + MAGIC
        os.pwrite(self._descriptor, directory + footer, self._end)


class ArrayFile:
    """A file of arrays, open for reading. Raises Damaged, FileNotFoundError.

    The file may be removed while it is open. Arrays are views of the mapped file:
    processes that open the same file share its memory.
    """

    def __init__(self, path: Path, seal: int | None = None) -> None:
        """Open it; with `seal`, only if it is the file that had that one."""
        self.path = path
        with open_regular(path) as file:
            size = os.fstat(file.fileno()).st_size
            if size < _ALIGNED + _FOOTER:
                raise Damaged(path, "is cut short")
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        text, sums = self._directory(size)
        if seal is not None and seal != self.seal:
            raise Damaged(path, "is of another commit")
        self.facts: Mapping[str, Any] = text["facts"]
        self._arrays: dict[str, Array] = {}
        self._extents: list[tuple[int, int]] = []
        self._sums: dict[str, Array] = {}
        self._unchecked: dict[str, bytearray] = {}
        self._whole: set[str] = set()
        self._map_arrays(text["arrays"], sums)

    def __contains__(self, name: str) -> bool:
        return name in self._arrays

    def __getitem__(self, name: str) -> Array:
        """A whole array, checked. Raises KeyError, Damaged."""
        array = self._arrays[name]
        if name not in self._whole:
            self._check(name, 0, array.nbytes)
            self._whole.add(name)
        return array

    def part(self, name: str, start: int, stop: int) -> Array:
        """An array's values from `start` to before `stop`, checked. Raises KeyError, Damaged."""
        array = self._arrays[name]
        if name not in self._whole:
            self._check(name, start * array.itemsize, stop * array.itemsize)
        return array[start:stop]

    def dtype(self, name: str) -> np.dtype[Any]:
        """An array's type."""
        return self._arrays[name].dtype

    def count(self, name: str) -> int:
        """How many values an array has."""
        return len(self._arrays[name])

    def verify(self) -> None:
        """Compare every byte with what was written, even one that was right before. Raises Damaged.

        Little of the file is in this process's memory at a time.
        """
        self._check_gaps()
        self._whole.clear()
        for name, array in self._arrays.items():
            self._unchecked[name] = bytearray(b"\1") * len(self._unchecked[name])
            for start in range(0, array.nbytes, _VERIFIED):
                self._check(name, start, min(start + _VERIFIED, array.nbytes))
                self.release()

    def release(self) -> None:
        """Give back the memory of what was read; it is read again when used."""
        with suppress(AttributeError, OSError):  # a hint, not everywhere to be had
            self._map.madvise(mmap.MADV_DONTNEED)

    def _check_gaps(self) -> None:
        """Nothing was ever written between arrays."""
        stop = len(MAGIC)
        for start, size in [*sorted(self._extents), (self._directory_start, 0)]:
            for first in range(stop, start, _VERIFIED):
                if self._map[first : min(first + _VERIFIED, start)].strip(b"\0"):
                    raise Damaged(self.path, "has something where nothing was written")
                self.release()
            stop = start + size

    def _directory(self, size: int) -> tuple[Any, Array]:
        """The names and the checksums."""
        footer = self._map[size - _FOOTER : size]
        length = int.from_bytes(footer[:8], "little")
        start = size - _FOOTER - length
        whole = footer.endswith(MAGIC) and self._map[: len(MAGIC)] == MAGIC
        if not whole or start < 0:
            raise Damaged(self.path, "is cut short or not a file of arrays")
        directory = self._map[start : start + length]
        if zlib.crc32(directory) != int.from_bytes(footer[8:12], "little"):
            raise Damaged(self.path, "has a directory that does not match its checksum")
        self._directory_start = start
        self.seal = zlib.crc32(directory)
        """The CRC-32 of the directory, which has those of everything else."""
        named = 8 + int.from_bytes(directory[:8], "little")
        return json.loads(directory[8:named]), np.frombuffer(directory, "<u4", offset=named)

    def _map_arrays(self, listed: Mapping[str, Any], sums: Array) -> None:
        before = 0
        for name, (kind, offset, count) in listed.items():
            array = np.frombuffer(self._map, kind, count, offset) if count else np.zeros(0, kind)
            blocks = -(-array.nbytes // _BLOCK)
            self._arrays[name] = array
            self._extents.append((offset, array.nbytes))
            self._sums[name] = sums[before : before + blocks]
            self._unchecked[name] = bytearray(b"\1") * blocks
            before += blocks

    def _check(self, name: str, start: int, stop: int) -> None:
        """Compare the blocks of some bytes that nobody has compared yet."""
        first, last = start // _BLOCK, -(-stop // _BLOCK)
        unchecked = self._unchecked[name]
        if 1 not in unchecked[first:last]:
            return
        data = self._arrays[name].view(np.uint8)
        for block in range(first, last):
            if unchecked[block]:
                found = zlib.crc32(data[block * _BLOCK : (block + 1) * _BLOCK].data)
                if found != self._sums[name][block]:
                    raise Damaged(self.path, f"has {name} that do not match their checksum")
                unchecked[block] = 0


def narrowest(most: int) -> np.dtype[Any]:
    """The smallest unsigned type that holds numbers up to `most`."""
    return np.min_scalar_type(max(0, int(most)))
