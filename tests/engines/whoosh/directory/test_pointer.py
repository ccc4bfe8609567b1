"""CURRENT: an old one that names a kept build is damage, a rollback is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from searchapp.engines.whoosh import WhooshEngine
from searchapp.engines.whoosh.directory import pointer
from searchapp.errors import IndexDamaged
from tests.engines.documents import commit, document


@pytest.fixture
def engine(tmp_path: Path) -> WhooshEngine:
    made = WhooshEngine(tmp_path / "index")
    commit(made, [document("one", "first")], fresh=True)
    commit(made, [document("one", "first"), document("two", "second")], fresh=True)
    return made


def current(engine: WhooshEngine) -> Path:
    return engine.directory / "CURRENT"


def faults(engine: WhooshEngine) -> list[str]:
    return list(WhooshEngine(engine.directory).local_files().faults())


def total(engine: WhooshEngine) -> int:
    return WhooshEngine(engine.directory).searcher().info().documents


def test_an_old_one_that_was_put_back_is_named_and_not_served(engine: WhooshEngine) -> None:
    old = current(engine).read_bytes()
    commit(engine, [document("one"), document("two"), document("three")], fresh=True)
    current(engine).write_bytes(old)
    assert (engine.directory / old.split()[0].decode()).is_dir()
    with pytest.raises(IndexDamaged, match="CURRENT is older than the build that went live last"):
        total(engine)
    assert "CURRENT is older" in faults(engine)[0]
    with pytest.raises(IndexDamaged, match="CURRENT is older"):
        engine.rollback()
    commit(engine, [document("one")], fresh=True)
    assert (total(engine), faults(engine)) == (1, [])


def test_a_rollback_is_not_an_old_one(engine: WhooshEngine) -> None:
    before = current(engine).read_bytes()
    for documents in (1, 2, 1):
        assert engine.rollback().documents == documents
        assert (total(engine), faults(engine)) == (documents, [])
    current(engine).write_bytes(before)
    assert "CURRENT is older" in faults(engine)[0]


def test_one_of_a_version_without_numbers_is_followed(engine: WhooshEngine) -> None:
    names = current(engine).read_text().split()[:2]
    for mark in engine.directory.glob("*/PUBLISHED"):
        mark.unlink()
    current(engine).write_text("\n".join(names) + "\n")
    assert (total(engine), faults(engine)) == (2, [])
    assert engine.rollback().documents == 1


def test_every_changed_byte_is_named(engine: WhooshEngine) -> None:
    content = current(engine).read_bytes()
    for place in range(len(content)):
        for changed in (content[:place], content[:place] + b"-" + content[place + 1 :]):
            if changed not in {content, b""}:
                current(engine).write_bytes(changed)
                assert faults(engine), changed


@pytest.mark.parametrize("harm", [b"", b"#9 00000000\n", None])
def test_a_damaged_mark_changes_no_answer_and_is_renewed(
    engine: WhooshEngine, harm: bytes | None
) -> None:
    mark = engine.directory / current(engine).read_text().split()[0] / "PUBLISHED"
    whole = mark.read_bytes()
    mark.unlink()
    if harm is not None:
        mark.write_bytes(harm)
    assert total(engine) == 2
    assert faults(engine) == [f"PUBLISHED of {mark.parent.name} is not what was written"]
    engine.local_files().tidy()
    assert (mark.read_bytes(), faults(engine)) == (whole, [])


def test_a_reader_between_the_pointer_and_its_mark_is_not_misled(
    engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pointer is read, another build goes live, the marks are read."""
    marks = pointer._marks

    def late(directory: Path) -> object:
        monkeypatch.setattr(pointer, "_marks", marks)
        commit(engine, [document("one")], fresh=True)
        return marks(directory)

    monkeypatch.setattr(pointer, "_marks", late)
    found = pointer.read(engine.directory)
    assert found
    assert found.number == 3
