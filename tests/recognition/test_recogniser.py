import json
import re
import time
import warnings
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from searchapp.config import DEFAULT_MODELS
from searchapp.errors import ModelError
from searchapp.model import Article, Entity
from searchapp.recognition import recogniser as entities
from searchapp.recognition import registry
from searchapp.recognition.recogniser import Recogniser, load_recogniser

SHARED = Path(__file__).parents[3] / "shared"
TYPES = {"PER": "person", "ORG": "org", "LOC": "place"}


@pytest.fixture(scope="module")
def english() -> Recogniser:
    return load_recogniser(DEFAULT_MODELS)


def article(text: str, language: str | None = "en") -> Article:
    return Article(title="", text=text, language=language)


def facets(found: tuple[Entity, ...]) -> set[tuple[str, str]]:
    return {(str(entity.type), entity.name) for entity in found}


NEWS = (
    "OSLO, March 3 (Reuters) - Norwegian Prime Minister Jonas Gahr Stoere met Angela Merkel in "
    "Berlin on Tuesday, the German foreign ministry said.\n\n"
    "Merkel thanked Norway’s government. The United States and the U.S. Federal Reserve were "
    "not mentioned, a spokesman for the International Monetary Fund (IMF) said. The IMF and "
    "Mrs Merkel will meet again in October. 😀 Stoere left."
)


def test_a_report_gives_the_names_a_reader_expects(english: Recogniser) -> None:
    assert facets(english.recognise(article(NEWS))) == {
        ("place", "Oslo"),
        ("org", "Reuters"),
        ("person", "Jonas Gahr Stoere"),
        ("person", "Angela Merkel"),
        ("place", "Berlin"),
        ("org", "German Foreign Ministry"),
        ("place", "Norway"),
        ("place", "United States"),
        ("org", "U.S. Federal Reserve"),
        ("org", "International Monetary Fund"),
    }


def test_mentions_are_ordered_ranges_of_code_points(english: Recogniser) -> None:
    found = {entity.name: entity for entity in english.recognise(article("😀 " + NEWS))}
    text = "😀 " + NEWS
    merkel = [text[start:end] for start, end in found["Angela Merkel"].mentions]
    assert merkel == ["Angela Merkel", "Merkel", "Merkel"]
    assert [text[s:e] for s, e in found["Jonas Gahr Stoere"].mentions][-1] == "Stoere"
    firsts = [entity.mentions[0] for entity in found.values()]
    assert firsts == sorted(firsts)


