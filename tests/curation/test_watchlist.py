from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchapp.curation import watchlist
from searchapp.curation.watchlist import Watchlist, WatchlistEntry, parse
from searchapp.errors import DecisionError
from searchapp.model import EntityType

PATH = Path("index/watchlist.csv")
LISTED = """name,aliases,type,note
Sergey Lavrov,Lavrov|Лавров|拉夫罗夫,person,minister
"Acme, Inc.",ACME,org,
O'Brien,,person,
Lavrov Street,,place,
.NET Foundation,,org,
노르웨이,,place,
"""


def found(text: str, listed: str = LISTED) -> list[tuple[str, str]]:
    return [(text[s:e], entry.name) for s, e, entry in parse(listed, PATH).mentions(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Sergey Lavrov left; Lavrov’s car.",
            [("Sergey Lavrov", "Sergey Lavrov"), ("Lavrov",) * 2],
        ),
        ("Сергей Лавров, Лавровск.", [("Лавров", "Sergey Lavrov")]),
        ("俄罗斯外长拉夫罗夫说", [("拉夫罗夫", "Sergey Lavrov")]),
        ("俄外长Lavrov说", [("Lavrov", "Sergey Lavrov")]),
        ("Mr O’Brien", [("O’Brien", "O'Brien")]),
        ("Acme, Inc., ACMEs, ACME", [("Acme, Inc.", "Acme, Inc."), ("ACME", "Acme, Inc.")]),
        ("in Lavrov Street", [("Lavrov Street", "Lavrov Street")]),
        (
            "Sergey\nLavrov and Sergey\n\nLavrov",
            [("Sergey\nLavrov", "Sergey Lavrov"), ("Lavrov",) * 2],
        ),
        ("lavrov LAVROV Lavrova", []),
        ("the .NET Foundation", [(".NET Foundation", ".NET Foundation")]),
        ("노르웨이는", [("노르웨이", "노르웨이")]),
    ],
)
def test_names_are_found_exactly_in_any_script(text: str, expected: list[tuple[str, str]]) -> None:
    names = {"Lavrov": "Sergey Lavrov"}
    assert found(text) == [
        (written, names.get(name, name) if written == name else name) for written, name in expected
    ]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("name;type\nA;org\n", "line 1: the columns must be name,aliases,type,note"),
        ("name\nA\n", "line 1: the columns must be"),
        ("name,type\n,org\n", "line 2: the name is empty"),
        ("name,type\nA,firm\n", "line 2: type must be one of person, org, place, not 'firm'"),
        ("name,type\nA,org\nB,org,x\n", "line 3: more than 4 values"),
        ("name,aliases,type\nA,B,org\nC,B,org\n", "line 3: 'B' is already org 'A' on line 2"),
        ("name,type\nA,org\nA,person\n", "line 3: 'A' is already org 'A' on line 2"),
    ],
)
def test_a_mistake_is_named_with_file_and_line(text: str, complaint: str) -> None:
    with pytest.raises(DecisionError) as error:
        parse(text, PATH)
    assert str(PATH) in str(error.value)
    assert complaint in str(error.value)


REST = "".join(f"Name Number{number},,person,a note\n" for number in range(6_000))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (f'name,aliases,type,note\n"Ana Petrova,,person,\n{REST}', 2),
        (f'name,aliases,type,note\nOslo,,place,\n"Ana Petrova,,person,\n{REST[:900]}', 3),
        (f"name,type\nOslo,place\n{'x' * 200_000},place\n", 3),
        ('name,type\n"Oslo" x,place\n', 2),
        ('name,type\n"Oslo,place\nBo,person\nAna" ,person\n', 2),
        ('name,type\n"Oslo\nBo",person\n', 3),
    ],
)
def test_a_stray_quote_and_a_line_too_long_are_named(text: str, line: int) -> None:
    with pytest.raises(DecisionError, match=f"line {line}: "):
        parse(text, PATH)


def test_no_file_is_no_names(tmp_path: Path) -> None:
    assert not watchlist.read(tmp_path)
    (tmp_path / watchlist.FILE_NAME).write_bytes(b"\xff")
    with pytest.raises(DecisionError, match="UTF-8"):
        watchlist.read(tmp_path)


def test_a_spreadsheets_mark_at_the_beginning_is_no_part_of_the_file(tmp_path: Path) -> None:
    (tmp_path / watchlist.FILE_NAME).write_bytes(b"\xef\xbb\xbfname,type\r\nOslo,place\r\n")
    assert [entry.name for entry in watchlist.read(tmp_path).entries] == ["Oslo"]


_TEXT = st.text(st.sampled_from("ab A.'’ 拉夫é\n"), max_size=60)
_NAME = st.text(st.sampled_from("abA.'’拉夫é "), min_size=1, max_size=4)


@given(_TEXT, st.lists(_NAME.map(str.strip).filter(bool), max_size=4, unique=True))
def test_ranges_hold_listed_names_and_do_not_overlap(text: str, names: list[str]) -> None:
    listed = Watchlist(WatchlistEntry(name, EntityType.ORG) for name in names)
    end = 0
    for start, stop, entry in listed.mentions(text):
        assert end <= start < stop <= len(text)
        assert listed.entry_of(text[start:stop]) is entry
        end = stop


def test_a_name_between_spaces_is_always_found() -> None:
    listed = Watchlist([WatchlistEntry("ab A", EntityType.ORG)])
    assert len(list(listed.mentions("x ab A y. ab A, ab A"))) == 3


def test_twenty_thousand_names_cost_little_more_than_twenty() -> None:
    def cost(count: int) -> float:
        """Of the cheapest of some texts: what else the machine does costs some of them more."""
        names = (f"Name{n % 500} Number{n}" for n in range(count))
        listed = Watchlist(WatchlistEntry(name, EntityType.PERSON) for name in names)
        text = "The council of Name7 Number7 met in the harbour town on Monday evening. " * 28
        costs = []
        for _ in range(50):
            begun = time.process_time()
            assert len(list(listed.mentions(text))) == 28
            costs.append(time.process_time() - begun)
        return min(costs)

    assert cost(20_000) < 10 * cost(20)


def test_hostile_text_takes_linear_time() -> None:
    listed = Watchlist([WatchlistEntry("a" * n, EntityType.ORG) for n in range(1, 50)])
    begun = time.process_time()
    for text in ("a" * 300_000, "a " * 150_000, "拉" * 300_000):
        list(listed.mentions(text))
    assert time.process_time() - begun < 15
