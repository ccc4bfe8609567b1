"""Bytes -> text, whatever the charset claims."""

from __future__ import annotations

import pytest

from searchapp.errors import PageError, PageFault
from searchapp.model import RawPage
from searchapp.sources.charset import decode

RUSSIAN = "Совет портового города в понедельник проголосовал за возобновление старой линии. " * 3
GERMAN = "Die Fähre fährt wieder – „fest zugesagt“, über den Sund nach Süden. " * 3
CHINESE = "港口城市议会周一晚间投票决定恢复停运九年的旧渡轮航线，岛上居民曾多次提出请求。" * 3
JAPANESE = "港町の議会は月曜の夜、九年ぶりに古いフェリー航路を再開することを決めた。" * 3
POLISH = "Rada miasta portowego zagłosowała w poniedziałek za wznowieniem żeglugi promów. " * 3


UNDECLARED = {
    "fr": (
        "Le conseil a décidé lundi de rouvrir la ligne après neuf années, où ça va, fût-il gênant.",
        "cp1252",
    ),
    "es": ("El señor Muñoz dijo que mañana habrá más niños en la línea que ayer.", "cp1252"),
    "pt": ("A decisão não é fácil, são três opções e ninguém sabe qual será a solução.", "cp1252"),
    "sv": ("Färjan går åter över sundet; öborna är glada på måndag kväll.", "cp1252"),
    "da": ("Færgen sejler igen på mandag; øboerne er glade for den nye båd.", "cp1252"),
    "pl": ("Mieszkańcy są zadowoleni ze źródła, żeglugę wznowiono, zagłosowała rada.", "iso8859-2"),
    "pl-1250": ("Mieszkańcy są zadowoleni ze źródła, żeglugę wznowiono.", "cp1250"),
    "cs": ("Rada přístavního města v pondělí večer rozhodla o obnovení staré linky.", "cp1250"),
    "hu": ("A város tanácsa hétfőn úgy döntött, hogy újraindítja a járatot, így nőtt.", "cp1250"),
    "tr": ("Liman kentinin meclisi akşamı eski hattı yeniden açmaya karar verdi, doğru.", "cp1254"),
    "el": ("Το συμβούλιο της πόλης αποφάσισε να ανοίξει ξανά την παλιά γραμμή.", "cp1253"),
    "uk": (
        "Рада портового міста увечері проголосувала за відновлення лінії, є її ґанок.",
        "cp1251",
    ),
    "he": ("מועצת עיר הנמל החליטה ביום שני בערב לפתוח מחדש את קו המעבורת הישן.", "cp1255"),
    "ar": ("قرر مجلس مدينة الميناء مساء الاثنين إعادة فتح خط العبارة القديم.", "cp1256"),
    "ja": (JAPANESE, "cp932"),
    "ko": ("항구 도시 의회는 월요일 저녁 옛 여객선 노선을 다시 열기로 결정했다.", "cp949"),
    "zh-tw": ("港口城市議會週一晚間投票決定恢復停運九年的舊渡輪航線。", "big5"),
}


def page(text: str, label: str = "") -> str:
    declared = f'<meta charset="{label}">' if label else ""
    return f"<html><head>{declared}</head><body><p>{text}</p></body></html>"


