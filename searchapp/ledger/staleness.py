"""Which steps of a row are to be done again: its versions against those of the present code.

A leaf beside the ledger. A row keeps the versions of readers, cleaner and recogniser as
JSON. Other readers or another cleaner mean that the page is read again; another
recogniser, that names are looked for again in the text the ledger has, when it is one
for the text's language.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import msgspec

RECOGNISER = "recogniser"
_MODEL = re.compile(r" (?=[\w-]+:)")


@dataclass(frozen=True)
class CurrentVersions:
    """What the present code and models would write; without `names`, any names will do."""

    versions: str
    names: bool = True

    def reads_alike(self, versions: str) -> bool:
        """Whether reading the page again would give the same article."""
        return _reading_part(versions) == _reading_part(self.versions)

    def names_alike(self, versions: str, language: str | None) -> bool:
        """Whether a text in that language would have the same names."""
        return not self.names or names_part(versions, language) == names_part(
            self.versions, language
        )


@lru_cache
def _reading_part(versions: str) -> tuple[tuple[str, str], ...]:
    parts = _parts(versions)
    return tuple(sorted((name, value) for name, value in parts.items() if name != RECOGNISER))


@lru_cache
def names_part(versions: str, language: str | None) -> str:
    """What the names of a text in a language depend on: the rules and its model, or nothing."""
    rules, *models = _MODEL.split(recogniser_of(versions))
    own = [model for model in models if model.startswith(f"{language}:")]
    return " ".join([rules, *own]) if own else ""


def recogniser_of(versions: str) -> str:
    """The recogniser's part of a row's versions, "" when it has none."""
    return _parts(versions).get(RECOGNISER, "")


@lru_cache
def is_versions(text: bytes) -> bool:
    """Whether it is one text or, where it begins so, JSON with several."""
    return text[:1] != b"{" or "" not in _parts(text.decode("utf-8", "replace"))


def _parts(versions: str) -> Mapping[str, str]:
    """What is no JSON is a part of its own: a row that was never read to its end has ""."""
    try:
        return msgspec.json.decode(versions, type=dict[str, str])
    except ValueError:
        return {"": versions}
