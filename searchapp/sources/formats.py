"""A file's name -> what is in it.

A leaf: `listing` lists by it, `containers` and `documents` read by it.
"""

import os

PAGES = frozenset({".htm", ".html", ".xhtml", ".shtml", ".txt"})
DOCUMENTS = {
    ".eml": "message/rfc822",
    ".mht": "multipart/related",
    ".mhtml": "multipart/related",
    ".md": "text/markdown",
    ".markdown": "text/markdown",
    ".pdf": "application/pdf",
}
"""Suffixes of files that are one page each, but not as it was served."""

STREAMS = frozenset(
    {".warc", ".jsonl", ".ndjson", ".csv", ".tsv", ".rss", ".atom", ".xml"},
)
"""Suffixes of containers that are read from beginning to end."""

ARCHIVES = frozenset({".zip", ".wacz", ".tar"})
"""Suffixes of containers of files."""

PACKINGS = frozenset({".gz", ".bz2", ".xz", ".zst"})
_SHORT = {
    ".tzst": (".tar", ".zst"),
    ".tgz": (".tar", ".gz"),
    ".tbz2": (".tar", ".bz2"),
    ".txz": (".tar", ".xz"),
}
_RANDOM_ACCESS = frozenset({".zip", ".wacz"})


def kind_and_packing(name: str) -> tuple[str, str]:
    """`crawl.warc.GZ` -> (".warc", ".gz"); lower case, "" for what is not there."""
    stem, suffix = os.path.splitext(name)  # noqa: PTH122 - a Path per file costs more
    suffix = suffix.lower()
    if suffix in PACKINGS:
        return os.path.splitext(stem)[1].lower(), suffix  # noqa: PTH122 - as above
    return _SHORT.get(suffix, (suffix, ""))


def is_page(name: str) -> bool:
    """Whether a file of this name is one page; of the packings, gzip alone is for pages."""
    kind, packing = kind_and_packing(name)
    return (kind in PAGES or kind in DOCUMENTS) and packing in {"", ".gz"}


def is_container(name: str) -> bool:
    """Whether a file of this name holds any number of pages."""
    kind, packing = kind_and_packing(name)
    return kind in STREAMS or (kind in ARCHIVES and not (packing and kind in _RANDOM_ACCESS))


def media_type_of(name: str) -> str | None:
    """The media type of a document (not of a page) by its name."""
    return DOCUMENTS.get(kind_and_packing(name)[0])
