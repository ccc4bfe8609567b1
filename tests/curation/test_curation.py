from __future__ import annotations

from pathlib import Path

from searchapp.curation import curation
from searchapp.curation.curation import Curation
from searchapp.model import Article, Entity, EntityType, IndexedDocument

PERSON, ORG, PLACE = EntityType.PERSON, EntityType.ORG, EntityType.PLACE
DIRECTORY = Path("index")
HEADER = "name,aliases,type\n"


def document(text: str, *named: tuple[str, EntityType, str]) -> IndexedDocument:
    """With each `(name, type, as written)` marked where it first stands."""
    entities = tuple(
        Entity(name, kind, ((text.index(written), text.index(written) + len(written)),))
        for name, kind, written in named
    )
    return IndexedDocument("d", "/d.html", Article(title="", text=text), entities)


def read(listed: str, decided: str = "") -> Curation:
    return curation.from_texts((HEADER + listed, decided), DIRECTORY)


def names(found: IndexedDocument) -> list[tuple[str, str, int]]:
    return [(str(e.type), e.name, len(e.mentions)) for e in found.entities]


def test_a_listed_name_is_found_where_nothing_was() -> None:
    found = read("Oslo,,place\n").apply(document("In Oslo and Oslo."))
    assert names(found) == [("place", "Oslo", 2)]


def test_a_listed_name_replaces_what_was_recognised_there() -> None:
    marked = document("The river Maren rose.", ("Maren", PERSON, "Maren"))
    assert names(read("Maren,,place\n").apply(marked)) == [("place", "Maren", 1)]


def test_a_longer_recognised_name_stays_beside_the_listed_one() -> None:
    marked = document("Kestria Bank lent.", ("Kestria Bank", ORG, "Kestria Bank"))
    found = read("Kestria,,place\n").apply(marked)
    assert sorted(names(found)) == [("org", "Kestria Bank", 1), ("place", "Kestria", 1)]


def test_a_recognised_name_that_a_listed_one_cuts_goes() -> None:
    marked = document("New York Times", ("York Times", ORG, "York Times"))
    assert names(read("New York,,place\n").apply(marked)) == [("place", "New York", 1)]


def test_a_recognised_spelling_gets_the_listed_name() -> None:
    marked = document("Mr Lavrov. LAVROV!", ("Lavrov", PERSON, "LAVROV"))
    found = read("Sergey Lavrov,Lavrov,person\n").apply(marked)
    assert names(found) == [("person", "Sergey Lavrov", 2)]


def test_a_short_listed_name_inside_its_own_long_mention_counts_once() -> None:
    marked = document("Sergey V. Lavrov.", ("Sergey Lavrov", PERSON, "Sergey V. Lavrov"))
    found = read("Sergey Lavrov,Lavrov,person\n").apply(marked)
    assert names(found) == [("person", "Sergey Lavrov", 1)]


def test_decisions_come_after_the_list() -> None:
    decided = '[[decision]]\nrename = "Oslo"\nto = "Christiania"\ntype = "place"\n'
    found = read("Oslo,,place\n", decided).apply(document("In Oslo."))
    assert names(found) == [("place", "Christiania", 1)]


def test_nothing_decided_changes_nothing() -> None:
    marked = document("In Oslo.", ("Oslo", PLACE, "Oslo"))
    assert curation.from_texts(("", ""), DIRECTORY).apply(marked) is marked


def test_the_version_follows_both_files() -> None:
    versions = {
        curation.from_texts(sources, DIRECTORY).version
        for sources in (("", ""), ("", "# x"), (HEADER, ""), (HEADER, "# x"))
    }
    assert len(versions) == 4
