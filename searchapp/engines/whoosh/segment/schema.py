"""The fields of the Whoosh index.

Terms come ready from `analysis`: Whoosh's own analysers are not used. Exact fields
carry positions, for quotes, wildcards and spelling; stem fields carry frequencies,
for ranking. What is counted or sorted by are arrays beside them (see `format`).
"""

from array import array

from searchapp.engines.analysis.fields import FIELDS, TEXT, TITLE
from searchapp.engines.whoosh_compat import fields, formats

STEMS = {TITLE: "title_stems", TEXT: "text_stems"}
VERSION = "5"
"""Of the fields, the arrays, and the modules whose classes Whoosh pickles."""


class PositionsFormat(formats.Positions):
    """Positions as a flat run of unsigned 32-bit integers."""

    def decode_positions(self, value: bytes) -> list[int]:
        """The positions of one posting."""
        return list(array("I", value))

    def decode_frequency(self, value: bytes) -> int:
        """How many positions one posting has."""
        return len(value) // 4


class Field(fields.FieldType):
    """Terms that `segment_writer` makes: Whoosh only looks them up."""

    def __init__(self, format_: formats.Format) -> None:
        super().__init__(format=format_, analyzer=None)


def schema() -> fields.Schema:
    """The schema every build of `VERSION` has."""
    exact = {name: Field(PositionsFormat()) for name in FIELDS}
    stems = {name: Field(formats.Existence()) for name in STEMS.values()}
    return fields.Schema(id=Field(formats.Existence()), document=fields.STORED(), **exact, **stems)
