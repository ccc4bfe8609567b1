from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from searchapp.curation import decisions
from searchapp.curation.decisions import Act, Decision, parse
from searchapp.errors import DecisionError
from searchapp.model import EntityType

PATH = Path("index/entities.toml")
EVERY_FORM = """# Ours, kept in git.
[[decision]]
merge = ["Zelenskyy", "Zelenskiy"]
into = "Volodymyr Zelensky"
type = "person"
made = 2026-11-22
note = "one man"

[[decision]]
rename = "Kiev"
to = "Kyiv"
type = "place"

[[decision]]
reject = "BLUE"
type = "org"

  [[ decision ]]
retype = "Port Elsin"
type = "person"
to = "place"

[[decision]]
split = "Clinton"
into = "Hillary Clinton"
type = "person"
written = ["Mrs Clinton"]
documents = ["2016/*"]

[[decision]]
apart = ["Petrov", "Petrova"]
type = "person"
"""


def test_every_form_is_read_with_its_line() -> None:
    person, place = EntityType.PERSON, EntityType.PLACE
    merge, rename, reject, retype, split, apart = parse(EVERY_FORM, PATH)
    assert merge == Decision(
        Act.MERGE,
        person,
        ("Zelenskyy", "Zelenskiy"),
        to="Volodymyr Zelensky",
        note="one man",
        made=date(2026, 11, 22),
        line=2,
    )
    assert rename == Decision(Act.RENAME, place, ("Kiev",), to="Kyiv", line=9)
    assert reject == Decision(Act.REJECT, EntityType.ORG, ("BLUE",), line=14)
    assert retype == Decision(Act.RETYPE, person, ("Port Elsin",), to_type=place, line=18)
    assert split.written == ("Mrs Clinton",)
    assert split.documents == ("2016/*",)
    assert apart == Decision(Act.APART, person, ("Petrov", "Petrova"), line=30)


def test_a_decision_says_itself_in_words() -> None:
    assert [made.summary for made in parse(EVERY_FORM, PATH)] == [
        "merge person “Zelenskyy”, “Zelenskiy” into “Volodymyr Zelensky”",
        "rename place “Kiev” to “Kyiv”",
        "reject org “BLUE”",
        "retype person “Port Elsin” to place",
        "split person “Clinton” into “Hillary Clinton” where written “Mrs Clinton” in 2016/*",
        "keep apart person “Petrov”, “Petrova”",
    ]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[[decision]\n", "line 1"),
        ('[[decision]]\nreject = ["A"', "at line 2, where the file ends"),
        ('[[decision]]\nreject = "A"\ntype =\n\n', "at line 3"),
        ('reject = "A"', "begin decisions with [[decision]]"),
        ('decision = [{reject = "A", type = "org"}]', "on a line of its own"),
        ('[[decision]]\nmarge = "A"', "line 1: say one of merge, rename, reject, retype, split"),
        ('[[decision]]\nmarge = "A"', "did you mean 'merge'?"),
        ('\n[[decision]]\nreject = "A"\nmerge = "B"', "line 2: say one of"),
        ('[[decision]]\nreject = "A"', "reject needs 'type'"),
        ('[[decision]]\nreject = "A"\ntype = "orgg"', "type must be one of person, org, place"),
        ('[[decision]]\nmerge = "A"\ntype = "org"', "merge needs 'into'"),
        ('[[decision]]\nmerge = "A"\ntype = "org"\nintoo = "B"', "did you mean 'into'?"),
        ('[[decision]]\nmerge = "A"\ntype = "org"\ninto = ["B", "C"]', "one name, not 2"),
        ('[[decision]]\nmerge = []\ntype = "org"\ninto = "B"', "a name or a list of names"),
        ('[[decision]]\nmerge = [1]\ntype = "org"\ninto = "B"', "a name or a list of names"),
        ('[[decision]]\nretype = "A"\ntype = "org"\nto = "town"', "to must be one of"),
        ('[[decision]]\nsplit = "A"\ntype = "org"\ninto = "B"', "'written' or 'documents'"),
        ('[[decision]]\nreject = "A"\ntype = "org"\nmade = "May"', "made must be a date"),
    ],
)
def test_a_mistake_is_named_with_file_and_line(text: str, complaint: str) -> None:
    with pytest.raises(DecisionError) as error:
        parse(text, PATH)
    assert str(PATH) in str(error.value)
    assert complaint in str(error.value)


def test_no_file_is_no_decisions(tmp_path: Path) -> None:
    assert decisions.read(tmp_path) == ()


def test_a_file_that_is_not_text_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / decisions.FILE_NAME).write_bytes(b"\xff\xfe")
    with pytest.raises(DecisionError, match="line 1 is not UTF-8"):
        decisions.read(tmp_path)
