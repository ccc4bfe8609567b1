"""Extraction, before `body`: a tree laid out as before 2012 -> one of blocks and paragraphs.

Such pages are tables in tables, with side columns as narrow cells, and set a story as
one cell of text that line breaks divide. Extractors look for `div` and `p`.
"""

import re
from collections.abc import Iterator

from lxml.html import Element, HtmlElement

from searchapp.extraction.text_measures import prose_width, text_width

_BLOCKS = frozenset(
    "div p table ul ol dl h1 h2 h3 h4 h5 h6 blockquote pre form hr article section".split()  # noqa: SIM905
)
_INLINE_HOLDERS = ("font", "center", "span")
_HOLDERS = ("div", *_INLINE_HOLDERS)
# Set by hand; `python bench/extraction.py` measures them as a set.
_SIDE = 0.45  # share of the main column's stated width
_COLUMN = 300  # width of the prose that makes one
_FEWEST_BREAKS = 2
_SHORTEST_PIECE, _SHORTEST_STORY = 60, 200  # width
_NUMBER = re.compile(r"\s*(\d{1,4})\s*(%|px|\Z)")


def unfold_layout_tables(tree: HtmlElement) -> None:
    """Turn tables that lay a page out into plain blocks, in place; tables of data stay.

    A table with headings, paragraphs or further tables in its cells lays out, and so does
    one with a story of many lines in a cell. Side columns go.
    """
    for table in list(tree.iter("table")):
        if table.xpath("boolean(.//table or .//h1 or .//h2 or count(.//p) > 1)") or _has_story(
            table
        ):
            for row in table.xpath("tr|*/tr"):
                _drop_side_columns(row)
            for part in table.xpath(".|tbody|thead|tfoot|tr|*/tr|tr/td|tr/th|*/tr/td|*/tr/th"):
                part.tag = "div"


def _has_story(table: HtmlElement) -> bool:
    return any(
        len(cell.findall(".//br")) >= _FEWEST_BREAKS
        and prose_width(map(str, cell.itertext())) >= _COLUMN
        for cell in table.iter("td")
    )


def _drop_side_columns(row: HtmlElement) -> None:
    """Take cells out that are set less than half as wide as the one that tells most."""
    cells = [cell for cell in row if cell.tag in {"td", "th"}]
    if len(cells) < 2:  # noqa: PLR2004 - nothing beside it
        return
    prose = {cell: prose_width(map(str, cell.itertext())) for cell in cells}
    main = max(cells, key=lambda cell: prose[cell])
    size = _stated_width(main)
    if prose[main] < _COLUMN or size is None:
        return
    for cell in cells:
        other = _stated_width(cell)
        side = other is not None and other[1] == size[1] and other[0] <= _SIDE * size[0]
        if cell is not main and side and cell.find(".//h1") is None:
            cell.drop_tree()


def _stated_width(cell: HtmlElement) -> tuple[int, bool] | None:
    """The width stated for a cell, and whether in hundredths."""
    stated = _NUMBER.match(cell.get("width") or "")
    return (int(stated[1]), stated[2] == "%") if stated else None


def split_at_line_breaks(tree: HtmlElement) -> None:
    """Turn the stretches between line breaks into paragraphs, in place, where they tell a story."""
    for holder in list(tree.iter(*_HOLDERS)):
        if len(holder.findall("br")) >= _FEWEST_BREAKS and _is_broken_story(holder):
            holder.tag = "div"
            _split(holder)


def _is_broken_story(holder: HtmlElement) -> bool:
    own = [holder.text, *(child.tail for child in holder)]
    widths = [text_width(text) for text in map(str.strip, filter(None, own)) if text]
    return sum(widths) >= _SHORTEST_STORY and any(each >= _SHORTEST_PIECE for each in widths)


def _split(holder: HtmlElement) -> None:
    pieces = list(_pieces(holder, list(holder)))
    for child in list(holder):
        holder.remove(child)
    holder.text = None
    holder.extend(pieces)


def _pieces(holder: HtmlElement, children: list[HtmlElement]) -> Iterator[HtmlElement]:
    """Paragraphs of the words and inline elements between breaks; blocks as they are."""
    piece = Element("p")
    piece.text = holder.text
    for child in children:
        tail, child.tail = child.tail, None
        if child.tag == "br" or child.tag in _BLOCKS:
            yield from _if_filled(piece)
            if child.tag != "br":
                yield child
            piece = Element("p")
            piece.text = tail
        else:
            child.tail = tail
            piece.append(child)
    yield from _if_filled(piece)


def _if_filled(piece: HtmlElement) -> Iterator[HtmlElement]:
    if len(piece) or (piece.text and piece.text.strip()):
        yield piece
