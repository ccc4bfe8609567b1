"""The fields that the words of a query are sought in, on every engine."""

TITLE, TEXT = "title", "text"


FIELDS = (TITLE, TEXT)
