"""The pieces that `schemas` and `openapi` put together: JSON Schema, draft 2020-12."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

Schema = dict[str, Any]


def text(about: str = "", **more: Any) -> Schema:
    """A string."""
    return {"type": "string", **({"description": about} if about else {}), **more}


def number(about: str = "", kind: str = "integer", **more: Any) -> Schema:
    """A number, whole unless said otherwise."""
    return {"type": kind, **({"description": about} if about else {}), **more}


def ref(name: str) -> Schema:
    """A schema of `SCHEMAS` by name."""
    return {"$ref": f"#/components/schemas/{name}"}


def nullable(schema: Schema) -> Schema:
    """The same, or null."""
    return {"anyOf": [schema, {"type": "null"}]}


def array(items: Schema) -> Schema:
    """Any number of items of one schema."""
    return {"type": "array", "items": items}


def object_(**properties: Schema) -> Schema:
    """An object of which these are all the properties it is sure to have."""
    return {"type": "object", "properties": properties, "required": list(properties)}


def optional(schema: Schema, *names: str) -> Schema:
    """An object that may lack some of its properties."""
    return {**schema, "required": [known for known in schema["required"] if known not in names]}


def one_of(kind: type[StrEnum], about: str = "") -> Schema:
    """One of an enumeration's values."""
    return text(about, enum=[str(member) for member in kind if member])
