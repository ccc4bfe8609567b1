"""Stop words, names made of them and compounds: what a query's words mean, on every engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from searchapp.engines.analysis.compounds import split_compound
from searchapp.engines.analysis.stopwords import name_phrases, ranking_words, silent_words
from searchapp.engines.base import Engine, SearchRequest, SearchResponse
from searchapp.engines.memory import MemoryEngine
from searchapp.engines.query import parse
from searchapp.engines.whoosh import WhooshEngine
from tests.engines.documents import commit, document

LANGUAGES = ("en", "de", "fr", None)


@pytest.fixture(params=["memory", "whoosh"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Engine:
    return MemoryEngine() if request.param == "memory" else WhooshEngine(tmp_path / "index")


def search(engine: Engine, query: str) -> SearchResponse:
    parsed = parse(query)
    return engine.searcher().search(SearchRequest(parsed.node, optional=parsed.optional))


def ids(engine: Engine, query: str) -> list[str]:
    return [hit.document.id for hit in search(engine, query).hits]


@pytest.mark.parametrize(
    ("query", "silent"),
    [
        ("who said what about the ferry", {"who", "what", "about", "the"}),
        ("wer hat den Streik beendet", {"wer", "hat", "den"}),
        ("qui a dit quoi du port", {"qui", "a", "quoi", "du"}),
        ("IT strike in port", {"in"}),
        ("WHO vaccine for the US", {"for", "the"}),
        ("WHO SAID", {"WHO"}),
        ("The Who tour", {"The"}),
        ("Who is the mayor", {"Who", "is", "the"}),
        ("die Zeit der Streiks", {"die", "der"}),
    ],
)
def test_stop_words_and_question_words_are_silent_and_names_are_not(
    query: str, silent: set[str]
) -> None:
    assert silent_words(query.split(), LANGUAGES) == silent


@pytest.mark.parametrize("language", ["pl", "uk", "el", "he", "ar", "fa", "hi", "cs", "tr", "ro"])
def test_every_language_has_its_question_words(language: str) -> None:
    questions = {
        "pl": "kto kiedy gdzie",
        "uk": "хто коли де",
        "el": "ποιος πότε πού",
        "he": "מי מתי למה",
        "ar": "من متى أين",
        "fa": "چه کجا چرا",
        "hi": "कौन कब कहाँ",
        "cs": "kdo kdy kde",
        "tr": "kim neden nerede",
        "ro": "cine când unde",
    }
    words = questions[language].split()
    assert silent_words([*words, "xyzzy"], [language]) == set(words)


def test_a_word_ranks_in_the_languages_where_it_tells_something() -> None:
    ranking = ranking_words(["die", "hard"], ["en", "de", None])
    assert ranking["en"] == {"die", "hard"}
    assert ranking["de"] == ranking[None] == {"hard"}


def test_in_a_language_that_has_nothing_but_stop_words_all_rank() -> None:
    assert ranking_words(["the", "who"], ["en", "de"])["en"] == {"the", "who"}
    assert ranking_words(["the", "who"], ["en"], alone=False)["en"] == set()


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("The Who", [("The", "Who")]),
        ("The Who tour", [("The", "Who")]),
        ("to be or not to be", [("to", "be", "or", "not", "to", "be")]),
        ("who said what", []),
        ("harbour strike", []),
        ("the", []),
    ],
)
def test_names_of_stop_words(query: str, names: list[tuple[str, ...]]) -> None:
    assert name_phrases(query.split(), LANGUAGES) == names


def test_a_query_of_stop_words_finds_them_the_name_first(engine: Engine) -> None:
    others = [document(f"other{n}", "Who asked the man? He who met the mayor.") for n in range(12)]
    band = document(
        "band", "In the autumn a band called The Who came, for one evening, to play here."
    )
    hamlet = document("hamlet", "To be or not to be, that is what they asked.")
    commit(engine, [*others, band, hamlet])
    assert ids(engine, "The Who")[0] == "band"
    assert ids(engine, '"The Who"') == ["band"]
    assert ids(engine, "to be or not to be") == ["hamlet"]
    assert search(engine, "who").total == 13


def test_a_question_is_understood(engine: Engine) -> None:
    ferry = document("ferry", "The mayor said that ferry crossings stop.")
    other = document("other", "Who knows what this is about?")
    german = document("streik", "Gestern beendete die Gewerkschaft den Streik.", language="de")
    commit(engine, [ferry, other, german])
    assert ids(engine, "who said what about the ferry?") == ["ferry"]
    assert ids(engine, "wer hat den Streik beendet?") == ["streik"]


def test_an_acronym_may_not_be_missing_as_a_pronoun_may(engine: Engine) -> None:
    commit(engine, [document("with", "The WHO approves a vaccine."), document("out", "vaccine")])
    hits = search(engine, "WHO vaccine").hits
    assert (hits[0].document.id, hits[0].missing) == ("with", ())
    assert all(hit.missing == ("WHO",) for hit in hits[1:])


COMPOUNDS = [
    ("de", "Hafenstreik", "Der Streik im Hamburger Hafen."),
    ("de", "Hafenstreiks", "Streiks in den Häfen"),
    ("de", "Arbeitsmarkt", "der Markt für Arbeit"),
    ("de", "Schulbus", "ein Bus der Schule"),
    ("de", "Kinderarzt", "Arzt für Kinder"),
    ("nl", "Havenstaking", "de staking in de haven"),
    ("nl", "stadsbestuur", "het bestuur van de stad"),
    ("sv", "hamnstrejk", "strejk i en hamn"),
    ("no", "havnestreik", "streik i en havn"),
    ("da", "havnestrejke", "strejke i en havn"),
    ("fi", "satamalakko", "lakko satama"),
]


@pytest.mark.parametrize(("language", "compound", "apart"), COMPOUNDS)
def test_a_compound_finds_its_parts_near_each_other_behind_itself(
    engine: Engine, language: str, compound: str, apart: str
) -> None:
    first, *_, last = apart.split()
    far = f"{first} {'x ' * 40}{last}"
    filler = "und so weiter " * 60
    commit(
        engine,
        [
            document("compound", f"{filler} {compound} {filler}", language=language),
            document("apart", apart, title=apart, language=language),
            document("far", far, language=language),
            document("english", apart, language="en"),
        ],
    )
    assert ids(engine, compound) == ["compound", "apart"]
    assert ids(engine, f'"{compound}"') == ["compound"]


def test_the_parts_of_a_compound_are_marked(engine: Engine) -> None:
    commit(engine, [document("apart", "Der Streik im Hafen.", language="de")])
    (hit,) = search(engine, "Hafenstreik").hits
    marked = [hit.snippets[0].text[start:end] for start, end in hit.snippets[0].ranges]
    assert marked == ["Streik", "Hafen"]


def test_a_compound_that_enough_documents_have_is_itself_alone(engine: Engine) -> None:
    many = [document(str(n), "Hafenstreik", language="de") for n in range(10)]
    commit(engine, [*many, document("apart", "Streik im Hafen", language="de")])
    assert search(engine, "Hafenstreik").total == 10


def test_only_languages_that_make_compounds_have_them_split(engine: Engine) -> None:
    commit(engine, [document("apart", "a strike of the port", language="en")])
    assert ids(engine, "portstrike") == []


def test_parts_are_words_of_the_archive_and_no_stop_words() -> None:
    assert split_compound("hafenstreik", ["de"], Known()) == [("de", ("hafen", "streik"))]
    assert split_compound("untersuchung", ["de"], Known()) == []
    assert split_compound("hafenmeister", ["de"], Known()) == []
    assert split_compound("hafenstreik", ["en", None], Known()) == []


class Known:
    """An archive of five words."""

    def document_frequency(self, term: str, *, stem: bool = False) -> int:
        return 0 if stem else int(term in {"hafen", "streik", "unter", "suchung", "frei"})

    def has_term(self, term: str, *, stem: bool = False) -> bool:
        return self.document_frequency(term, stem=stem) > 0