@pytest.mark.parametrize(
    ("text", "charset", "label"),
    [
        (RUSSIAN, "utf-8", "utf-8"),
        (RUSSIAN, "utf-8", ""),
        (RUSSIAN, "utf-8", "iso-8859-1"),
        (RUSSIAN, "utf-8", "x-none"),
        (RUSSIAN, "cp1251", "windows-1251"),
        (RUSSIAN, "cp1251", "utf-8"),
        (RUSSIAN, "cp1251", ""),
        (RUSSIAN, "koi8-r", "koi8-r"),
        (RUSSIAN, "koi8-r", "windows-1251"),
        (RUSSIAN, "utf-16-le", ""),
        (RUSSIAN, "utf-16-be", "utf-16"),
        (RUSSIAN, "utf-16", ""),
        (RUSSIAN, "utf-8-sig", "windows-1251"),
        (GERMAN, "cp1252", "iso-8859-1"),
        (GERMAN, "cp1252", "us-ascii"),
        (GERMAN, "cp1252", ""),
        (CHINESE, "gb18030", "gb2312"),
        (CHINESE, "gb18030", ""),
        (CHINESE, "gb18030", "gbk"),
        (JAPANESE, "cp932", "shift_jis"),
        (JAPANESE, "euc_jp", "euc-jp"),
        (JAPANESE, "iso2022_jp", "iso-2022-jp"),
        (POLISH, "iso8859-2", "iso-8859-2"),
        (POLISH, "cp1250", "windows-1250"),
    ],
)
def test_the_text_is_read_as_it_was_written(text: str, charset: str, label: str) -> None:
    markup = page(text, label)
    assert decode(RawPage("/a.html", markup.encode(charset))) == markup


@pytest.mark.parametrize("language", UNDECLARED)
def test_an_undeclared_charset_is_told_by_the_letters(language: str) -> None:
    text, charset = UNDECLARED[language]
    markup = page("\n".join([text] * 4))
    assert decode(RawPage("/a.html", markup.encode(charset))) == markup


def test_the_transport_charset_counts_before_the_page() -> None:
    body = page("και το παλιο λιμανι", "windows-1251").encode("iso8859-7")
    assert "το παλιο λιμανι" in decode(RawPage("/a.html", body, charset="ISO-8859-7"))


def test_a_charset_declared_late_is_found() -> None:
    markup = f"<!--{'x' * 5000}-->" + page(RUSSIAN, "windows-1251")
    assert decode(RawPage("/a.html", markup.encode("cp1251"))) == markup


def test_utf8_with_a_bad_byte_stays_utf8() -> None:
    body = page(RUSSIAN).encode().replace("понедельник".encode(), b"\xff", 1)
    text = decode(RawPage("/a.html", body))
    assert text.count("\ufffd") == 1
    assert text.count("понедельник") == 2


def test_zero_bytes_within_a_page_do_not_make_it_utf16() -> None:
    body = (
        page("navigation ferry line")
        .encode()
        .replace(b"navigation", b"\0".join([b"navigation"[i : i + 1] for i in range(10)]))
    )
    assert "ferry line" in decode(RawPage("/a.html", body))


@pytest.mark.parametrize(
    "body",
    [
        b"%PDF-1.7\n%\xe2\xe3\xcf\xd3 1 0 obj",
        b"\x89PNG\r\n\x1a\n" + bytes(64),
        b"PK\x03\x04" + bytes(64),
        bytes(range(256)) * 40,
        b"\x7fELF" + bytes(400),
    ],
)
def test_binary_is_refused_by_name(body: bytes) -> None:
    with pytest.raises(PageError, match=r"\Anot a page but") as caught:
        decode(RawPage("/a.html", body))
    assert caught.value.fault is PageFault.BINARY


def test_white_space_is_empty() -> None:
    with pytest.raises(PageError) as caught:
        decode(RawPage("/a.html", b" \r\n\t \n"))
    assert caught.value.fault is PageFault.EMPTY


def test_long_lines_of_ascii_are_decoded_in_linear_time() -> None:
    body = (b"x" * 2_000_000) + "ä".encode("cp1252") * 3
    assert decode(RawPage("/a.html", body)).endswith("äää")


WESTERN_MARKS = {
    "fractions and signs": "The beam is 7¼ feet by 3½, 4×6, give or take ±2.",
    "a middle dot": "Il·lustrar and mil·lenni are Catalan words.",
    "an inclusive dot": "Les marin·e·s et les pêcheur·euse·s sont arrivé·e·s à l’école.",
    "capitals": "GRANDE FÊTE À L’HÔTEL DE VILLE, ENTRÉE GRATUITE POUR LES ÉLÈVES",
    "an accent as an apostrophe": "They won´t go, and she didn´t ask.",
    "two accents": "A cliché of a soirée, à la carte.",
    "a degree": "It was 21° in the shade and 5 µm thick.",
}


