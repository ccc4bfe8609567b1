"""Extraction, every step that walks the tree: what an element's own `class` and `id` call it.

Authors and publishing systems name blocks for what they hold; boilerplate, by-lines, dates
and standfirsts are told by it. A site has a few hundred such names, so that each is matched
once and remembered.
"""

import re
from collections.abc import Callable
from functools import lru_cache

from lxml.html import HtmlElement

_REMEMBERED, _LONGEST_REMEMBERED = 4_096, 300  # names, characters; set by hand


def attribute_matcher(pattern: re.Pattern[str], *attributes: str) -> Callable[[HtmlElement], bool]:
    """The test whether the pattern stands in these attributes of an element, joined by a blank."""

    @lru_cache(maxsize=_REMEMBERED)
    def remembered(names: str) -> bool:
        return pattern.search(names) is not None

    def is_named(element: HtmlElement) -> bool:
        names = " ".join([element.get(attribute) or "" for attribute in attributes])
        if len(names) > _LONGEST_REMEMBERED:
            return pattern.search(names) is not None
        return remembered(names)

    return is_named
