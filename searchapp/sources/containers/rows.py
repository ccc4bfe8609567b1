"""A row's fields -> a page: shared by JSON lines and CSV, which differ in syntax alone.

The names are those of common exports (news-please, trafilatura, Common Crawl tools);
the first that has a value counts.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from searchapp.errors import PageError, PageFault
from searchapp.model import RawPage
from searchapp.sources.entries import parse_time, prepend_title

NAMES = {
    "url": ("url", "source_url", "canonical_url", "link"),
    "html": ("html", "raw_html", "content_html"),
    "text": ("text", "maintext", "content", "body", "raw_text"),
    "title": ("title", "headline"),
    "date": ("date", "published", "date_publish", "published_at", "publication_date", "pubdate"),
    "author": ("author", "authors", "byline"),
    "modified": ("modified", "date_modify", "modified_at", "updated", "updated_at"),
    "captured": ("captured", "fetched_at", "date_download", "crawled_at"),
}
_DATES = frozenset({"date", "modified"})
_MILLISECONDS = 1e11  # from here on; in seconds it would be the year 5138


def page_from_row(row: Mapping[str, Any], path: str, max_bytes: int) -> RawPage:
    """The page in a row with the keys of `NAMES`, in lower case.

    Raises PageError NO_TEXT, EMPTY or TOO_LARGE.
    """
    html, text, title = (_text(row, name) for name in ("html", "text", "title"))
    if not html and not text:
        stated = any(name in row for field in ("html", "text") for name in NAMES[field])
        fault = PageFault.EMPTY if stated else PageFault.NO_TEXT
        message = "its html or text is empty" if stated else "has neither html nor text"
        raise PageError(fault, message)
    body = (html or prepend_title(text, title)).encode("utf-8", "replace")
    if len(body) > max_bytes:
        raise PageError(PageFault.TOO_LARGE, "larger than page_max_mb allows; raise it to index it")
    return RawPage(
        path=path,
        body=body,
        url=_text(row, "url") or None,
        charset="utf-8",
        captured=parse_time(_text(row, "captured")),
        media_type="text/html" if html else None,
        title=title or None,
        published=_text(row, "date") or None,
        modified=_text(row, "modified") or None,
        authors=_authors(row),
    )


def _value(row: Mapping[str, Any], field: str) -> Any:
    values = (row.get(name) for name in NAMES[field])
    return next((value for value in values if value not in (None, "", [])), None)


def _text(row: Mapping[str, Any], field: str) -> str:
    value = _value(row, field)
    if isinstance(value, int | float) and not isinstance(value, bool) and field in _DATES:
        return _from_epoch(value)
    text = value if isinstance(value, str) else "" if value is None else str(value)
    return text.strip().encode("utf-8", "replace").decode("utf-8")


def _from_epoch(number: float) -> str:
    """Seconds or milliseconds since 1970 as a day; a year as it is."""
    if 1000 <= number <= 9999:  # noqa: PLR2004 - four digits
        return str(int(number))
    try:
        seconds = number / 1000 if number > _MILLISECONDS else number
        return datetime.fromtimestamp(seconds, UTC).date().isoformat()
    except (OverflowError, OSError, ValueError):
        return ""


def _authors(row: Mapping[str, Any]) -> tuple[str, ...]:
    value = _value(row, "author")
    names = value if isinstance(value, list) else [value]
    return tuple(name.strip() for name in names if isinstance(name, str) and name.strip())
