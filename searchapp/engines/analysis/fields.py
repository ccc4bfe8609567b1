"""The fields that the words of a query are sought in, on every engine."""

from __future__ import annotations

TITLE, TEXT = "title", "text"


FIELDS = (TITLE, TEXT)
