from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchapp.curation import decisions, editing
from searchapp.curation.decisions import Act, Decision
from searchapp.errors import DecisionError
from searchapp.model import EntityType

MERGE = Decision(
    Act.MERGE, EntityType.PERSON, ("A", 'B "b" \\ \n\x7f'), to="C", made=date(2026, 11, 22)
)
SPLIT = Decision(
    Act.SPLIT, EntityType.ORG, ("X",), to="Y", written=("x",), documents=("a/*",), note="why"
)
RETYPE = Decision(Act.RETYPE, EntityType.ORG, ("Z",), to_type=EntityType.PLACE)
APART = Decision(Act.APART, EntityType.PERSON, ("Petrov", "Petrova"))


@pytest.mark.parametrize("made", [MERGE, SPLIT, RETYPE, APART])
def test_what_is_added_is_read_back(tmp_path: Path, made: Decision) -> None:
    added = editing.add(tmp_path, made)
    assert added == replace(made, line=1)
    assert decisions.read(tmp_path) == (added,)


_NAME = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(str.strip)


@given(_NAME, _NAME)
def test_any_name_survives(tmp_path_factory: pytest.TempPathFactory, old: str, new: str) -> None:
    directory = tmp_path_factory.mktemp("index")
    made = Decision(Act.RENAME, EntityType.PLACE, (old,), to=f"not {old} {new}", note=new)
    assert editing.add(directory, made) == replace(made, line=1)


def test_what_a_person_wrote_stays(tmp_path: Path) -> None:
    path = tmp_path / decisions.FILE_NAME
    written = '# Ours.\n\n[[decision]]  # the first\nreject = "BLUE"\ntype = "org"\n'
    path.write_text(written, encoding="utf-8")
    editing.add(tmp_path, MERGE)
    assert path.read_text(encoding="utf-8").startswith(written)
    assert editing.remove(tmp_path).names == MERGE.names
    assert path.read_text(encoding="utf-8") == written


def test_undoing_one_in_the_middle_takes_its_comment_with_it(tmp_path: Path) -> None:
    path = tmp_path / decisions.FILE_NAME
    one, two, three = (f'# {n}\n[[decision]]\nreject = "{n}"\ntype = "org"\n' for n in "123")
    path.write_text(f"{one}\n{two}\n{three}", encoding="utf-8")
    assert editing.remove(tmp_path, 2).names == ("2",)
    assert path.read_text(encoding="utf-8") == f"{one}\n{three}"


def test_there_must_be_something_to_undo(tmp_path: Path) -> None:
    with pytest.raises(DecisionError, match="no decision to undo"):
        editing.remove(tmp_path)
    editing.add(tmp_path, MERGE)
    for number in (0, 2, -1):
        with pytest.raises(DecisionError, match="only 1 to 1"):
            editing.remove(tmp_path, number)


def test_a_change_that_makes_no_sense_is_not_written(tmp_path: Path) -> None:
    editing.add(tmp_path, MERGE)
    before = decisions.read_text(tmp_path)
    back = Decision(Act.RENAME, EntityType.PERSON, ("C",), to="A")
    with pytest.raises(DecisionError, match="for ever"):
        editing.add(tmp_path, back)
    assert decisions.read_text(tmp_path) == before
