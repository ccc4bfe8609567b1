"""Extraction, `textdump`, first step: the lines of a text -> one line a paragraph."""

import re
from itertools import pairwise

from searchapp.extraction.template_residue import normalise_text

# Behind the stop there may be closing marks of any language and the number of a note.
SENTENCE_END = re.compile(r"[.!?…。！？:;：；][\"'”’»“‘)\]）】」』]*\d{0,2}\Z|[\"”»」』]\Z")
_WRAPPED = (50, 100)  # characters of a line that was broken, set by hand
_FEWEST_WRAPPED = 3


def join_wrapped_lines(text: str) -> list[str]:
    """A line a paragraph: hard-wrapped ones are joined, lines without a letter dropped."""
    blocks = [block.split("\n") for block in re.split(r"\n{2,}", normalise_text(text).strip("\n"))]
    wrapped = _is_wrapped(blocks)
    first, blocks[0] = blocks[0][:1], blocks[0][1:]  # never joined: it may be the title
    lines = (line for block in blocks for line in _join_block(block, wrapped, len(blocks) > 1))
    return [line for line in [*first, *lines] if any(map(str.isalnum, line))]


def _is_wrapped(blocks: list[list[str]]) -> bool:
    """Whether long lines are of one width and mostly go on in the middle of a sentence."""
    pairs = [pair for block in blocks for pair in pairwise(block) if len(pair[0]) >= _WRAPPED[0]]
    narrow = sum(len(line) <= _WRAPPED[1] for line, _ in pairs)
    going_on = sum(following[:1].islower() for _, following in pairs)
    return (
        len(pairs) >= _FEWEST_WRAPPED and narrow > 0.95 * len(pairs) and going_on > len(pairs) / 2
    )


def _join_block(block: list[str], wrapped: bool, spaced: bool) -> list[str]:  # noqa: FBT001 - private
    """The block's lines, each joined to the one it goes on from.

    In a wrapped text with empty lines between paragraphs, every long line goes
    on; in one without, a line that ends no sentence; else only before a small letter.
    """
    lines = block[:1]
    for line in block[1:]:
        before = lines[-1]
        ends = SENTENCE_END.search(before)
        goes_on = line[:1].islower() and not ends
        if len(before) >= _WRAPPED[0] and (goes_on or (wrapped and (spaced or not ends))):
            lines[-1] = f"{before} {line}"
        else:
            lines.append(line)
    return lines
