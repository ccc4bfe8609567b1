"""The watch-list: names that are always found, exactly as written, in any language.

A CSV file with the columns `name`, `aliases` (separated by `|`), `type` and `note`.
Finding takes one look-up per word of the text, whatever the number of names.
"""

import csv
import io
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from searchapp.curation.edited_file import read_edited
from searchapp.errors import DecisionError
from searchapp.model import EntityType
from searchapp.text_boundaries import SPACED_WORD, is_word_end

FILE_NAME = "watchlist.csv"
_COLUMNS = ("name", "aliases", "type", "note")
# One sign for one, so that offsets hold: how a name is set does not make it another.
_VARIANTS = (("’", "'"), ("‘", "'"), ("ʼ", "'"), ("\u00a0", " "), ("\n", " "), ("\u2011", "-"))


@dataclass(frozen=True)
class WatchlistEntry:
    """One name of the list; `line` counts from 1, the header's."""

    name: str
    type: EntityType
    aliases: tuple[str, ...] = ()
    note: str = ""
    line: int = 0

    @property
    def spellings(self) -> tuple[str, ...]:
        """The name and its aliases."""
        return (self.name, *self.aliases)


class Watchlist:
    """The names of a list, ready to be found in texts."""

    def __init__(self, entries: Iterable[WatchlistEntry]) -> None:
        self.entries = tuple(entries)
        self._by_spelling = {_fold(s): entry for entry in self.entries for s in entry.spellings}
        self._lengths_by_word = _lengths(self._by_spelling, _first_word)
        self._lengths_by_sign = _lengths(self._by_spelling, _first_sign)
        signs = "".join(map(re.escape, self._lengths_by_sign))
        self._sign = re.compile(f"[{signs}]") if signs else None

    def __bool__(self) -> bool:
        return bool(self.entries)

    def entry_of(self, spelling: str) -> WatchlistEntry | None:
        """The entry that has this name or alias."""
        return self._by_spelling.get(_fold(spelling))

    def mentions(self, text: str) -> Iterator[tuple[int, int, WatchlistEntry]]:
        """Where the text names an entry: ranges in order, the longest of those that overlap."""
        plain, end = _fold(text), 0
        for start, lengths in sorted(self._candidates(plain), key=lambda found: found[0]):
            if start < end:
                continue
            for length in lengths:
                spelling = plain[start : start + length]
                entry = self._by_spelling.get(spelling)
                if entry and is_word_end(plain, start + len(spelling)):
                    end = start + len(spelling)
                    yield start, end, entry
                    break

    def _candidates(self, text: str) -> Iterator[tuple[int, tuple[int, ...]]]:
        for word in SPACED_WORD.finditer(text):
            lengths = self._lengths_by_word.get(word[0])
            if lengths:
                yield word.start(), lengths
        for sign in self._sign.finditer(text) if self._sign else ():
            yield sign.start(), self._lengths_by_sign[sign[0]]


def read(directory: Path) -> Watchlist:
    """The watch-list of an index directory; empty without a file. Raises DecisionError."""
    return parse(read_text(directory), directory / FILE_NAME)


def read_text(directory: Path) -> str:
    """The file as it stands, empty when there is none. Raises DecisionError."""
    return read_edited(directory / FILE_NAME)


def parse(text: str, path: Path) -> Watchlist:
    """The names a file lists. Raises DecisionError naming file and line."""
    try:
        return _parse(text, path)
    except csv.Error as error:
        where = f"{path}, line {_open_quote(text)}"
        raise DecisionError(
            f"{where}: {error}; close the quotation mark, or shorten the line"
        ) from error


def _open_quote(text: str) -> int:
    """The line on which the record begins that cannot be read: the last that begins well."""
    rows, line = csv.reader(io.StringIO(text, newline=""), strict=True), 1
    with suppress(csv.Error):
        for _ in rows:
            line = rows.line_num + 1
    return line


def _parse(text: str, path: Path) -> Watchlist:
    rows = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    unknown = [name for name in rows.fieldnames or _COLUMNS if name not in _COLUMNS]
    if unknown or not {"name", "type"} <= set(rows.fieldnames or _COLUMNS):
        raise DecisionError(f"{path}, line 1: the columns must be {','.join(_COLUMNS)}")
    seen: dict[str, WatchlistEntry] = {}
    entries = []
    for row in rows:
        where = f"{path}, line {rows.line_num}"
        entry = _entry(row, rows.line_num, where)
        for spelling in entry.spellings:
            other = seen.setdefault(_fold(spelling), entry)
            if other is not entry:
                raise DecisionError(
                    f"{where}: {spelling!r} is already {other.type} {other.name!r} "
                    f"on line {other.line}; one spelling can name one only"
                )
        entries.append(entry)
    return Watchlist(entries)


def _entry(row: Mapping[str | None, str | None], line: int, where: str) -> WatchlistEntry:
    if None in row:
        raise DecisionError(f"{where}: more than {len(_COLUMNS)} values; quote those with commas")
    name = _normalise(row["name"] or "")
    if "\n" in f"{row['name']}{row.get('aliases')}":
        raise DecisionError(f"{where}: a name goes over several lines; close the quotation mark")
    if not name:
        raise DecisionError(f"{where}: the name is empty")
    kind = (row["type"] or "").strip()
    if kind not in set(EntityType):
        raise DecisionError(f"{where}: type must be one of {', '.join(EntityType)}, not {kind!r}")
    aliases = dict.fromkeys(_normalise(alias) for alias in (row.get("aliases") or "").split("|"))
    found = tuple(alias for alias in aliases if alias and alias != name)
    return WatchlistEntry(name, EntityType(kind), found, (row.get("note") or "").strip(), line)


def _normalise(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).split())


def _fold(text: str) -> str:
    for sign, plain in _VARIANTS:
        text = text.replace(sign, plain)
    return text


def _lengths(spellings: Iterable[str], begin: Callable[[str], str]) -> dict[str, tuple[int, ...]]:
    found: dict[str, set[int]] = defaultdict(set)
    for spelling in spellings:
        found[begin(spelling)].add(len(spelling))
    found.pop("", None)
    return {start: tuple(sorted(lengths, reverse=True)) for start, lengths in found.items()}


def _first_word(spelling: str) -> str:
    word = SPACED_WORD.match(spelling)
    return word[0] if word else ""


def _first_sign(spelling: str) -> str:
    """The first sign of a spelling that does not begin with a word between spaces."""
    return "" if SPACED_WORD.match(spelling) else spelling[0]