@pytest.mark.parametrize("label", ["iso-8859-1", "windows-1252"])
@pytest.mark.parametrize("text", WESTERN_MARKS.values(), ids=WESTERN_MARKS)
def test_rare_marks_do_not_overrule_what_is_declared(text: str, label: str) -> None:
    markup = page(text, label)
    assert decode(RawPage("/a.html", markup.encode("cp1252"))) == markup


@pytest.mark.parametrize(
    "text", [WESTERN_MARKS[key] for key in ("fractions and signs", "two accents", "a degree")]
)
def test_few_marks_undeclared_are_western(text: str) -> None:
    assert decode(RawPage("/a.html", page(text).encode("cp1252"))) == page(text)


@pytest.mark.parametrize("label", ["", "iso-2022-jp", "utf-8"])
def test_escape_sequences_tell_japanese(label: str) -> None:
    markup = page(JAPANESE, label)
    assert decode(RawPage("/a.html", markup.encode("iso2022_jp"))) == markup


@pytest.mark.parametrize(
    "text", ["if x ~{a, b~} then ~{1~}", "~{", "home is ~ and ~{user} is yours", "a~~b ~{}~}"]
)
def test_tildes_and_braces_are_not_chinese(text: str) -> None:
    assert decode(RawPage("/a.txt", text.encode())) == text


@pytest.mark.parametrize("charset", ["utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("text", [RUSSIAN, CHINESE, "Short\n"])
def test_utf32_needs_no_mark(charset: str, text: str) -> None:
    assert decode(RawPage("/a.txt", text.encode(charset))) == text


def test_a_table_of_small_numbers_is_not_utf32() -> None:
    body = b"".join(number.to_bytes(4, "little") for number in range(1, 30)) * 9
    with pytest.raises(PageError):
        decode(RawPage("/a.dat", body))


@pytest.mark.parametrize(
    ("text", "charset"),
    [(CHINESE, "gb18030"), (RUSSIAN, "cp1251"), (JAPANESE, "euc_jp"), (CHINESE, "gbk")],
)
def test_what_was_stored_as_western_is_repaired(text: str, charset: str) -> None:
    stored = page(text.encode(charset).decode("latin-1"), "utf-8")
    assert decode(RawPage("/a.html", stored.encode())) == page(text, "utf-8")


@pytest.mark.parametrize(
    "text", ["«ÉÉÉÉ ÀÀÀÀ!» Ööööh, ¿¡¡¡Ñ…", "1½–2¾ £££££ ©®©®©®©®", "ÅÄÖåäö ÆØÅæøå ÀÈÌÒÙàèìòù"]
)
def test_western_runs_are_not_repaired(text: str) -> None:
    assert decode(RawPage("/a.txt", text.encode())) == text


@pytest.mark.parametrize("charset", ["gb18030", "big5", "cp932", "euc_jp", "cp949"])
def test_bytes_that_are_lost_cost_a_character_each(charset: str) -> None:
    text = {"cp932": JAPANESE, "euc_jp": JAPANESE, "big5": UNDECLARED["zh-tw"][0]}.get(charset)
    text = text or (UNDECLARED["ko"][0] if charset == "cp949" else CHINESE)
    body = text.encode(charset)
    read = decode(RawPage("/a.txt", body[:10] + b"\xff" + body[11:], charset=charset))
    assert (read[:5], read[7:]) == (text[:5], text[7:])


def test_text_of_no_charset_is_decoded_in_linear_time() -> None:
    body = bytes(range(0xA1, 0xFF)) * 2000
    assert decode(RawPage("/a.html", body, charset="gbk"))
