"""Which documents a change of decisions or of the watch-list touches.

Between the ledger and `sync`. The ledger remembers the files as they were last
applied; documents that come out otherwise under the new ones are pending again.
Nothing is recognised again.
"""

import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import msgspec

from searchapp.config import Settings
from searchapp.curation import curation
from searchapp.curation.curation import Curation
from searchapp.curation.rules import Key
from searchapp.engines.base import Engine
from searchapp.errors import DecisionError, IndexMissing
from searchapp.indexer import sync
from searchapp.indexer.lock import hold_lock
from searchapp.ledger.errors import FILE_NAME
from searchapp.ledger.ledger import Ledger
from searchapp.ledger.reader import LedgerReader
from searchapp.ledger.salvage import salvage_note

NOTE = "curation"
NOTHING = ("", "")


def bring_up_to_date(ledger: Ledger, directory: Path) -> Curation:
    """What the directory's files say now, its effects marked pending in the ledger.

    A file with a mistake in it changes nothing: what it said before holds. Raises
    DecisionError, before anything is marked, when that is not known.
    """
    before = last_applied(ledger)
    new = curation.read_usable(directory, before or _of_damaged_ledger(directory))
    before = before or NOTHING
    if before != new.sources:
        touched = _affected_ids(ledger, before, new, directory)
        ledger.mark_pending(touched, NOTE, json.dumps(new.sources))
    return new


def last_applied(ledger: LedgerReader) -> tuple[str, str] | None:
    """The texts of watch-list and decisions as the index has them, None without an index."""
    note = ledger.note(NOTE)
    if note is None:
        return NOTHING if ledger.note(sync.IDENTITY) else None
    with ledger.decoding():
        return _parsed(note)


def _of_damaged_ledger(directory: Path) -> tuple[str, str] | None:
    note = salvage_note(directory, NOTE)
    with suppress(ValueError):
        return _parsed(note) if note else None
    return None


def _parsed(note: str) -> tuple[str, str]:
    return msgspec.json.decode(note, type=tuple[str, str])


def apply_curation(settings: Settings, engine: Engine, report: Callable[[int, int], None]) -> int:
    """Bring the index up to date with the ledger, decisions and watch-list alone.

    How many documents were indexed again; `report` hears `(done, total)` of them.
    Reads no page and recognises nothing. Raises ReindexLocked, DecisionError, and
    IndexMissing when nothing was ever read.
    """
    if not (settings.index_dir / FILE_NAME).exists():
        raise IndexMissing(
            f"nothing in {settings.index_dir.absolute()} yet: run searchapp reindex PATH"
        )
    with hold_lock(settings.index_dir), Ledger(settings.index_dir) as ledger:
        decided = bring_up_to_date(ledger, settings.index_dir)
        touched = ledger.pending()
        sync.bring_up_to_date(engine, ledger, decided, report, full=False)
        return touched


def _affected_ids(
    ledger: Ledger, before: tuple[str, str], new: Curation, directory: Path
) -> list[str]:
    """The ids of the documents whose entities change."""
    try:
        old = curation.from_texts(before, directory)
    except DecisionError:  # read by another version of searchapp
        return [document.id for document in ledger.documents(pending=False)]
    return [
        document.id
        for document in ledger.documents(pending=False, naming=_affected_names(old, new))
        if old.apply(document).entities != new.apply(document).entities
    ]


def _affected_names(old: Curation, new: Curation) -> frozenset[str] | None:
    """Recognised names a change may concern; None when any text may hold others that it does."""
    keys = {
        key for key in _sources(old, new) if old.rules.effect_on(key) != new.rules.effect_on(key)
    }
    keys = set(old.rules.sources_of(keys) | new.rules.sources_of(keys))
    lists = [{(e.type, e.spellings) for e in c.watchlist.entries} for c in (old, new)]
    listed = {(kind, spellings[0]) for kind, spellings in lists[0] | lists[1]}
    if lists[0] != lists[1] or keys & listed:
        return None
    return frozenset(name for _, name in keys)


def _sources(old: Curation, new: Curation) -> set[Key]:
    return {key for c in (old, new) for key in (*c.rules.moves, *c.rules.splits)}
