"""JSON lines (`.jsonl`, `.ndjson`) -> pages: one object per line, one line at a time."""

import json

from searchapp.errors import PageError, PageFault
from searchapp.sources.containers.rows import page_from_row
from searchapp.sources.containers.text_lines import text_lines
from searchapp.sources.entries import Container, Entries, Entry, Unread

# HTML as a JSON string: escapes may take twice its bytes.
_OVERHEAD = 2


def read(container: Container) -> Entries:
    """A page or a failure for every line that is not blank; `where` is the line's number."""
    lines = text_lines(container.stream, _OVERHEAD * container.max_bytes)
    for number, line in enumerate(lines, start=1):
        if isinstance(line, PageError):
            yield Unread(container.key(number), line)
        elif line.strip():
            yield _entry(line, container, number)


def _entry(line: str, container: Container, number: int) -> Entry:
    path = container.key(number)
    try:
        return page_from_row(_row(line), path, container.max_bytes)
    except PageError as error:
        return Unread(path, error)


def _row(line: str) -> dict[str, object]:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        message = f"not JSON: {error.msg} at character {error.pos + 1}"
        raise PageError(PageFault.DAMAGED, message) from error
    except (RecursionError, MemoryError, ValueError) as error:
        raise PageError(PageFault.DAMAGED, "not JSON that can be read: too deep or long") from error
    if not isinstance(row, dict):
        raise PageError(PageFault.DAMAGED, "not a JSON object with html or text")
    return {key.lower(): value for key, value in row.items()}
