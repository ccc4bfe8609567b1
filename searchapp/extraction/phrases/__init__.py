"""The words by which pages speak to their readers, as data: a file a language, a key a kind.

Every step that knows such words compiles its patterns here, from a template with `{kind}` in
it. A value is a regular expression, but for blanks, which stand for white space of any
length. `docs/languages.md` lists the kinds and says how to add a language; `mul.toml` has what
belongs to no language. A kind is matched in all languages at once: pages mix them.
"""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

_KIND = re.compile(r"\{([a-z_]+)\}")
_BLANK = re.compile(r"\[[^\]]*\]| ")  # in brackets it is only itself


def compile_pattern(template: str, flags: re.RegexFlag = re.IGNORECASE) -> re.Pattern[str]:
    """The template, each `{kind}` in it replaced by what any language says for that kind.

    Raises KeyError where no language has the kind.
    """
    return re.compile(_KIND.sub(lambda kind: _alternation(kind[1]), template), flags)


def short_months(language: str) -> Mapping[str, int]:
    """The numbers of months by abbreviations that the CLDR does not have."""
    months: Mapping[str, int] = load_languages().get(language, {}).get("short_months", {})
    return months


@cache
def load_languages() -> Mapping[str, Mapping[str, Any]]:
    """What each file of this package holds, by its language's ISO 639 code."""
    found = [file for file in files(__name__).iterdir() if file.name.endswith(".toml")]
    found.sort(key=lambda file: file.name)
    return {
        file.name.removesuffix(".toml"): tomllib.loads(file.read_text(encoding="utf-8"))
        for file in found
    }


def _alternation(kind: str) -> str:
    """The kind's phrases, the longest first, so that none hides one that begins with it."""
    phrases = {phrase for kinds in load_languages().values() for phrase in kinds.get(kind, ())}
    if not phrases:
        raise KeyError(kind)
    longest_first = sorted(phrases, key=lambda phrase: (-len(phrase), phrase))
    return f"(?:{'|'.join(map(_with_any_blanks, longest_first))})"


def _with_any_blanks(phrase: str) -> str:
    return _BLANK.sub(lambda match: r"\s+" if match[0] == " " else match[0], phrase)
