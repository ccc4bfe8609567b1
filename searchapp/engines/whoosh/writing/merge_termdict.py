"""The dictionaries of several segments made one: part of `merging`."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import chain, compress

import numpy as np

from searchapp.engines.whoosh.segment.array_file import ArrayFile
from searchapp.engines.whoosh.segment.termdict import Dictionary, dictionary, ends_of
from searchapp.engines.whoosh.segment.types import Array
from searchapp.engines.whoosh.writing.merge_source import Source

# Strings of all dictionaries held at once.
_HELD = 10_000


def united(
    name: str, sources: Sequence[Source], used: Sequence[Array]
) -> tuple[tuple[Array, Array], list[Array]]:
    """The strings in use of all dictionaries as one, and the places in it of each one's.

    A string no longer in use takes the place of the next: nothing of it is left. Few
    strings are held as such at a time, for there are millions in a large index.
    """
    found = []
    for source in sources:
        found.append(dictionary(source.file, name))
        source.file.release()
    maps = [np.empty(len(words), np.int32) for words in found]
    data, lengths = bytearray(), array("L")
    for spans in _spans(found):
        listed = []
        for source, words, span in zip(sources, found, spans, strict=True):
            listed.append(words.between(*span))
            source.file.release()
        in_use = [u[a:b] for u, (a, b) in zip(used, spans, strict=True)]
        strings = sorted(set(chain.from_iterable(map(compress, listed, in_use))))
        for places, (first, last), here in zip(maps, spans, listed, strict=True):
            places[first:last] = _places(here, strings, len(lengths))
        data += b"".join(strings)
        lengths.extend(map(len, strings))
    return (np.frombuffer(data, np.uint8), ends_of(lengths)), maps


def _spans(found: Sequence[Dictionary]) -> Iterator[list[tuple[int, int]]]:
    """Which strings of each dictionary come next, some `_HELD` of all of them at a time."""
    step = max(1, _HELD // len(found))
    samples = sorted(strings[n] for strings in found for n in range(step, len(strings), step))
    begun = [0] * len(found)
    for string in samples[len(found) - 1 :: len(found)]:
        ended = [strings.first(string) for strings in found]
        yield list(zip(begun, ended, strict=True))
        begun = ended
    yield list(zip(begun, map(len, found), strict=True))


def _places(here: list[bytes], strings: list[bytes], first: int) -> list[int]:
    """The places of some strings, or of those after them, among others from `first` on."""
    place = dict(zip(strings, range(first, first + len(strings)), strict=True))
    found = list(map(place.get, here))
    return [
        first + bisect_left(strings, string) if n is None else n
        for n, string in zip(found, here, strict=True)
    ]


def bury(files: Sequence[tuple[ArrayFile, Array]]) -> None:
    """Of the live documents with the same id, leave those of the last segment that has it."""
    found = [dictionary(file, "ids") for file, _ in files]
    for spans in _spans(found) if len(files) > 1 else ():
        known: set[bytes] = set()
        for (file, live), ids, span in zip(files[::-1], found[::-1], spans[::-1], strict=True):
            documents, here = file["ids.documents"][slice(*span)], ids.between(*span)
            live[documents[[id_ in known for id_ in here]]] = False
            known.update(compress(here, live[documents]))
            file.release()
