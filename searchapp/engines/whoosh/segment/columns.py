"""What searching needs of all documents at once, as arrays by doc.

Of one segment they are views of its file, of several they are joined once per snapshot, each
when it is first asked for; `facet_column` has those of a facet.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from datetime import date
from functools import cached_property
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np

from searchapp.engines.analysis.fields import FIELDS
from searchapp.engines.whoosh.segment.array_file import ArrayFile
from searchapp.engines.whoosh.segment.facet_column import FacetColumn
from searchapp.engines.whoosh.segment.format import UNDATED, inverse_permutation
from searchapp.engines.whoosh.segment.types import Array, Ints, Longs, Mask
from searchapp.model import FACET_FIELDS

_T = TypeVar("_T")
EPOCH = 719_163  # the proleptic ordinal of 1970-01-01, where NumPy's days begin


class ByFacet(dict[str, _T]):
    """Something of each facet, made when first asked for. Raises KeyError for no facet."""

    def __init__(self, make: Callable[[str], _T]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, facet: str) -> _T:
        if facet not in FACET_FIELDS:
            raise KeyError(facet)
        made = self[facet] = self._make(facet)
        return made


class Columns:
    """A snapshot's documents, by doc.

    `day` is a proleptic Gregorian ordinal or `UNDATED`; `certain` says whether the
    date is of high confidence; `lengths` are positions in each of `FIELDS`. `bases` are
    the first docs of the segments. All raise Damaged when an array is first read.
    """

    def __init__(self, files: Sequence[ArrayFile]) -> None:
        self._files = files
        counts = [f.count("day") for f in files]
        self.bases = [sum(counts[:n]) for n in range(len(files))]
        self.doc_count = sum(counts)
        self.facets = ByFacet(self._facet)
        self._runs: dict[str, tuple[Longs, Longs, list[str]]] = {}
        self._ranks: dict[tuple[bool, bool], Longs] = {}

    def _facet(self, facet: str) -> FacetColumn:
        columns = [FacetColumn.read(file, facet) for file in self._files]
        return columns[0] if len(columns) == 1 else FacetColumn.concatenate(columns)

    def _column(self, name: str, dtype: Any) -> Array:
        parts = [file[name] for file in self._files]
        if len(parts) == 1:
            return parts[0]
        return np.concatenate([np.zeros(0, dtype), *parts])

    def id(self, doc: int) -> str:
        """A document's id."""
        segment = bisect_right(self.bases, doc) - 1
        file, local = self._files[segment], doc - self.bases[segment]
        ord_ = int(file.part("ids.places", local, local + 1)[0])
        start, stop = file.part("ids.offsets", ord_, ord_ + 2).tolist()
        return bytes(file.part("ids.strings", start, stop)).decode("utf-8", "surrogatepass")

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """All ids by doc: as many strings in memory."""
        return tuple(map(self.id, range(self.doc_count)))

    @cached_property
    def day(self) -> Ints:
        """Each doc's day, certain or not: int32 by doc."""
        return self._column("day", np.int32)

    @cached_property
    def certain(self) -> Mask:
        """Whether each doc's day is certain, by doc."""
        return self._column("certain", bool)

    @cached_property
    def lengths(self) -> dict[str, Array]:
        """How many positions each doc has in each field: uint16 or int32 by doc."""
        return {field: self._column(f"{field}.length", np.uint16) for field in FIELDS}

    def days(self, *, uncertain: bool) -> Ints:
        """Each doc's day, int32 by doc; one of low confidence counts only if `uncertain`."""
        return self.day if uncertain else self._certain_days

    def date_ranks(self, *, newest: bool, uncertain: bool) -> Longs:
        """Each doc's rank by date, undated last, then by id: a permutation, by doc."""
        key = newest, uncertain
        if key not in self._ranks:
            days = self.days(uncertain=uncertain)
            by_day = -days if newest else days
            order = np.lexsort((self._id_ranks, by_day, days == UNDATED))
            self._ranks[key] = inverse_permutation(order)
        return self._ranks[key]

    def dated_between(self, first: date | None, last: date | None, *, uncertain: bool) -> Mask:
        """The docs with a date from one day to another, both inclusive, as a mask by doc."""
        days = self.days(uncertain=uncertain)
        low = first.toordinal() if first else UNDATED + 1
        high = last.toordinal() if last else date.max.toordinal()
        if uncertain:
            within: Mask = (days >= low) & (days <= high)
            return within
        inside = np.zeros(self.doc_count, bool)
        for start, stop in pairwise([*self.bases, self.doc_count]):
            # A segment's docs stand by falling day.
            head, end = (
                bisect_left(range(start, stop), -day, key=lambda n: -int(days[n]))
                for day in (high, low - 1)
            )
            inside[start + head : start + end] = True
        return inside

    def period_runs(self, unit: str) -> tuple[Longs, Longs, list[str]]:
        """The first docs of runs of one day, month or year (NumPy's `unit`) of certain date.

        The docs of a segment stand by date. Beside them, by run, the index of its name among
        the third, which are in ISO 8601 and in calendar order; an empty one is for no date.
        """
        if unit not in self._runs:
            days = self.days(uncertain=False)
            moments = (days.astype(np.int64) - EPOCH).astype("datetime64[D]")
            periods = moments.astype(f"datetime64[{unit}]")
            periods[days == UNDATED] = "NaT"
            numbers = periods.astype(np.int64)
            starts = np.flatnonzero(np.diff(numbers, prepend=numbers[:1] - 1))
            written = np.datetime_as_string(periods[starts])
            unique, indices = np.unique(written, return_inverse=True)
            names = ["" if name == "NaT" else name for name in unique.tolist()]
            self._runs[unit] = starts, indices, names
        return self._runs[unit]

    @cached_property
    def _certain_days(self) -> Ints:
        if self.certain.all():
            return self.day
        days: Ints = np.where(self.certain, self.day, np.int32(UNDATED))
        return days

    @cached_property
    def _id_ranks(self) -> Longs:
        if len(self._files) == 1:
            return self._files[0]["ids.places"]
        by_id = sorted(range(self.doc_count), key=self.ids.__getitem__)
        return inverse_permutation(np.array(by_id, np.int64))
