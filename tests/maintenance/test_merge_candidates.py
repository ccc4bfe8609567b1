"""Suggestions over an engine in memory, on documents that each name a few."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from searchapp.curation.decisions import Act, parse
from searchapp.curation.rules import compile_rules
from searchapp.engines.base import BuildStamp
from searchapp.engines.memory import MemoryEngine
from searchapp.maintenance.merge_candidates import Suggestion, suggest
from searchapp.model import Article, Entity, EntityType, IndexedDocument

PERSON, ORG, PLACE = EntityType.PERSON, EntityType.ORG, EntityType.PLACE
OSLO = (PLACE, "Oslo")


def suggestions(
    directory: Path, *documents: list[tuple[EntityType, str]], most: int = 20, decided: str = ""
) -> list[Suggestion]:
    engine = MemoryEngine()
    with engine.rebuild() as writer:
        for number, names in enumerate(documents):
            named = tuple(Entity(name, kind, ((0, 1),)) for kind, name in names)
            article = Article(title="", text="x")
            writer.put(IndexedDocument(f"{number:016x}", f"/{number}", article, named))
        writer.commit(BuildStamp(datetime.now(UTC), 0))
    path = directory / "entities.toml"
    return suggest(engine.searcher(), most, compile_rules(parse(decided, path), path))


@pytest.mark.parametrize(
    ("kind", "name", "full"),
    [
        (PLACE, "Malaga", "Málaga"),
        (PERSON, "Zelenskyy", "Zelensky"),
        (PERSON, "Volodymyr Zelenskyi", "Volodymyr Zelenskyy"),
        (PERSON, "Mohammed Ali", "Muhammad Ali"),
        (ORG, "OSCE", "Organization for Security and Co-operation in Europe"),
        (ORG, "Volkswagen Group", "Volkswagen"),
        (PERSON, "Lavrov", "Sergey Lavrov"),
    ],
)
def test_the_rarer_of_two_alike_is_proposed_for_the_other(
    tmp_path: Path, kind: EntityType, name: str, full: str
) -> None:
    (found,) = suggestions(tmp_path, [(kind, name), OSLO], [(kind, full), OSLO], [(kind, full)])
    assert found.decision.act is Act.MERGE
    assert (found.decision.names, found.decision.to) == ((name,), full)
    assert (found.documents, found.together, found.shared) == ((1, 2), 0, ("Oslo",))


def test_a_name_of_two_types_is_proposed_for_the_commoner(tmp_path: Path) -> None:
    (found,) = suggestions(tmp_path, [(PERSON, "Elsin")], [(PLACE, "Elsin")], [(PLACE, "Elsin")])
    assert found.decision.act is Act.RETYPE
    assert (found.decision.type, found.decision.to_type) == (PERSON, PLACE)


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        (PERSON, ["Petrov", "Petrova"]),
        (PERSON, ["Ivan Petrov", "Ivana Petrova"]),
        (PERSON, ["Clinton", "Bill Clinton", "Hillary Clinton"]),
        (ORG, ["Norway", "Norman"]),
        (ORG, ["NNA", "Northern News Agency", "Nordic News Agency"]),
        (PLACE, ["Kiev", "Lviv"]),
    ],
)
def test_what_is_not_alike_or_ambiguous_is_left_alone(
    tmp_path: Path, kind: EntityType, names: list[str]
) -> None:
    assert suggestions(tmp_path, *([(kind, name), OSLO] for name in names)) == []


def test_a_weak_resemblance_needs_company_in_common(tmp_path: Path) -> None:
    assert suggestions(tmp_path, [(PERSON, "Lavrov")], [(PERSON, "Sergey Lavrov"), OSLO]) == []


def test_documents_that_name_both_are_counted(tmp_path: Path) -> None:
    both = [(PERSON, "Zelensky"), (PERSON, "Zelenskyy")]
    (found,) = suggestions(tmp_path, both, both[:1])
    assert found.together == 1


def test_no_more_than_asked_for(tmp_path: Path) -> None:
    named = [[(PLACE, f"{name}{n}")] for n in range(5) for name in ("Malaga", "Málaga")]
    assert len(suggestions(tmp_path, *named, most=3)) == 3


ALIKE = [[(PERSON, "Zelensky"), OSLO], [(PERSON, "Zelenskyy"), OSLO], [(PERSON, "Zelensky")]]


@pytest.mark.parametrize(
    ("names", "proposed"),
    [
        ('["Zelensky", "Zelenskyy"]', 0),
        ('["Lavrov", "Zelenskyy", "Zelensky"]', 0),
        ('["Zelensky", "Lavrov"]', 1),
        ('["Zelensky"]', 1),
    ],
)
def test_names_kept_apart_are_not_proposed_again(tmp_path: Path, names: str, proposed: int) -> None:
    decided = f'[[decision]]\napart = {names}\ntype = "person"\n'
    assert len(suggestions(tmp_path, *ALIKE, decided=decided)) == proposed


def test_names_kept_apart_stay_so_under_new_names(tmp_path: Path) -> None:
    decided = """
        [[decision]]
        apart = ["Selenski", "Zelenskyy"]
        type = "person"
        [[decision]]
        rename = "Selenski"
        to = "Zelensky"
        type = "person"
    """
    assert suggestions(tmp_path, *ALIKE, decided=decided) == []


@pytest.mark.parametrize(("kind", "proposed"), [("person", 0), ("place", 0), ("org", 1)])
def test_a_name_kept_apart_keeps_its_type(tmp_path: Path, kind: str, proposed: int) -> None:
    documents = [[(PERSON, "Elsin")], [(PLACE, "Elsin")], [(PLACE, "Elsin")]]
    decided = f'[[decision]]\napart = "Elsin"\ntype = "{kind}"\n'
    assert len(suggestions(tmp_path, *documents, decided=decided)) == proposed
