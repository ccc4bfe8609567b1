"""The loops of a search that are worth compiling; needs numba, the extra `compiled`.

Stands under `hits`, `scoring` and `facets`, which do the same with NumPy, several times
slower, where `kernels` has not loaded this: answers are equal to the last bit. Sets of
documents are ascending numbers; arrays may be read-only views of the mapped index.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import boolean, float32, int32, int64, njit, types, uint8, uint16, uint32, uint64


def _array(kind: Any) -> Any:
    return types.Array(kind, 1, "C", readonly=True)


_BYTES, _FLOATS, _INTS, _LONGS, _MASK, _SHORTS, _STARTS = map(
    _array, (uint8, float32, int32, int64, boolean, uint16, uint32)
)
_BITS = _array(uint64)
_ROWS = types.Array(uint64, 2, "C", readonly=True)
_PAIRS = uint64(0x3333333333333333)
# A set so many times smaller is searched for in the larger one.
_SKEWED = 16
_compiled: Any = njit(nogil=True)


@_compiled
def _sink(heap: Any, value: Any) -> None:
    """Put a value in the place of the least of a heap."""
    place, size = 0, len(heap)
    while 2 * place + 1 < size:
        child = 2 * place + 1
        if child + 1 < size and heap[child + 1] < heap[child]:
            child += 1
        if heap[child] >= value:
            break
        heap[place] = heap[child]
        place = child
    heap[place] = value


@_compiled
def _least(counts: Any, limit: int) -> Any:
    """The lowest of the `limit` highest counts, 1 where there are fewer."""
    heap = np.zeros(max(limit, 1), np.int32)
    for count in counts:
        if count > heap[0]:
            _sink(heap, count)
    return max(heap[0], 1)


@_compiled
def _chosen(numbers: Any, counts: Any, limit: int) -> Any:
    """The numbers with one of the `limit` highest counts, equal ones too, and the counts."""
    if not limit:
        return numbers[:0], counts[:0]
    least = _least(counts, limit)
    found = np.flatnonzero(counts >= least)
    return numbers[found], counts[found]


_TALLY = [(_STARTS, values, _INTS, int64, int64) for values in (_SHORTS, _INTS)]


@njit(_TALLY, nogil=True, cache=True)
def tally(starts: Any, values: Any, documents: Any, size: int, limit: int) -> Any:
    """The most frequent values of some documents, by looking at all their values.

    Returns the numbers of the values with one of the `limit` highest counts (equal ones
    too), the counts, how many values there are at all, and how many documents have none.
    """
    counts = np.zeros(size, np.int32)
    numbers = np.empty(size, np.int32)
    distinct = missing = 0
    for document in documents:
        first, last = starts[document], starts[document + 1]
        missing += first == last
        for place in range(first, last):
            value = values[place]
            if not counts[value]:
                numbers[distinct] = value
                distinct += 1
            counts[value] += 1
    numbers = numbers[:distinct]
    top, having = _chosen(numbers, counts[numbers], limit)
    return top, having, distinct, missing


@_compiled
def _common_bits(one: Any, other: Any) -> Any:
    """How many bits two rows have in common (H. S. Warren, Hacker's Delight, 5-1)."""
    total = uint64(0)
    for place in range(len(one)):
        word = one[place] & other[place]
        word -= (word >> uint64(1)) & uint64(0x5555555555555555)
        word = (word & _PAIRS) + ((word >> uint64(2)) & _PAIRS)
        word = (word + (word >> uint64(4))) & uint64(0x0F0F0F0F0F0F0F0F)
        total += (word * uint64(0x0101010101010101)) >> uint64(56)
    return int64(total)


@njit([(_INTS, _STARTS, _ROWS, _BITS, int64)], nogil=True, cache=True)
def survey(documents: Any, value_starts: Any, dense: Any, hits: Any, limit: int) -> Any:
    """The same but for the documents without a value, by looking at the documents of each value.

    `dense` are the documents of the first values as rows of bits, `hits` those of the set.
    Values are numbered by falling frequency: once none can be among the first any more,
    it is only looked whether one has any document of the set.
    """
    size = len(value_starts) - 1
    counts = np.zeros(size, np.int32)
    heap = np.zeros(max(limit, 1), np.int32)
    bits = hits.view(np.uint8)
    exact = distinct = 0
    while exact < size and limit:
        first, last = value_starts[exact], value_starts[exact + 1]
        if last - first < heap[0]:
            break
        count = 0
        if exact < len(dense):
            count = _common_bits(dense[exact], hits)
        else:
            for place in range(first, last):
                document = documents[place]
                count += (bits[document >> 3] >> (document & 7)) & 1
        counts[exact] = count
        distinct += count > 0
        if count > heap[0]:
            _sink(heap, count)
        exact += 1
    for value in range(exact, size):
        for place in range(value_starts[value], value_starts[value + 1]):
            document = documents[place]
            if (bits[document >> 3] >> (document & 7)) & 1:
                distinct += 1
                break
    top, having = _chosen(np.arange(exact, dtype=np.int32), counts[:exact], limit)
    return top, having, distinct


@njit([(_INTS, int64)], nogil=True, cache=True)
def mask(documents: Any, size: int) -> Any:
    """Documents as a mask over all."""
    found = np.zeros(size, np.bool_)
    for document in documents:
        found[document] = True
    return found


@njit([(_INTS, int64)], nogil=True, cache=True)
def bits(documents: Any, size: int) -> Any:
    """Documents as bits, in so many words."""
    found = np.zeros(8 * size, np.uint8)
    for document in documents:
        found[document >> 3] |= np.uint8(1 << (document & 7))
    return found.view(np.uint64)


@_compiled
def _reached(documents: Any, wanted: int, place: int) -> Any:
    """The first place, from one on, of a document not below another, in growing steps."""
    step = 1
    while place + step < len(documents) and documents[place + step] < wanted:
        place += step
        step *= 2
    last = min(place + step, len(documents))
    while place < last:
        middle = (place + last) // 2
        if documents[middle] < wanted:
            place = middle + 1
        else:
            last = middle
    return place


@_compiled
def _merged(one: Any, scores: Any, other: Any, gained: Any) -> Any:
    """The documents of two sets of like size, a document a step, without a branch."""
    size = len(one) + len(other)
    documents, total = np.empty(size, np.int32), np.empty(size, np.float32)
    first = second = count = 0
    while first < len(one) and second < len(other):
        left, right = one[first], other[second]
        score = np.float32(left <= right) * scores[first]
        total[count] = score + np.float32(right <= left) * gained[second]
        documents[count] = min(left, right)
        first += left <= right
        second += right <= left
        count += 1
    for place in range(first, len(one)):
        documents[count], total[count] = one[place], scores[place]
        count += 1
    for place in range(second, len(other)):
        documents[count], total[count] = other[place], gained[place]
        count += 1
    return documents[:count], total[:count]


@_compiled
def _inserted(many: Any, scores: Any, few: Any, gained: Any) -> Any:
    """The documents of two sets, what lies between two of the smaller one at a time."""
    size = len(many) + len(few)
    documents, total = np.empty(size, np.int32), np.empty(size, np.float32)
    first = new = 0
    for nth, document in enumerate(few):
        stop = _reached(many, document, first)
        for place in range(first, stop):
            documents[place + new], total[place + new] = many[place], scores[place]
        first = stop
        documents[stop + new], total[stop + new] = document, gained[nth]
        if stop < len(many) and many[stop] == document:
            total[stop + new] += scores[stop]
            first += 1
        else:
            new += 1
    for place in range(first, len(many)):
        documents[place + new], total[place + new] = many[place], scores[place]
    return documents[: len(many) + new], total[: len(many) + new]


@njit([(_INTS, _FLOATS, _INTS, _FLOATS)], nogil=True, cache=True)
def either(many: Any, scores: Any, few: Any, gained: Any) -> Any:
    """The documents of two sets, the scores of those in both added up; `few` is the smaller."""
    if len(few) * _SKEWED < len(many):
        return _inserted(many, scores, few, gained)
    return _merged(many, scores, few, gained)


@njit([(_INTS, kind, _FLOATS) for kind in (_BYTES, _INTS)], nogil=True, cache=True)
def weighed(documents: Any, frequencies: Any, norms: Any) -> Any:
    """What the occurrences of a word weigh in each of its documents."""
    weights = np.empty(len(documents), np.float32)
    for place in range(len(documents)):
        weights[place] = norms[documents[place]] * np.float32(frequencies[place])
    return weights


@_compiled
def _shared(few: Any, many: Any) -> Any:
    """The places in each of two lists of the documents in both; `few` is the shorter."""
    first, second = np.empty(len(few), np.int32), np.empty(len(few), np.int32)
    skewed = len(few) * _SKEWED < len(many)
    count = nth = place = 0
    while nth < len(few) and place < len(many):
        if skewed:
            place = _reached(many, few[nth], place)
            if place == len(many):
                break
        left, right = few[nth], many[place]
        first[count], second[count] = nth, place
        count += left == right
        nth += left <= right
        place += right <= left
    return first[:count], second[:count]


@njit([(_INTS, _FLOATS, _INTS, _FLOATS)], nogil=True, cache=True)
def both(few: Any, scores: Any, many: Any, gained: Any) -> Any:
    """The documents in both of two sets, their scores added up; `few` is the smaller."""
    first, second = _shared(few, many)
    return few[first], scores[first] + gained[second]


@njit([(_INTS, _INTS)], nogil=True, cache=True)
def common(few: Any, many: Any) -> Any:
    """The documents in both of two lists; `few` is the shorter."""
    return few[_shared(few, many)[0]]


_PLACES = [
    (_INTS, frequencies, positions, _INTS)
    for frequencies in (_BYTES, _INTS)
    for positions in (_SHORTS, _STARTS)
]


@njit(_PLACES, nogil=True, cache=True)
def occurrences(documents: Any, frequencies: Any, positions: Any, wanted: Any) -> Any:
    """Document and position, in one ascending number, of each occurrence in some documents.

    Each of `wanted` is among the documents.
    """
    places, lengths = np.empty(len(wanted), np.int64), np.empty(len(wanted), np.int64)
    place = before = total = 0
    for nth, document in enumerate(wanted):
        reached = _reached(documents, document, place)
        for skipped in range(place, reached):
            before += int64(frequencies[skipped])
        place = reached
        places[nth], lengths[nth] = before, frequencies[place]
        total += lengths[nth]
    found = np.empty(total, np.int64)
    count = 0
    for nth, document in enumerate(wanted):
        for place in range(places[nth], places[nth] + lengths[nth]):
            found[count] = (int64(document) << 32) + int64(positions[place])
            count += 1
    return found


@njit([(_LONGS, _LONGS)], nogil=True, cache=True)
def following(places: Any, least: Any) -> Any:
    """Where the first of ascending numbers is that is not below each of others, ascending too."""
    found = np.empty(len(least), np.int64)
    place = 0
    for nth, wanted in enumerate(least):
        while place < len(places) and places[place] < wanted:
            place += 1
        found[nth] = place
    return found


@njit([(_INTS, kind, _MASK) for kind in (_BYTES, _INTS)], nogil=True, cache=True)
def postings_within(documents: Any, frequencies: Any, chosen: Any) -> Any:
    """The documents of a word that a mask lets through, and how often each has it."""
    kept, often = np.empty(len(documents), np.int32), np.empty(len(documents), frequencies.dtype)
    count = 0
    for place in range(len(documents)):
        kept[count], often[count] = documents[place], frequencies[place]
        count += chosen[documents[place]]
    return kept[:count], often[:count]


@njit([(_INTS, _FLOATS, _MASK)], nogil=True, cache=True)
def within(documents: Any, scores: Any, chosen: Any) -> Any:
    """The documents of a set that a mask lets through, and their scores."""
    kept, total = np.empty(len(documents), np.int32), np.empty(len(documents), np.float32)
    count = 0
    for place, document in enumerate(documents):
        kept[count], total[count] = document, scores[place]
        count += chosen[document]
    return kept[:count], total[:count]


@njit([(_FLOATS, int64)], nogil=True, cache=True)
def least(scores: Any, count: int) -> Any:
    """The lowest of the `count` highest scores; there are more."""
    heap = np.full(count, -np.inf, np.float32)
    for score in scores:
        if score > heap[0]:
            _sink(heap, score)
    return heap[0]
