"""Extraction, `body`, second step: two texts found in one page -> the one to keep.

The signals, all of which can be read off the candidates: how much of each is in the
other (agreement), how long each is, and whether the page marks its parts (layout era).
"""

from collections.abc import Sequence
from typing import NamedTuple

from searchapp.extraction.text_measures import letters_of, total_width

Paragraphs = list[str]

# Set by hand; `python bench/extraction.py` measures them as a set.
SHORTEST_ARTICLE = 200  # width
_AGREE, _DISAGREE = 0.85, 0.2  # shares of a text's paragraphs
_LARGER = 1.5  # times
# Shares of the width of the other text, of the larger one, and again of the larger one.
_ENOUGH_OF_RULES, _ENOUGH_OF_BOTH, _TOO_LITTLE = 0.5, 0.4, 0.2


class Agreement(NamedTuple):
    """How much of the first text is in the second, of the second in the first; each 0 to 1."""

    first: float
    second: float


def choose_text(by_rules: Paragraphs, by_density: Paragraphs, *, marked_up: bool) -> Paragraphs:
    """The text found by rules, or the one found by the density of paragraphs.

    `marked_up` says that the page marks its parts (`article`, `main`, JSON-LD), as pages
    have done since about 2012. Rules were written for such pages; on older ones they
    also take in comments, teasers and menus, and what both found is the article. Two texts
    that share nothing are two parts of a page: the larger one is the article.
    """
    rules, density = total_width(by_rules), total_width(by_density)
    if density < SHORTEST_ARTICLE:
        return by_rules
    both = measure_agreement(by_rules, by_density)
    if both.first < _DISAGREE and both.second < _DISAGREE:
        return by_density if density > _LARGER * rules else by_rules
    if marked_up:
        return by_rules
    if both.second >= _AGREE and density >= _ENOUGH_OF_RULES * rules:
        return by_density
    shared = _shared_paragraphs(by_rules, by_density)
    return shared if total_width(shared) >= _ENOUGH_OF_BOTH * max(rules, density) else by_rules


def _shared_paragraphs(first: Paragraphs, second: Paragraphs) -> Paragraphs:
    other = letters_of(*second)
    return [paragraph for paragraph in first if letters_of(paragraph) in other]


def has_overlap(first: Paragraphs, second: Paragraphs) -> bool:
    """Whether one of two texts is the other, or a good part of it."""
    smaller, larger = sorted((total_width(first), total_width(second)))
    if total_width(first) < SHORTEST_ARTICLE or smaller < _TOO_LITTLE * larger:
        return False
    return max(measure_agreement(first, second)) >= _AGREE


def is_run_together(text: Paragraphs, other: Paragraphs) -> bool:
    """Whether a text has in one line, headings and all, what another has in paragraphs.

    So trafilatura gives a small page whose paragraphs its rules find too few.
    """
    return len(text) == 1 < len(other) and measure_agreement(text, other).second >= _AGREE


def measure_agreement(first: Sequence[str], second: Sequence[str]) -> Agreement:
    """The share of each text's paragraphs that stand in the other, by letters."""
    return Agreement(
        _shared_fraction(first, letters_of(*second)), _shared_fraction(second, letters_of(*first))
    )


def _shared_fraction(paragraphs: Sequence[str], other: str) -> float:
    shared = sum(len(paragraph) for paragraph in paragraphs if letters_of(paragraph) in other)
    return shared / max(1, sum(map(len, paragraphs)))
