from searchapp.model import EntityType
from searchapp.recognition.mentions import Mention
from searchapp.recognition.rules.propagation import propagate


def found(text: str, name: str, kind: EntityType = EntityType.PERSON) -> int:
    start = text.index(name)
    mentions = propagate(text, [Mention(start, start + len(name), kind)])
    assert all(m.type is kind and text[m.start : m.end] == name for m in mentions)
    return len(mentions)


def test_a_name_is_found_wherever_it_stands_alone() -> None:
    assert found("Solberg spoke. Then Solberg left, said Mr. Solberg's aide.", "Solberg") == 3
    assert found("ITUC met; the ITUC left.", "ITUC", EntityType.ORG) == 2


def test_a_surname_is_found_once_the_person_is_named() -> None:
    text = "Anna Solberg spoke. Solberg left."
    surname = Mention(20, 27, EntityType.PERSON)
    assert propagate(text, [Mention(0, 12, EntityType.PERSON)])[1:] == [surname]
    text = "Anna Jordan spoke in Jordan."
    assert len(propagate(text, [Mention(0, 11, EntityType.PERSON)])) == 1


def test_not_inside_longer_names_or_words() -> None:
    assert found("Solberg spoke at Solberg Hall on Anna Solberg and Solbergian.", "Solberg") == 1
    assert found("Solberg spoke to @Solberg and pre-Solberg.", "Solberg") == 1


def test_not_when_the_word_has_another_use() -> None:
    assert found("Reading is a town. Reading there is a habit; so is reading.", "Reading") == 1
    assert found("Bo met. Bo left.", "Bo") == 1


def test_not_where_something_else_is_marked() -> None:
    text = "Solberg wrote. Solberg the book."
    other = Mention(15, 31, None)
    mentions = propagate(text, [Mention(0, 7, EntityType.PERSON), other])
    assert mentions == [Mention(0, 7, EntityType.PERSON), other]
