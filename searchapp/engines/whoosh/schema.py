# mypy: allow-untyped-calls, disable-error-code="arg-type, override, union-attr"
# (Whoosh is typed in part only, and narrower than it is used)
"""The fields of the Whoosh index, and how a document's terms enter them.

Terms come ready from `analysis`: Whoosh's own analysers are not used. Exact fields
carry positions, for quotes, wildcards and spelling; stem fields carry frequencies,
for ranking. Everything counted or sorted comes from the one `record` column.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from whoosh import columns, fields, formats

TITLE, TEXT = "title", "text"
FIELDS = (TITLE, TEXT)
STEMS = {TITLE: "title_stems", TEXT: "text_stems"}
VERSION = "2"

Positions = Mapping[str, Sequence[int]]
Frequencies = Mapping[str, int]


class PositionsFormat(formats.Positions):
    """Positions as a flat run of unsigned 32-bit integers, so that a block joins to an array."""

    def encode(self, positions: Sequence[int]) -> bytes:
        """The bytes of one posting."""
        return array("I", positions).tobytes()

    def decode_positions(self, value: bytes) -> list[int]:
        """The positions of one posting."""
        return list(array("I", value))

    def decode_frequency(self, value: bytes) -> int:
        """How many positions one posting has."""
        return len(value) // 4


class FrequencyFormat(formats.Existence):
    """Nothing beside the weight Whoosh keeps for every posting, which is the frequency."""


class ExactField(fields.FieldType):
    """Terms with their positions in the document."""

    def __init__(self) -> None:
        super().__init__(format=PositionsFormat(), analyzer=None)

    def index(self, value: Positions, **_: Any) -> Iterator[tuple[bytes, int, float, bytes]]:
        """Whoosh's posting tuples: term, frequency, weight, value."""
        encode = self.format.encode
        for term, positions in value.items():
            count = len(positions)
            yield term.encode(), count, count, encode(positions)


class StemField(fields.FieldType):
    """Stems with their frequencies in the document."""

    def __init__(self) -> None:
        super().__init__(format=FrequencyFormat(), analyzer=None)

    def index(self, value: Frequencies, **_: Any) -> Iterator[tuple[bytes, int, float, bytes]]:
        """Whoosh's posting tuples: term, frequency, weight, no value."""
        for term, count in value.items():
            yield term.encode(), count, count, b""


class IdField(fields.FieldType):
    """One id, found again to replace or delete its document."""

    def __init__(self) -> None:
        super().__init__(format=formats.Existence(), analyzer=None)

    def index(self, value: bytes, **_: Any) -> Iterator[tuple[bytes, int, float, bytes]]:
        """The one posting."""
        yield value, 1, 1, b""


class RecordField(fields.FieldType):
    """One byte string per document, kept as a column."""

    indexed = False

    def __init__(self) -> None:
        super().__init__(format=None, analyzer=None)
        self.set_sortable(columns.VarBytesColumn())

    def to_column_value(self, value: bytes) -> bytes:
        """The bytes as they are."""
        return value


def schema() -> fields.Schema:
    """The schema every build of `VERSION` has."""
    exact = {name: ExactField() for name in FIELDS}
    stems = {name: StemField() for name in STEMS.values()}
    return fields.Schema(
        id=IdField(), document=fields.STORED(), record=RecordField(), **exact, **stems
    )
