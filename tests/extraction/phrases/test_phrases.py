"""Words of languages as data make the patterns that stood in the code before, and add to them.

`today.json` holds those patterns as they were written by hand.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from searchapp.extraction import phrases
from searchapp.extraction.authors.names import clean_names
from searchapp.extraction.boilerplate import is_notice
from searchapp.extraction.page import extract_page
from searchapp.model import RawPage

from .alternatives import alternatives

HERE = Path(__file__).parent
TODAY = json.loads((HERE / "today.json").read_text(encoding="utf-8"))
ADDED = ("ro",)
# By hand, a day right behind the word was taken for a part of it: 수정2020.05.04.
CORRECTED = {"dates.visible:_UPDATED": (r"수정\w*", "수정")}


@pytest.fixture(scope="module")
def before() -> Any:
    """The patterns without the languages added since."""
    found = {}
    with pytest.MonkeyPatch.context() as patch:
        known = {k: v for k, v in phrases.load_languages().items() if k not in ADDED}
        patch.setattr(phrases, "load_languages", lambda: known)
        for key in TODAY:
            module, name = key.split(":")
            found[key] = getattr(_fresh_copy(module, patch), name)
    return found


def _fresh_copy(module: str, patch: pytest.MonkeyPatch) -> Any:
    spec = importlib.util.find_spec(f"searchapp.extraction.{module}")
    assert spec is not None
    assert spec.loader is not None
    copy = importlib.util.module_from_spec(spec)
    patch.setitem(sys.modules, spec.name, copy)  # dataclasses look their module up
    spec.loader.exec_module(copy)
    return copy


def by_hand(key: str) -> str:
    wrong, right = CORRECTED.get(key, ("", ""))
    return str(TODAY[key]["pattern"]).replace(wrong, right)


def current(key: str) -> re.Pattern[str]:
    module, name = key.split(":")
    pattern = getattr(importlib.import_module(f"searchapp.extraction.{module}"), name)
    assert isinstance(pattern, re.Pattern)
    return pattern


@pytest.mark.parametrize("key", TODAY)
def test_the_compiled_alternatives_are_those_written_by_hand(key: str, before: Any) -> None:
    written = alternatives(by_hand(key))
    compiled = alternatives(before[key].pattern)
    assert compiled - written == set()
    assert written - compiled == set()
    assert bool(before[key].flags & re.IGNORECASE) == TODAY[key]["ignore_case"]


@pytest.mark.parametrize("key", TODAY)
def test_a_language_adds_and_takes_nothing_away(key: str) -> None:
    assert alternatives(by_hand(key)) <= alternatives(current(key).pattern)


def test_every_kind_of_every_language_is_used_and_documented() -> None:
    known = {kind for kinds in phrases.load_languages().values() for kind in kinds}
    package = Path(phrases.__file__).parents[1]
    code = "".join(file.read_text(encoding="utf-8") for file in package.rglob("*.py"))
    used = {*re.findall(r"\{([a-z_]+)\}", code), "short_months"}
    used |= {f"{label}_label" for label in ("title", "date", "author", "url")}
    page = (package.parents[1] / "docs" / "languages.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"^\| `([a-z_]+)` \|[^|]*\|[^|]*\|$", page, re.MULTILINE))
    assert known <= used
    assert documented == known


def test_a_kind_that_no_language_has_is_an_error() -> None:
    with pytest.raises(KeyError, match="red_also"):
        phrases.compile_pattern(r"{red_also}\s")


def test_blanks_are_white_space_but_in_brackets(monkeypatch: pytest.MonkeyPatch) -> None:
    words = {"xx": {"by": ["told by", "by", "x[- ]y"]}}
    monkeypatch.setattr(phrases, "load_languages", lambda: words)
    assert phrases.compile_pattern("{by}").pattern == r"(?:told\s+by|x[- ]y|by)"


NOTICES = {
    "en": ("Read also: Pier to be rebuilt", "Photo by Ada Corran", "Advertisement", "3 min read"),
    "de": ("Lesen Sie auch: Der Turm", "Foto: Ada Corran", "Anzeige", "Fehler gefunden?"),
    "fr": ("Lire aussi : Le phare", "Tous droits réservés", "Publicité", "Abonnez-vous"),
    "es": ("Lee también: El faro", "Todos los derechos", "Publicidad", "Suscríbete aquí"),
    "pt": ("Leia mais: O farol", "Foto: Ada Corran", "Assine já", "Continua após a publicidade"),
    "it": ("Leggi anche: Il faro", "Iscriviti al canale"),
    "nl": ("Lees ook: De toren", "Externe inhoud"),
    "pl": ("Zobacz też: Latarnia", "Fot. by Ada", "Zgłoś błąd", "Zapisz się"),
    "ru": ("Читайте также: Маяк", "Фото: Ада", "Реклама", "Все права защищены"),
    "el": ("Διαβάστε επίσης: Ο φάρος", "Εκτύπωση"),
    "sv": ("Läs också: Fyren", "Bild: Ada"),
    "nb": ("Les også: Fyret", "Foto: Ada"),
    "da": ("Læs også: Fyret", "Foto: Ada"),
    "fi": ("Lue myös: Majakka",),
    "cs": ("Čtěte také: Maják",),
    "zh": ("相关新闻：灯塔", "版权所有", "广告", "责任编辑：王"),
    "ja": ("関連記事：灯台", "無断転載を禁じます"),
    "ko": ("관련 기사: 등대", "무단 전재 금지"),
    "vi": ("Xem thêm: Ngọn hải đăng",),
    "id": ("Baca juga: Mercusuar",),
    "zu": ("Funda olunye udaba lapha",),
    "ro": ("Citește și: Farul", "Citeste si: Farul", "Sursă foto: Ada", "Publicitate"),
}
STORY = {
    "en": "He read also the second letter, by Ada Corran, to those who had waited.",
    "de": "Die Anzeige gegen den Wärter wurde am Abend im Hafen zurückgezogen.",
    "fr": "Le phare est rallumé depuis dimanche, et la publicité en est grande.",
    "es": "La publicidad del faro llegó a todos los puertos de la costa en mayo.",
    "pl": "Redakcja mieściła się przez trzy zimy w starej latarni nad zatoką.",
    "ru": "Реклама маяка обошлась городу дороже, чем сама лампа, говорят жители.",
    "zh": "广告牌挡住了灯塔，居民要求把它拆除。",
    "ro": "Publicitatea pentru far a costat orașul mai mult decât lampa, spun localnicii.",
}


@pytest.mark.parametrize(
    ("language", "line"), [(code, line) for code, lines in NOTICES.items() for line in lines]
)
def test_lines_of_the_page_are_told_in_every_language(language: str, line: str) -> None:
    assert language in phrases.load_languages()
    assert is_notice(line)


@pytest.mark.parametrize("language", STORY)
def test_a_story_with_such_words_in_it_stays(language: str) -> None:
    assert not is_notice(STORY[language])


@pytest.mark.parametrize(
    "line",
    [
        *("By Ada Corran", "Von Ada Corran", "Par Ada Corran", "Por Ada Corran", "Di Ada Corran"),
        *("Door Ada Corran", "Av Ada Corran", "Oprac. Ada Corran", "Автор: Ada Corran"),
        *("Scris de Ada Corran", "Articol de Ada Corran", "作者：Ada Corran", "Piše: Ada Corran"),
    ],
)
def test_names_are_read_behind_the_word_for_by(line: str) -> None:
    assert clean_names([line]) == ("Ada Corran",)


def test_a_romanian_desk_is_no_name_and_two_authors_are_two() -> None:
    assert clean_names(["Redacția"]) == ()
    assert clean_names(["Ada Corran și Ion Rusu"]) == ("Ada Corran", "Ion Rusu")


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("Updated 6 May 2020", "2020-05-06"),
        ("Aktualisiert am 6. Mai 2020", "2020-05-06"),
        ("입력 2020.05.01 수정2020.05.06", "2020-05-06"),
        ("Publicat 1 mai 2020, actualizat la 6 mai 2020", "2020-05-06"),
    ],
)
def test_the_day_of_a_change_is_behind_the_word_for_it(line: str, day: str) -> None:
    body = f"<article><h1>Ferry line to reopen</h1><div>{line}</div><p>{'The ferry. ' * 40}</p>"
    changed = extract_page(RawPage("/archive/page.html", body.encode(), charset="utf-8")).modified
    assert changed is not None
    assert changed.iso == day
