"""The files of the index: rollback, damage, leftovers, and a copy of one commit."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from searchapp.engines.base import SearchRequest
from searchapp.engines.whoosh import WhooshEngine
from searchapp.errors import BuildRejected, IndexDamaged, IndexUnavailable
from tests.engines.documents import commit, document


@pytest.fixture
def engine(tmp_path: Path) -> WhooshEngine:
    made = WhooshEngine(tmp_path / "index")
    commit(made, [document("one", "first"), document("two", "second")])
    return made


def live(engine: WhooshEngine) -> Path:
    return engine.directory / (engine.directory / "CURRENT").read_text().split()[0]


def ids(engine: WhooshEngine) -> set[str]:
    return {hit.document.id for hit in engine.searcher().search(SearchRequest()).hits}


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(bytes(content))


def test_rollback_goes_back_and_forth(engine: WhooshEngine) -> None:
    commit(engine, [document("three")], fresh=True)
    searcher = engine.searcher()
    assert searcher.info().documents == 1
    assert engine.rollback().documents == 2
    assert searcher.info().documents == 2
    assert engine.rollback().documents == 1
    assert ids(engine) == {"three"}


def test_updates_do_not_cost_the_build_to_go_back_to(engine: WhooshEngine) -> None:
    commit(engine, [document("three")], fresh=True)
    for number in range(12):
        commit(engine, [document(f"more{number}")])
    assert engine.rollback().documents == 2


def test_there_may_be_nothing_to_go_back_to(engine: WhooshEngine, tmp_path: Path) -> None:
    with pytest.raises(IndexUnavailable, match="nothing to go back to"):
        engine.rollback()
    with pytest.raises(IndexUnavailable):
        WhooshEngine(tmp_path / "none").rollback()


def test_a_damaged_build_is_not_gone_back_to(engine: WhooshEngine) -> None:
    flip(max(live(engine).glob("MAIN_*"), key=lambda path: path.stat().st_size))
    commit(engine, [document("three")], fresh=True)
    now = live(engine)
    with pytest.raises(BuildRejected, match="does not have the content"):
        engine.rollback()
    assert live(engine) == now


def test_every_damaged_or_missing_file_is_named(engine: WhooshEngine) -> None:
    commit(engine, [document("three", "third")])
    assert list(engine.local_files().faults()) == []
    for path in sorted(live(engine).glob("MAIN_*")):
        if path.stat().st_size and "LOCK" not in path.name:
            kept = path.read_bytes()
            flip(path)
            assert list(engine.local_files().faults()) == [
                f"{path.name} does not have the content it was written with"
            ]
            path.write_bytes(kept[:-1])
            assert [path.name in fault for fault in engine.local_files().faults()] == [True]
            path.unlink()
            assert list(engine.local_files().faults()) == [f"{path.name} is missing"]
            path.write_bytes(kept)
    assert list(engine.local_files().faults()) == []


@pytest.mark.parametrize("pattern", ["_MAIN_*.toc", "stamp-*.json"])
def test_a_bit_of_what_a_commit_is_read_by_is_named_too(engine: WhooshEngine, pattern: str) -> None:
    (path,) = live(engine).glob(pattern)
    flip(path)
    (fault,) = engine.local_files().faults()
    assert path.name in fault


def test_a_stamp_whose_numbers_changed_is_damaged(engine: WhooshEngine) -> None:
    (path,) = live(engine).glob("stamp-*.json")
    path.write_text(path.read_text().replace('"failed": 0', '"failed": 1'))
    (fault,) = engine.local_files().faults()
    assert path.name in fault
    with pytest.raises(IndexDamaged, match=path.name):
        engine.searcher().info()


def test_leftovers_are_found_and_removed_and_nothing_else(engine: WhooshEngine) -> None:
    commit(engine, [document("three")], fresh=True)
    assert engine.local_files().leftovers() == []
    left = [
        engine.directory / "build-20200101T000000-dead",
        engine.directory / "rejected-20200101T000000-dead",
        live(engine) / "abc.tmp",
    ]
    for path in left:
        path.mkdir()
    left += [live(engine) / "_MAIN_9.toc.1600000000.0", live(engine) / "MAIN_half.trm"]
    for path in left[3:]:
        path.write_bytes(b"half")
    assert engine.local_files().leftovers() == sorted(left)
    engine.local_files().clear()
    assert engine.local_files().leftovers() == []
    assert ids(engine) == {"three"}
    assert engine.rollback().documents == 2


def test_the_files_of_a_commit_stay_whatever_is_committed(
    engine: WhooshEngine, tmp_path: Path
) -> None:
    with engine.local_files().files() as files:
        for number in range(10):
            commit(engine, [document(f"more{number}")])
        commit(engine, [document("new")], fresh=True)
        commit(engine, [document("newer")], fresh=True)
        for name, content in files.items():
            target = tmp_path / "copy" / name
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("wb") as file:
                shutil.copyfileobj(content, file)
    assert engine.local_files().adopt(tmp_path / "copy").documents == 2
    assert ids(engine) == {"one", "two"}
    assert engine.local_files().leftovers() == []


def test_a_damaged_copy_does_not_go_live(engine: WhooshEngine, tmp_path: Path) -> None:
    shutil.copytree(live(engine), tmp_path / "copy" / live(engine).name)
    flip(next((tmp_path / "copy").glob("*/*.arrays")))
    with pytest.raises(BuildRejected):
        engine.local_files().adopt(tmp_path / "copy")
    assert ids(engine) == {"one", "two"}


def test_a_pinned_searcher_stays_with_its_commit(engine: WhooshEngine) -> None:
    searcher = engine.searcher()
    with searcher.pinned() as pinned:
        commit(engine, [document("three")], fresh=True)
        commit(engine, [document("four")], fresh=True)
        assert pinned.info().documents == 2
        assert set(pinned.iter_ids()) == {"one", "two"}
        assert {hit.document.id for hit in pinned.search(SearchRequest()).hits} == {"one", "two"}
        scan = pinned.scan(SearchRequest())
    assert list(searcher.iter_ids()) == ["four"]
    assert {hit.document.id for hit in scan} == {"one", "two"}
