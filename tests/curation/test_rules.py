from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchapp.curation.decisions import Act, Decision, parse
from searchapp.curation.rules import Rules, compile_rules
from searchapp.errors import DecisionError
from searchapp.model import Article, Entity, EntityType, IndexedDocument

PERSON, ORG, PLACE = EntityType.PERSON, EntityType.ORG, EntityType.PLACE
PATH = Path("entities.toml")
TEXT = "Zelenskyy met Zelensky in Kiev."
DOCUMENT = IndexedDocument(
    "d1",
    "/archive/2016/a.html",
    Article(title="", text=TEXT),
    (
        Entity("Zelenskyy", PERSON, ((0, 9),)),
        Entity("Zelensky", PERSON, ((14, 22),)),
        Entity("Kiev", PLACE, ((26, 30),)),
    ),
)


def rules(*entries: str) -> Rules:
    text = "".join(f"[[decision]]\n{entry}\n" for entry in entries)
    return compile_rules(parse(text, PATH), PATH)


def after(*entries: str) -> list[tuple[str, str, tuple[tuple[int, int], ...]]]:
    found = rules(*entries).apply(DOCUMENT).entities
    return [(str(entity.type), entity.name, entity.mentions) for entity in found]


def merge(name: str, into: str) -> str:
    return f'merge = "{name}"\ninto = "{into}"\ntype = "person"'


def test_merged_names_share_their_mentions() -> None:
    assert after(merge("Zelenskyy", "Zelensky")) == [
        ("person", "Zelensky", ((0, 9), (14, 22))),
        ("place", "Kiev", ((26, 30),)),
    ]


def test_a_decision_concerns_its_type_only() -> None:
    assert after('reject = "Kiev"\ntype = "person"') == after()
    assert len(after('reject = "Kiev"\ntype = "place"')) == 2


def test_rename_and_retype_together() -> None:
    renamed = 'rename = "Kiev"\nto = "Dynamo"\ntype = "place"'
    retyped = 'retype = "Dynamo"\ntype = "place"\nto = "org"'
    assert after(renamed, retyped)[2] == ("org", "Dynamo", ((26, 30),))


def test_moves_chain_in_any_order() -> None:
    chain = [merge("Zelenskyy", "Zelensky"), merge("Zelensky", "Volodymyr Zelensky")]
    assert after(*chain) == after(*reversed(chain))
    assert after(*chain)[0] == ("person", "Volodymyr Zelensky", ((0, 9), (14, 22)))


def test_what_is_merged_into_a_rejected_name_is_rejected() -> None:
    found = after(merge("Zelenskyy", "Zelensky"), 'reject = "Zelensky"\ntype = "person"')
    assert [name for _, name, _ in found] == ["Kiev"]


def split(where: str) -> str:
    return f'split = "Zelensky"\ninto = "Another"\ntype = "person"\n{where}'


@pytest.mark.parametrize(
    ("where", "holds"),
    [
        ('written = ["Zelensky"]', True),
        ('written = ["Mr Zelensky"]', False),
        ('documents = ["2016/*"]', True),
        ('documents = ["/archive/2016/a.html"]', True),
        ('documents = ["d1"]', True),
        ('documents = ["2017/*"]', False),
        ('written = ["Zelensky"]\ndocuments = ["2017/*"]', False),
    ],
)
def test_a_split_holds_where_it_says(where: str, holds: bool) -> None:  # noqa: FBT001 - a case
    assert (("person", "Another", ((14, 22),)) in after(split(where))) is holds


def test_a_split_takes_only_its_mentions() -> None:
    found = after(merge("Zelenskyy", "Zelensky"), split('written = ["Zelensky"]'))
    assert found[:2] == [("person", "Zelensky", ((0, 9),)), ("person", "Another", ((14, 22),))]


def test_contradictions_name_both_lines() -> None:
    with pytest.raises(DecisionError) as error:
        rules(merge("A", "B"), merge("A", "C"))
    assert str(error.value) == (
        "entities.toml, line 5: merge person “A” into “C”, but line 1 says merge person “A” into "
        "“B”; remove one of them"
    )


def test_the_same_twice_is_no_contradiction() -> None:
    rules(merge("A", "B"), merge("A", "B"), split('written = ["x"]'))


@pytest.mark.parametrize(
    "entries",
    [
        [merge("A", "A")],
        [merge("A", "B"), merge("B", "A")],
        [merge("A", "B"), merge("B", "C"), merge("C", "A")],
        [split('written = ["x"]'), merge("Another", "Zelensky")],
    ],
)
def test_a_circle_names_every_line(entries: list[str]) -> None:
    with pytest.raises(DecisionError, match="for ever") as error:
        rules(*entries)
    for number, entry in enumerate(entries):
        line = 1 + sum(other.count("\n") + 2 for other in entries[:number])
        assert str(line) in str(error.value).partition(":")[0], entry


def test_an_untouched_document_is_the_same_object() -> None:
    assert rules(merge("A", "B")).apply(DOCUMENT) is DOCUMENT


_NAMES = st.sampled_from(["Zelenskyy", "Zelensky", "Kiev", "A", "B"])
_DECISIONS = st.builds(
    Decision,
    st.sampled_from([Act.MERGE, Act.RENAME]),
    st.just(PERSON),
    st.tuples(_NAMES),
    to=_NAMES,
)


@given(st.lists(_DECISIONS, max_size=6))
def test_rules_are_refused_or_lead_somewhere_final(made: list[Decision]) -> None:
    try:
        found = compile_rules(made, PATH)
    except DecisionError:
        return
    once = found.apply(DOCUMENT)
    assert found.apply(once) == once
    mentions = sorted(m for entity in once.entities for m in entity.mentions)
    assert mentions == sorted(m for entity in DOCUMENT.entities for m in entity.mentions)
    assert {(e.type, e.name) for e in once.entities} == {
        found.final((e.type, e.name)) for e in DOCUMENT.entities
    }


APART = 'apart = ["A", "B"]\ntype = "person"'

ALONE = 'apart = "A"\ntype = "person"'


@pytest.mark.parametrize(
    ("entries", "lines"),
    [
        ([merge("A", "B"), APART], "line 5: keep apart person “A”, “B”, but line 1"),
        ([APART, merge("A", "B")], "line 1: keep apart person “A”, “B”, but line 4"),
        ([APART, merge("A", "C"), merge("B", "C")], "line 4 and 8 makes it person “C”"),
        ([APART, merge("A", "C"), merge("C", "B")], "line 4 and 8 makes it person “B”"),
        ([ALONE, 'retype = "A"\ntype = "person"\nto = "org"'], "line 4 makes it org “A”"),
    ],
)
def test_names_kept_apart_cannot_become_one(entries: list[str], lines: str) -> None:
    with pytest.raises(DecisionError) as error:
        rules(*entries)
    assert lines in str(error.value)


def test_names_kept_apart_may_go_different_ways() -> None:
    entries = [APART, merge("A", "C"), 'reject = ["B", "D"]\ntype = "person"']
    found = rules(*entries, 'apart = ["B", "D"]\ntype = "person"')
    assert found.final((PERSON, "A")) == (PERSON, "C")
    assert found.final((PERSON, "B")) is None
    assert after(APART) == after()
    assert rules(ALONE, merge("A", "B")).final((PERSON, "A")) == (PERSON, "B")