def test_mentions_behind_the_first_chunk_are_in_place(
    english: Recogniser, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = english.recognise(article(NEWS))
    monkeypatch.setattr(entities, "_CHUNK", 250)
    assert english.recognise(article(NEWS)) == whole


def test_headlines_in_capitals_are_read(english: Recogniser) -> None:
    text = "MERKEL MEETS STOERE IN BERLIN TO DISCUSS NORWAY\n\nAngela Merkel met him in Berlin."
    names = facets(english.recognise(article(text)))
    assert {("person", "Angela Merkel"), ("place", "Berlin"), ("place", "Norway")} <= names


@pytest.mark.parametrize("language", ["fr", "ru", None])
def test_text_without_a_model_has_no_entities(english: Recogniser, language: str | None) -> None:
    assert english.recognise(article(NEWS, language)) == ()


def test_the_version_names_rules_and_models(english: Recogniser) -> None:
    assert english.version == f"rules-{registry.RULES_VERSION} en:en_core_web_md-3.7.1"
    assert registry.version(registry.locate(DEFAULT_MODELS)) == english.version


def test_an_empty_setting_means_no_model() -> None:
    recogniser = load_recogniser({"en": ""})
    assert recogniser.recognise(article(NEWS)) == ()
    assert recogniser.version == f"rules-{registry.RULES_VERSION}"


def test_a_missing_model_is_an_error_at_the_start() -> None:
    with pytest.raises(ModelError, match=r"models\.de: the package no_such_model is not installed"):
        load_recogniser({**DEFAULT_MODELS, "de": "no_such_model"})


HOSTILE = {
    "no spaces": "X" * 1_000_000,
    "capitals": "ABCDE FGH " * 100_000,
    "emoji": "😀" * 300_000,
    "brackets": "(" * 1_000_000,
    "quotes": "'s" * 300_000,
    "one line": "Anna Berg met Bo Dahl in Oslo. " * 33_000,
    "names that begin alike": " ".join(f"Anna {c}{d}berg" for c in "ABCDEFGH" for d in "abcdefg")
    * 40,
    "blank lines": "\n" * 1_000_000,
    "braces": "{{" * 400_000,
    "slashes": "A/" * 400_000,
    "hyphens": "A-B-" * 200_000,
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_text_takes_bounded_time(
    english: Recogniser, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A fortieth of the real bound: what grows faster than the text shows here already.
    monkeypatch.setattr(entities, "READ_BY_MODEL", registry.READ_BY_MODEL // 40)
    started = time.process_time()
    english.recognise(article(HOSTILE[kind][: len(HOSTILE[kind]) // 2]))
    assert time.process_time() - started < 20


def test_behind_what_a_model_reads_known_names_are_found(
    english: Recogniser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entities, "_CHUNK", 60)
    monkeypatch.setattr(entities, "READ_BY_MODEL", 60)
    text = (
        "Anna Berg lives in Oslo now, she said.\n\nShe came to Oslo.\n\n" * 2 + "Bo is in Bergen."
    )
    found = {entity.name: entity for entity in english.recognise(article(text))}
    assert found["Oslo"].mentions[-1][0] == text.rindex("Oslo")
    assert len(found["Anna Berg"].mentions) == 2
    assert "Bergen" not in found


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(st.sampled_from("Anna Berg's \n\n(O.)SLO-é😀{}中 文/"), max_size=300))
def test_any_text_gives_ranges_inside_it_without_overlap(english: Recogniser, text: str) -> None:
    found = english.recognise(article(text))
    ranges = sorted(mention for entity in found for mention in entity.mentions)
    assert all(0 <= start < end <= len(text) for start, end in ranges)
    assert all(one[1] <= other[0] for one, other in pairwise(ranges))


@given(st.text(st.sampled_from("ab \n"), max_size=400), st.integers(1, 50))
def test_chunks_are_the_text_in_bounded_pieces(text: str, limit: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(entities, "_CHUNK", limit)
        chunks = list(entities._chunks(text))
    assert "".join(chunks) == text
    assert all(len(chunk) <= limit for chunk in chunks)


def test_a_model_of_another_language_by_path(tmp_path: Path) -> None:
    path = italian_model(tmp_path)
    recogniser = load_recogniser({"it": str(path)})
    found = recogniser.recognise(article("Emilie Durand visita Lione.", "it"))
    assert facets(found) == {("person", "Emilie Durand"), ("place", "Lione")}
    assert recogniser.version.endswith("it:it_pipeline-0.0.0")
    assert recogniser.recognise(article("Emilie Durand visita Lione.", "en")) == ()


def italian_model(folder: Path) -> Path:
    """A spaCy pipeline that has learnt one sentence by heart."""
    import spacy  # noqa: PLC0415 -- takes a second, for this test alone
    from spacy.training import Example  # noqa: PLC0415 -- as above

    nlp = spacy.blank("it")
    nlp.add_pipe("ner")
    marks = {"entities": [(0, 13, "PER"), (21, 26, "LOC")]}
    example = Example.from_dict(nlp.make_doc("Emilie Durand visita Lione."), marks)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        nlp.initialize(lambda: [example])
        for _ in range(30):
            nlp.update([example])
    nlp.to_disk(folder / "model")
    return folder / "model"


@pytest.mark.skipif(not SHARED.exists(), reason="the seed document is not at hand")
def test_the_seed_document_has_exactly_its_facets(english: Recogniser) -> None:
    dump = next((SHARED / "samples" / "seed").glob("*.txt")).read_text(encoding="utf-8")
    ideal = json.loads((SHARED / "ner-bench" / "seed_ideal.json").read_text(encoding="utf-8"))
    wanted = {(TYPES[kind], name) for kind in TYPES for name in ideal[kind]}
    body = re.sub(r"(?s)^.*?(?=MOSCOW)", "", dump)
    for text in (dump, body):
        found = facets(english.recognise(article(text)))
        assert wanted <= found
        assert {name for _, name in found - wanted} <= set(ideal["_optional"])
