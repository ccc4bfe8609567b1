"""What searching needs of every document at once: the row of it a segment keeps.

The rows of a segment become its `columns`. The document itself rests beside, as
`document_json`, and is read only for the hits shown.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from searchapp.model import FACET_FIELDS, Confidence, IndexedDocument


@dataclass(frozen=True)
class Record:
    """One document's row.

    `day` is a proleptic Gregorian ordinal, None without a date. `lengths` are counts
    of positions in title and text. `values` are the facet values, in `FACET_FIELDS` order.
    """

    id: str
    day: int | None
    certain: bool
    lengths: Sequence[int]
    values: Sequence[Sequence[str]]

    @classmethod
    def of(cls, document: IndexedDocument, lengths: Sequence[int]) -> Self:
        """The row of a document whose title and text have these lengths."""
        published = document.article.published
        return cls(
            document.id,
            published.day.toordinal() if published else None,
            published is not None and published.confidence == Confidence.HIGH,
            lengths,
            [document.values(facet) for facet in FACET_FIELDS],
        )

    def to_bytes(self) -> bytes:
        """A JSON array; its escapes carry even lone surrogates there and back."""
        row = [self.id, self.day, self.certain, self.lengths, self.values]
        return json.dumps(row, separators=(",", ":")).encode("ascii")


def read_records(rows: Sequence[bytes]) -> list[Record]:
    """The rows of a segment, parsed in one go."""
    return [Record(*row) for row in json.loads(b"[" + b",".join(rows) + b"]")]
