"""Every hit of a search as text, for spreadsheets and programs, in bounded memory.

Takes hits as `Searcher.scan` gives them and yields pieces of a file of many lines.
No Flask; CSV is that of RFC 4180, JSON lines one result of `answer` per line.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from itertools import islice

from searchapp.document_json import encode
from searchapp.engines.base import Hit
from searchapp.model import EntityType
from searchapp.web.api.answer import to_result
from searchapp.web.params.urls import original_url

CSV_COLUMNS = (
    "id",
    "title",
    "date",
    "date_precision",
    "date_method",
    "date_confidence",
    "site",
    "authors",
    "language",
    "url",
    *EntityType,
    "path",
    "missing",
)
# No separator of columns anywhere: where a list separator is `;`, `; ` would begin a cell.
_JOIN = " | "
# Where a spreadsheet may begin a cell, whatever its separator, that it would run as a formula
# (OWASP, CSV Injection).
_FORMULA = re.compile(r"(?:\A|(?<=[;|\t\r\n]))([\s\"]*)(?=[=+\-@\t\r\n＝＋－＠])")
_LINES_A_PIECE = 200
# Ends of lines to some readers, and no controls to JSON.
_LINE_ENDS = {ord(end): f"\\u{ord(end):04x}" for end in "\x85\u2028\u2029"}


def json_lines(hits: Iterable[Hit], root: str = "") -> Iterator[str]:
    """One JSON object per line, each as an element of `results` without snippets."""
    return _pieces(f"{_one_line(encode(to_result(hit, root)).decode())}\n" for hit in hits)


def _one_line(text: str) -> str:
    return text if text.isascii() else text.translate(_LINE_ENDS)


def csv_lines(hits: Iterable[Hit]) -> Iterator[str]:
    """A header and a row for each hit; several values in a cell are joined by ` | `.

    What a spreadsheet would run as a formula is given a leading apostrophe, also behind a
    `;`, a tab, a `|` or a line break within a cell.
    """
    return _pieces(_csv_row(cells) for cells in _csv_table(hits))


def _csv_table(hits: Iterable[Hit]) -> Iterator[tuple[str, ...]]:
    yield CSV_COLUMNS
    for hit in hits:
        yield tuple(_escape_formula(cell) for cell in _cells(hit))


def _cells(hit: Hit) -> tuple[str, ...]:
    document, article = hit.document, hit.document.article
    date = article.published
    return (
        document.id,
        article.title,
        *((date.iso, date.precision, date.method, date.confidence) if date else [""] * 4),
        article.site or "",
        _JOIN.join(article.authors),
        article.language or "",
        original_url(article) or "",
        *(_JOIN.join(document.values(kind)) for kind in EntityType),
        document.path,
        _JOIN.join(hit.missing),
    )


def _escape_formula(cell: str) -> str:
    return _FORMULA.sub(r"\1'", cell)


def _csv_row(cells: tuple[str, ...]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue().encode("utf-8", "replace").decode("utf-8")


def _pieces(lines: Iterator[str]) -> Iterator[str]:
    while piece := "".join(islice(lines, _LINES_A_PIECE)):
        yield piece
