"""The loops of a search that are worth compiling; needs numba, the extra `compiled`.

Stands under `docset`, `bm25f`, `phrase`, `facet_counts` and `top_docs`, which do the same with
NumPy, several times slower, where `dispatch` has not loaded this: answers are equal to the
last bit. `docs` are ascending int32, scores beside them float32; arrays may be read-only views
of the mapped index. The types of each are those of its signature.
"""

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
# A set so many times smaller is searched for in the larger one; set by hand, not measured.
_SKEWED = 16
_compiled: Any = njit(nogil=True)


@_compiled
def _sift_down(heap: Any, value: Any) -> None:
    """Replace the least value of a heap."""
    index, size = 0, len(heap)
    while 2 * index + 1 < size:
        child = 2 * index + 1
        if child + 1 < size and heap[child + 1] < heap[child]:
            child += 1
        if heap[child] >= value:
            break
        heap[index] = heap[child]
        index = child
    heap[index] = value


@_compiled
def _kth_largest_count(counts: Any, limit: int) -> Any:
    """The lowest of the `limit` highest counts, 1 where there are fewer."""
    heap = np.zeros(max(limit, 1), np.int32)
    for count in counts:
        if count > heap[0]:
            _sift_down(heap, count)
    return max(heap[0], 1)


@_compiled
def _top_counts(ords: Any, counts: Any, limit: int) -> Any:
    """The ords with one of the `limit` highest counts, equal ones too, and the counts beside."""
    if not limit:
        return ords[:0], counts[:0]
    least = _kth_largest_count(counts, limit)
    found = np.flatnonzero(counts >= least)
    return ords[found], counts[found]


_COUNTED = [(_STARTS, kind, _INTS, int64, int64) for kind in (_SHORTS, _INTS)]


@njit(_COUNTED, nogil=True, cache=True)
def count_by_doc(starts: Any, doc_values: Any, docs: Any, size: int, limit: int) -> Any:
    """The most frequent values of some docs, by looking at all their values.

    `starts` and `doc_values` are those of a `FacetColumn` with `size` values. Returns the ords
    with one of the `limit` highest counts (equal ones too), the counts beside, how many values
    there are at all, and how many docs have none.
    """
    counts = np.zeros(size, np.int32)
    ords = np.empty(size, np.int32)
    distinct = missing = 0
    for doc in docs:
        first, last = starts[doc], starts[doc + 1]
        missing += first == last
        for index in range(first, last):
            value = doc_values[index]
            if not counts[value]:
                ords[distinct] = value
                distinct += 1
            counts[value] += 1
    ords = ords[:distinct]
    top, top_counts = _top_counts(ords, counts[ords], limit)
    return top, top_counts, distinct, missing


@_compiled
def _common_bits(one: Any, other: Any) -> Any:
    """How many bits two rows of uint64 share (H. S. Warren, Hacker's Delight, 5-1)."""
    total = uint64(0)
    for index in range(len(one)):
        word = one[index] & other[index]
        word -= (word >> uint64(1)) & uint64(0x5555555555555555)
        word = (word & _PAIRS) + ((word >> uint64(2)) & _PAIRS)
        word = (word + (word >> uint64(4))) & uint64(0x0F0F0F0F0F0F0F0F)
        total += (word * uint64(0x0101010101010101)) >> uint64(56)
    return int64(total)


