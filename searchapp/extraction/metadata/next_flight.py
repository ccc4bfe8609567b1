"""Extraction, for `hydration`: the flight stream of a page's scripts -> the values it carries.

Pages of Next.js with an `app` folder carry their state as React server components:
`self.__next_f.push([1,"…"])` over and over, whose strings joined are rows of
`id:JSON` or `id:Tlength,text`, the length in hexadecimal bytes of UTF-8. A string
`"$24"` in the JSON stands for the row 24.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

_PUSH = re.compile(r"self\.__next_f\.push\(\[1,\s{0,3}(?=\")")
_ROW = re.compile(rb"([0-9a-f]{1,6}):(?:T([0-9a-f]{1,6}),)?")
_REFERENCE = re.compile(r"\$[0-9a-f]{1,6}\Z")
_LONGEST_STREAM, _DEEPEST = 3_000_000, 60  # characters, levels; set by hand


def read_flight_values(markup: str) -> list[Any]:
    """The JSON values of the rows, texts put where they are referred to; [] without a stream."""
    texts: dict[str, str] = {}
    values: list[Any] = []
    for name, text, row in _split_rows(_read_stream(markup).encode("utf-8", "replace")):
        if text:
            texts[f"${name}"] = row
        elif row[:1] in {"{", "["}:
            values.extend(_parse_row(row))
    return [_resolve(value, texts, _DEEPEST) for value in values]


def _read_stream(markup: str) -> str:
    """The strings pushed, joined; what is no string of JSON is passed over."""
    decoder = json.JSONDecoder(strict=False)
    pieces, length = [], 0
    for push in _PUSH.finditer(markup):
        try:
            piece = decoder.raw_decode(markup, push.end())[0]
        except ValueError:
            continue
        pieces.append(piece)
        length += len(piece)
        if length > _LONGEST_STREAM:
            break
    return "".join(pieces)


def _split_rows(stream: bytes) -> Iterator[tuple[str, bool, str]]:
    """The rows' names, whether they are texts, and what they hold."""
    offset = 0
    while offset < len(stream):
        row = _ROW.match(stream, offset)
        if row is None:  # no row begins here: the next line may be one
            offset = _find_line_end(stream, offset)
            continue
        end = row.end() + int(row[2], 16) if row[2] else _find_line_end(stream, row.end())
        yield (
            row[1].decode(),
            row[2] is not None,
            stream[row.end() : end].decode("utf-8", "replace"),
        )
        offset = end


def _find_line_end(stream: bytes, offset: int) -> int:
    return stream.find(b"\n", offset) + 1 or len(stream)


def _parse_row(row: str) -> Iterator[Any]:
    try:
        yield json.loads(row)
    except (ValueError, RecursionError):
        return


def _resolve(value: Any, texts: dict[str, str], depth: int) -> Any:
    """The value with the texts that its strings name; deeper than `depth` as it is."""
    if isinstance(value, str):
        return texts.get(value, value) if _REFERENCE.match(value) else value
    if not depth:
        return value
    if isinstance(value, list):
        return [_resolve(item, texts, depth - 1) for item in value]
    if isinstance(value, dict):
        return {key: _resolve(item, texts, depth - 1) for key, item in value.items()}
    return value
