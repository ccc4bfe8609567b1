"""Containers that cannot be read to their end."""

from __future__ import annotations

from pathlib import Path

import pytest

from searchapp.errors import PageError
from searchapp.sources.containers.reader import read_entries
from searchapp.sources.entries import Entry


def until_it_breaks(path: Path, max_bytes: int) -> tuple[list[Entry], PageError]:
    """The entries before the container fails, and why it does."""
    entries: list[Entry] = []
    try:
        for entry in read_entries(str(path), max_bytes):
            entries.append(entry)  # noqa: PERF402 - extend keeps nothing when it fails
    except PageError as error:
        return entries, error
    pytest.fail("did not break")
