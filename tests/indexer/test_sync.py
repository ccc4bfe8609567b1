"""When an index is built again from the ledger, and when it must not be."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from searchapp.curation import curation
from searchapp.engines.base import Engine
from searchapp.engines.whoosh import WhooshEngine
from searchapp.engines.whoosh.directory import builds
from searchapp.errors import (
    EngineUnreachable,
    IndexDamaged,
    IndexMissing,
    IndexOutdated,
    IndexUnavailable,
)
from searchapp.indexer.sync import Indexed, bring_up_to_date
from searchapp.ledger.ledger import Ledger
from searchapp.ledger.rows import Fingerprint, PageResult
from searchapp.model import Article
from tests.engines.documents import outdate
from tests.engines.unreachable import Unreachable


def sync(index: Engine, directory: Path) -> Indexed:
    with Ledger(directory) as ledger:
        if not ledger.cleaned():
            page = Article("Harbour", "The harbour opened.", language="en")
            ledger.put([PageResult("/one.html", Fingerprint(1, 1, "1"), "{}", page)])
        made = curation.read(directory)
        return bring_up_to_date(index, ledger, made, lambda *_: None, full=False)


def remove(live: Path) -> None:
    (live.parent / "CURRENT").unlink()


def flip(live: Path) -> None:
    path = next(live.glob("*.arrays"))
    content = bytearray(path.read_bytes())
    content[64] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("harm", "error"),
    [(remove, IndexMissing), (flip, IndexDamaged), (outdate, IndexOutdated)],
)
def test_an_index_that_is_missing_damaged_or_outdated_is_built_again(
    tmp_path: Path, harm: Callable[[Path], None], error: type[IndexUnavailable]
) -> None:
    index = WhooshEngine(tmp_path / "whoosh")
    assert sync(index, tmp_path) == Indexed(1, rebuilt=True)
    assert sync(index, tmp_path) == Indexed(0, rebuilt=False)
    live = builds.Builds(index.directory).live()
    assert live
    harm(live)
    again = WhooshEngine(index.directory)  # it has verified nothing yet
    with pytest.raises(error):
        again.local_files().verify()
    assert sync(again, tmp_path) == Indexed(1, rebuilt=True)
    assert again.searcher().info().documents == 1


def test_an_index_that_cannot_be_reached_is_not_built_again(tmp_path: Path) -> None:
    with pytest.raises(EngineUnreachable, match="no answer"):
        sync(Unreachable(), tmp_path)