@njit([(_INTS, _STARTS, _ROWS, _BITS, int64)], nogil=True, cache=True)
def count_by_value(
    docs: Any, value_starts: Any, frequent_bitsets: Any, hits: Any, limit: int
) -> Any:
    """The same but for the docs without a value, by looking at the docs of each value.

    `docs`, `value_starts` and `frequent_bitsets` are those of a `FacetColumn`, `hits` is the
    set as bits by doc. Ords fall by frequency: once none can be among the first any more, it is
    only looked whether one has any doc of the set.
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
        if exact < len(frequent_bitsets):
            count = _common_bits(frequent_bitsets[exact], hits)
        else:
            for index in range(first, last):
                doc = docs[index]
                count += (bits[doc >> 3] >> (doc & 7)) & 1
        counts[exact] = count
        distinct += count > 0
        if count > heap[0]:
            _sift_down(heap, count)
        exact += 1
    for value in range(exact, size):
        for index in range(value_starts[value], value_starts[value + 1]):
            doc = docs[index]
            if (bits[doc >> 3] >> (doc & 7)) & 1:
                distinct += 1
                break
    top, top_counts = _top_counts(np.arange(exact, dtype=np.int32), counts[:exact], limit)
    return top, top_counts, distinct


@njit([(_INTS, int64)], nogil=True, cache=True)
def to_mask(docs: Any, size: int) -> Any:
    """Docs of `size` as a mask by doc."""
    found = np.zeros(size, np.bool_)
    for doc in docs:
        found[doc] = True
    return found


@njit([(_INTS, int64)], nogil=True, cache=True)
def to_bitset(docs: Any, size: int) -> Any:
    """Docs as bits, in `size` words of uint64."""
    found = np.zeros(8 * size, np.uint8)
    for doc in docs:
        found[doc >> 3] |= np.uint8(1 << (doc & 7))
    return found.view(np.uint64)


@_compiled
def _gallop(docs: Any, target: int, index: Any) -> Any:
    """First index, from one on, with `docs[index] >= target` (galloping search); docs ascend."""
    step = 1
    while index + step < len(docs) and docs[index + step] < target:
        index += step
        step *= 2
    last = min(index + step, len(docs))
    while index < last:
        middle = (index + last) // 2
        if docs[middle] < target:
            index = middle + 1
        else:
            last = middle
    return index


@_compiled
def _union_by_merge(one: Any, scores: Any, other: Any, added: Any) -> Any:
    """The docs of two sets of like size, one a step, without a branch."""
    size = len(one) + len(other)
    docs, total = np.empty(size, np.int32), np.empty(size, np.float32)
    first = second = count = 0
    while first < len(one) and second < len(other):
        left, right = one[first], other[second]
        score = np.float32(left <= right) * scores[first]
        total[count] = score + np.float32(right <= left) * added[second]
        docs[count] = min(left, right)
        first += left <= right
        second += right <= left
        count += 1
    for index in range(first, len(one)):
        docs[count], total[count] = one[index], scores[index]
        count += 1
    for index in range(second, len(other)):
        docs[count], total[count] = other[index], added[index]
        count += 1
    return docs[:count], total[:count]


@_compiled
def _union_by_insertion(many: Any, scores: Any, few: Any, added: Any) -> Any:
    """The docs of two sets, what lies between two of the smaller one at a time."""
    size = len(many) + len(few)
    docs, total = np.empty(size, np.int32), np.empty(size, np.float32)
    first = new = 0
    for nth, doc in enumerate(few):
        stop = _gallop(many, doc, first)
        for index in range(first, stop):
            docs[index + new], total[index + new] = many[index], scores[index]
        first = stop
        docs[stop + new], total[stop + new] = doc, added[nth]
        if stop < len(many) and many[stop] == doc:
            total[stop + new] += scores[stop]
            first += 1
        else:
            new += 1
    for index in range(first, len(many)):
        docs[index + new], total[index + new] = many[index], scores[index]
    return docs[: len(many) + new], total[: len(many) + new]


@njit([(_INTS, _FLOATS, _INTS, _FLOATS)], nogil=True, cache=True)
def union_scores(many: Any, scores: Any, few: Any, added: Any) -> Any:
    """The docs of two sets, the scores of those in both added up; `few` is the smaller."""
    if len(few) * _SKEWED < len(many):
        return _union_by_insertion(many, scores, few, added)
    return _union_by_merge(many, scores, few, added)


@njit([(_INTS, kind, _FLOATS) for kind in (_BYTES, _INTS)], nogil=True, cache=True)
def field_weights(docs: Any, frequencies: Any, norms: Any) -> Any:
    """What the occurrences of a term weigh in each of its docs: float32; `norms` are by doc."""
    weights = np.empty(len(docs), np.float32)
    for index in range(len(docs)):
        weights[index] = norms[docs[index]] * np.float32(frequencies[index])
    return weights


@_compiled
def _common_indices(few: Any, many: Any) -> Any:
    """The indices (int32) in each of two lists of the docs in both; `few` is the shorter."""
    first, second = np.empty(len(few), np.int32), np.empty(len(few), np.int32)
    skewed = len(few) * _SKEWED < len(many)
    count = nth = index = 0
    while nth < len(few) and index < len(many):
        if skewed:
            index = _gallop(many, few[nth], index)
            if index == len(many):
                break
        left, right = few[nth], many[index]
        first[count], second[count] = nth, index
        count += left == right
        nth += left <= right
        index += right <= left
    return first[:count], second[:count]


@njit([(_INTS, _FLOATS, _INTS, _FLOATS)], nogil=True, cache=True)
def intersect_scores(few: Any, scores: Any, many: Any, added: Any) -> Any:
    """The docs in both of two sets, their scores added up; `few` is the smaller."""
    first, second = _common_indices(few, many)
    return few[first], scores[first] + added[second]


@njit([(_INTS, _INTS)], nogil=True, cache=True)
def intersect_docs(few: Any, many: Any) -> Any:
    """The docs in both of two lists; `few` is the shorter."""
    return few[_common_indices(few, many)[0]]


_POSTINGS = [
    (_INTS, frequencies, positions, _INTS)
    for frequencies in (_BYTES, _INTS)
    for positions in (_SHORTS, _STARTS)
]


@njit(_POSTINGS, nogil=True, cache=True)
def position_keys(docs: Any, frequencies: Any, positions: Any, wanted: Any) -> Any:
    """`doc << 32 | position` of each occurrence in `wanted`: ascending int64.

    `wanted` are ascending int32, each of them among `docs`, the docs of a term's postings.
    """
    firsts, lengths = np.empty(len(wanted), np.int64), np.empty(len(wanted), np.int64)
    index = before = total = 0
    for nth, doc in enumerate(wanted):
        reached = _gallop(docs, doc, index)
        for skipped in range(index, reached):
            before += int64(frequencies[skipped])
        index = reached
        firsts[nth], lengths[nth] = before, frequencies[index]
        total += lengths[nth]
    found = np.empty(total, np.int64)
    count = 0
    for nth, doc in enumerate(wanted):
        for index in range(firsts[nth], firsts[nth] + lengths[nth]):
            found[count] = (int64(doc) << 32) + int64(positions[index])
            count += 1
    return found


@njit([(_LONGS, _LONGS)], nogil=True, cache=True)
def merge_lower_bound(keys: Any, wanted: Any) -> Any:
    """For each of `wanted` the first index of a key not below it (int64); both ascending int64."""
    found = np.empty(len(wanted), np.int64)
    index = 0
    for nth, key in enumerate(wanted):
        while index < len(keys) and keys[index] < key:
            index += 1
        found[nth] = index
    return found


@njit([(_INTS, kind, _MASK) for kind in (_BYTES, _INTS)], nogil=True, cache=True)
def filter_postings(docs: Any, frequencies: Any, mask: Any) -> Any:
    """A term's docs that a mask by doc lets through, and how often each has it."""
    kept, often = np.empty(len(docs), np.int32), np.empty(len(docs), frequencies.dtype)
    count = 0
    for index in range(len(docs)):
        kept[count], often[count] = docs[index], frequencies[index]
        count += mask[docs[index]]
    return kept[:count], often[:count]


@njit([(_INTS, _FLOATS, _MASK)], nogil=True, cache=True)
def filter_scores(docs: Any, scores: Any, mask: Any) -> Any:
    """The docs of a set that a mask by doc lets through, and their scores."""
    kept, total = np.empty(len(docs), np.int32), np.empty(len(docs), np.float32)
    count = 0
    for index, doc in enumerate(docs):
        kept[count], total[count] = doc, scores[index]
        count += mask[doc]
    return kept[:count], total[:count]


@njit([(_FLOATS, int64)], nogil=True, cache=True)
def kth_largest(scores: Any, count: int) -> Any:
    """The lowest of the `count` highest scores; there are more."""
    heap = np.full(count, -np.inf, np.float32)
    for score in scores:
        if score > heap[0]:
            _sift_down(heap, score)
    return heap[0]
