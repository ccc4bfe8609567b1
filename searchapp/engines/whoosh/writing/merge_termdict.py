"""The dictionaries of several segments made one: part of `merge`."""

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import chain, compress

import numpy as np

from searchapp.engines.whoosh.segment.array_file import ArrayFile
from searchapp.engines.whoosh.segment.termdict import Dictionary, offsets_of, read_dictionary
from searchapp.engines.whoosh.segment.types import Array
from searchapp.engines.whoosh.writing.merge_source import MergeSource

# Strings of all dictionaries held at once; set by hand, not measured.
_CHUNK_STRINGS = 10_000


def merge_dictionaries(
    name: str, sources: Sequence[MergeSource], used: Sequence[Array]
) -> tuple[tuple[Array, Array], list[Array]]:
    """The strings in use of all dictionaries as one's two arrays, and the new ords by source.

    `used` are masks by ord, the new ords int32 by ord, ascending. A string no longer in use
    gets the ord of the next: nothing of it is left. Few strings are held as such at a time, for
    there are millions in a large index. Raises Damaged.
    """
    found = []
    for source in sources:
        found.append(read_dictionary(source.file, name))
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
        for new_ords, (first, stop), here in zip(maps, spans, listed, strict=True):
            new_ords[first:stop] = _new_ords(here, strings, len(lengths))
        data += b"".join(strings)
        lengths.extend(map(len, strings))
    return (np.frombuffer(data, np.uint8), offsets_of(lengths)), maps


def _spans(found: Sequence[Dictionary]) -> Iterator[list[tuple[int, int]]]:
    """The next ords of each dictionary, half-open, some `_CHUNK_STRINGS` of all at a time."""
    step = max(1, _CHUNK_STRINGS // len(found))
    samples = sorted(strings[n] for strings in found for n in range(step, len(strings), step))
    starts = [0] * len(found)
    for string in samples[len(found) - 1 :: len(found)]:
        stops = [strings.lower_bound(string) for strings in found]
        yield list(zip(starts, stops, strict=True))
        starts = stops
    yield list(zip(starts, map(len, found), strict=True))


def _new_ords(here: list[bytes], strings: list[bytes], first: int) -> list[int]:
    """The ords of some strings, or of those after them, among others that count from `first`."""
    ords = dict(zip(strings, range(first, first + len(strings)), strict=True))
    found = list(map(ords.get, here))
    return [
        first + bisect_left(strings, string) if n is None else n
        for n, string in zip(found, here, strict=True)
    ]


def mark_replaced(files: Sequence[tuple[ArrayFile, Array]]) -> None:
    """Of the live docs with the same id, leave live those of the last segment that has it.

    Each file comes with the mask of its live docs, which is changed. Raises Damaged.
    """
    found = [read_dictionary(file, "ids") for file, _ in files]
    for spans in _spans(found) if len(files) > 1 else ():
        known: set[bytes] = set()
        for (file, live_docs), ids, span in zip(files[::-1], found[::-1], spans[::-1], strict=True):
            docs, here = file["ids.documents"][slice(*span)], ids.between(*span)
            live_docs[docs[[id_ in known for id_ in here]]] = False
            known.update(compress(here, live_docs[docs]))
            file.release()
