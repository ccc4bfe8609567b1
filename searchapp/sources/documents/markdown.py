"""Markdown (CommonMark, with tables), front matter in YAML or TOML -> a page."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from markdown_it import MarkdownIt

from searchapp.model import RawPage
from searchapp.sources.charset import decode
from searchapp.sources.containers.rows import page_from_row
from searchapp.sources.entries import wrap_article

_FRONT = re.compile(r"\A\ufeff?(---|\+\+\+)[ \t]*\n(.*?)\n\1[ \t]*(?:\n|\Z)", re.DOTALL)
_FIELD = re.compile(r"([A-Za-z_]+)\s*:\s+(.+)")
_LARGEST_FRONT = 1 << 16


def read_markdown(page: RawPage, max_bytes: int) -> RawPage:
    """The page as HTML; what the front matter says goes with it.

    Raises PageError EMPTY, BINARY or TOO_LARGE.
    """
    text = decode(page).replace("\r\n", "\n")
    front = _FRONT.match(text[:_LARGEST_FRONT])
    stated = _front_matter(front[1], front[2]) if front else {}
    rendered = MarkdownIt("commonmark").enable("table").render(text[front.end() if front else 0 :])
    markup = wrap_article(rendered, str(stated.get("title", "")))
    found = page_from_row({**stated, "html": markup}, page.path, max_bytes)
    return replace(found, url=page.url or found.url, captured=page.captured)


def _front_matter(fence: str, text: str) -> Mapping[str, Any]:
    """Its plain fields, in lower case; nesting is not needed to name title and date."""
    if fence == "+++":
        try:
            table = tomllib.loads(text)
        except tomllib.TOMLDecodeError:
            return {}
        return {key.lower(): value for key, value in table.items() if not isinstance(value, dict)}
    fields = filter(None, map(_FIELD.fullmatch, text.splitlines()))
    return {field[1].lower(): _scalar(field[2].strip()) for field in fields}


def _scalar(value: str) -> str | list[str]:
    if value.startswith("[") and value.endswith("]"):
        return [item.strip().strip("\"'") for item in value[1:-1].split(",")]
    return value.strip("\"'")
