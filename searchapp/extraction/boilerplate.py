"""Part of the cleaner: what stands around an article on a page, told from the article.

In the tree, blocks that their own names call dialogs, cookie notices, subscription
forms and the like; in the paragraphs, lines by which pages send readers elsewhere
("Read also: ..."), sign them up, or state rights. Words and names are conventions of
the web in many languages; no site is named.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from lxml.html import HtmlElement

from searchapp.extraction.dates.parser import read_date
from searchapp.extraction.dom.class_names import named
from searchapp.extraction.text_measures import bare, width

_BLOCK_NAMES = re.compile(
    r"(?:^|[\s_-])(?:modal|popup|lightbox|overlay|cookie(?:s|law|consent|notice|bar|banner)?"
    r"|gdpr|consent"
    r"|newsletter|subscri(?:be|ption)|sign-?up|paywall|regwall|(?:most-)?popular|most-?read"
    r"|trending"
    r"|read-?(?:more|also|next)|also-?read|recirc(?:ulation)?|outbrain|taboola|share-?bar"
    r"|social-?share"
    r"|visually-?hidden|sr-only|screen-reader-text|print-only|image-?credit|photo-?credit|copyright"
    r"|advert(?:isement)?|promo(?:box)?)(?:$|[\s_-])",
    re.IGNORECASE,
)
_is_furniture = named(_BLOCK_NAMES, "class", "id")
_CONTAINERS = ("div", "section", "aside", "form", "ul", "ol", "p", "span", "figcaption")
_MOST_OF_PAGE = 0.25
_FEW_WORDS = 400

_ELSEWHERE = re.compile(
    r"(?:also\s+read|read\s+(?:also|more|next|the\s+full\s+story)|see\s+also"
    r"|more\s+(?:on\s+(?:this|the)\s+\w+|here|stories)"
    r"|related(?:\s+(?:articles?|stories|posts?|news|links?|content|topics?|reading))?"
    r"|recommended(?:\s+\w+)?|you\s+(?:may|might)\s+also\s+like"
    r"|don'?t\s+miss|watch(?:\s+(?:also|more|now|below))?|listen\s+to\s+(?:this|the)\s+\w+"
    r"|lesen\s+sie\s+(?:auch|mehr|hier)|mehr\s+zum\s+thema|auch\s+interessant"
    r"|(?:à\s+)?lire\s+(?:aussi|également)|voir\s+aussi|lea\s+(?:también|además)|lee\s+también"
    r"|te\s+puede\s+interesar|leia\s+(?:também|mais)|veja\s+também"
    r"|leggi\s+anche|zobacz\s+(?:też|także|również)|czytaj\s+(?:też|także|również|więcej)"
    r"|читайте\s+(?:также|ещ[её])|смотрите\s+также|по\s+теме"
    r"|διαβάστε\s+(?:επίσης|ακόμα|ακόμη|σχετικά)|lees\s+ook|läs\s+(?:också|även|mer)|les\s+også"
    r"|læs\s+også|lue\s+myös|čtěte\s+také|číst\s+také"
    r"|funda\s+olunye\s+udaba\s+lapha|xem\s+thêm|baca\s+juga|相关(?:阅读|新闻|链接|文章)|延伸阅读|推荐阅读|関連記事"
    r"|관련\s?기사)",
    re.IGNORECASE,
)
_SENDS_ELSEWHERE = re.compile(
    rf"\W{{0,4}}{_ELSEWHERE.pattern}\s*(?:[:：|>»›→]|\W*\Z)", re.IGNORECASE
)
_NOTICE = re.compile(
    r"\W{0,3}(?:©|copyright\b|\(c\)\s?\d{4}|<copyright|all\s+rights\s+reserved"
    r"|alle\s+rechte\s+vorbehalten|все\s+права\s+защищены"
    r"|tous\s+droits\s+réservés|todos\s+los\s+derechos|版权所有|无断|無断|무단\s?전재|原创版权|转载申请"
    r"|(?:images?|photos?|pictures?|photograph|picture\s+credit|image\s+credit|credit|fotos?|bild|bildquelle|fotografía"
    r"|фото|zdjęcie|fot\.|φωτο\w*|图片来源|图片|사진)\s*(?:[:：]|\s(?:by|credit)\b).{1,80}\Z"
    r"|[\d. ]{8,12}\|\s*\d+:\d\d\s*min\W*\Z|\d+\s+min(?:ute)?s?\s+read\W*\Z"
    r"|(?:submit|report)\s+(?:a\s+correction|an\s+error)|reprints?\s+(?:&|and)\s+permissions?|ad\s+policy\W*\Z"
    r"|keep\s+reading\W*\Z|tap\s+here\s+to|fehler\s+(?:gefunden|melden)|signaler\s+une\s+erreur"
    r"|нашли\s+(?:опечатку|ошибку)|zgłoś\s+błąd|sources?\s*[:：].{0,60}\Z|quelle\s*:|article\s+content\W*\Z|advertisements?\W*\Z"
    r"|anzeige\W*\Z|реклама\W*\Z|publicidad\W*\Z|publicité\W*\Z|广告\W*\Z"
    r"|share\s+(?:this|on|via|your\s+story)\b|comments?\s*\(?\d*\)?\W*\Z|(?:leave|post"
    r"|write)\s+a\s+comment|would\s+you\s+like\s+to\s+comment"
    r"|please\s+read\s+our\s+comment|sign\s+(?:up|in)\b|log\s+in\b|subscribe\b|join\s+our\b"
    r"|get\s+the\s+(?:day's|day’s|latest)\b|follow\s+(?:us|me)\b|like\s+us\s+on"
    r"|download\s+(?:now|our|the\s+app)|register\s+now|click\s+here"
    r"|get\s+\w+\s+\w+\s+on\s+the\s+go|listen\s+to\s+(?:this|the)\s+(?:story|article|episode)"
    r"|(?:back|home|top|zurück|назад)\s*(?:\||\Z)|print\s+this|send\s+to\s+a\s+friend|e-?mail\s+this|версия\s+для\s+печати"
    r"|отправить\s+(?:другу|ссылку)|распечатать|drucken\W*\Z|teilen\W*\Z|imprimer\W*\Z"
    r"|imprimir\W*\Z"
    r"|wydrukuj|drukuj\W*\Z|wyślij\s+(?:znajomemu|link)|εκτύπωση|打印|【?(?:打印|关闭|收藏|字号)|发表评论|我要评论"
    r"|分享到|责任编辑|责编|\(责任编辑|（责任编辑|【?纠错"
    r"|подпис(?:аться|ывайтесь|ка)\b|abonnieren\s+sie|jetzt\s+abonnieren|folgst\s+du"
    r"|abonnez-vous|inscrivez-vous|suscr[ií]b|assine\b|iscriviti|zapisz\s+się)",
    re.IGNORECASE,
)
_PROMOTION = re.compile(
    r"newsletter|by\s+submitting\s+this|save\s+my\s+name|meinen\s+namen,\s+meine"
    r"|personal\s+data\s+will|data\s+protection\s+policy|privacy\s+policy"
    r"|community\s+(?:standards|guidelines)"
    r"|register\s+to\s+unlock|create\s+an\s+account|this\s+article\s+is\s+free"
    r"|failed\s+to\s+load|refreshing\s+your\s+browser|extern(?:en|er)\s+inhalt"
    r"|external\s+content|inhalte\s+von\s+\w+\s+angezeigt"
    r"|datenschutzerklärung|öffnet\s+im\s+neuen\s+fenster|opens\s+in\s+(?:a\s+)?new\s+(?:tab"
    r"|window)|to\s+your\s+inbox|in\s+your\s+inbox|earn\s+(?:us\s+)?(?:a"
    r"|an\s+affiliate)\s+commission|support\s+(?:independent|our)\s+journalism"
    r"|for\s+the\s+first\s+month|funded\s+by\s+readers|(?:your\s+)?submission\s+has\s+been\s+received|something\s+went\s+wrong\s+while"
    r"|empfohlener\s+redaktioneller\s+inhalt|mit\s+einem\s+klick\s+anzeigen|ein\s+klick\s+für\s+den\s+datenschutz"
    r"|erst\s+wenn\s+sie\s+hier\s+klicken|(?:infografiken|inhalte?)\s+(?:anzeigen|erlauben|laden)\W*\Z"
    r"|(?:personen-?)?box\s+(?:auf|zu)klappen|link\s+zum\s+\w+-inhalt"
    r"|contenu\s+(?:externe|bloqué)|contenido\s+externo|externe\s+(?:content|inhoud)"
    r"|(?:story|article)\s+continues\s+(?:below|after)|nach\s+der\s+anzeige\s+(?:weiter|fortgesetzt)"
    r"|la\s+suite\s+après\s+(?:cette|la)\s+publicité|sigue\s+leyendo|continua\s+após\s+(?:a\s+)?publicidade"
    r"|reader\s+donations|kept\s+alive\s+by|(?:make|with)\s+a\s+(?:tax-deductible\s+)?donation|become\s+a\s+member"
    r"|non-?profit\s+(?:newsroom|news\s+outlet)|(?:deine|ihre|eure)\s+spende|faites\s+un\s+don|haz\s+una\s+donación"
    r"|whatsapp[- ](?:kanal|channel)|telegram[- ](?:kanal|channel|канал)|нас\s+в\s+(?:telegram"
    r"|телеграм)|url이\s+복사|hemos\s+recibido|blitzangebot",
    re.IGNORECASE,
)
_ENDING = re.compile(
    rf"\W{{0,3}}(?:{_ELSEWHERE.pattern}|more\s+from\b.{{0,60}}|most\s+(?:read|popular|viewed)"
    rf"|popular(?:\s+(?:posts?|articles?|now))?|trending(?:\s+now)?"
    r"|latest\s+(?:news|stories|posts)|about\s+the\s+author|weiterführende\s+links"
    r"|beiträge\s+aus\s+dem\s+forum|(?:reader\s+)?comments?|responses?|kommentare?"
    r"|комментарии|komentarze|σχόλια|commentaires|comentarios|网友评论|热门推荐|今\s?日\s?推\s?荐|热点推荐)"
    r"\W*\Z",
    re.IGNORECASE,
)
# What stands behind these is never the story, however long it is.
_CERTAIN_ENDING = re.compile(
    r"\W{0,3}(?:(?:\d{1,5}\s+)?(?:reader\s+)?(?:comments?|responses?|kommentare?|leserkommentare|ergänzungen"
    r"|commentaires?|comentarios?|comentários|commenti|komentarze|komentarzy|reacties|kommentarer)"
    r"(?:\s+(?:on\s+this\s+(?:story|article)|zu\s+diesem\s+artikel))?(?:\s*\(\d{1,5}\))?"
    r"|(?:комментарии|комментариев|обсуждение|σχόλια|网友评论|评论|댓글|コメント)(?:\s*[:：(]?\s*\d{0,5}\)?)"
    r"|about\s+the\s+authors?|über\s+(?:den|die)\s+autor\S*|zur\s+person|à\s+propos\s+de\s+l['’]auteur"
    r"|sobre\s+(?:el|la|o|a)\s+autora?|об\s+авторе|o\s+autorze|(?:leave|post)\s+a\s+(?:comment|reply)"
    r"|kommentar\s+(?:hinzufügen|schreiben|verfassen).{0,30}|laisser\s+un\s+commentaire"
    r"|deja\s+(?:un\s+comentario|una\s+respuesta)|добавить\s+комментарий|dodaj\s+komentarz"
    r"|das\s+könnte\s+(?:sie|dich)\s+auch\s+interessieren|related\s+(?:articles|stories|posts))\W*\Z",
    re.IGNORECASE,
)
_TRAILER = re.compile(
    r"(?:more\s+from\s+[^.:]{2,40}|mehr\s+(?:von|aus)\s+[^.:]{2,40}|ещё\s+по\s+теме"
    r"|related(?:\s+\w+)?)\s*[:：]",
    re.IGNORECASE,
)
_BYLINE = re.compile(
    r"\W{0,3}(?:by|von|par|por|di|od|autor(?:zy)?|автор|author|written\s+by|reviewed\s+by"
    r"|posted\s+by|publicado\s+por|(?:last\s+)?updated|published|posted|aktualisiert|veröffentlicht"
    r"|опубликовано|дата|autore|dodano|data|发布时间|来源|來源|作者|记者|编辑|文[：:])\b",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"\s*(?:https?://\S+|www\.\S+|\S+@\S+\.\w+|(?:twitter|facebook)\.com/\S+|@\w+)\s*"
)
_SHORT, _LINE, _PROSE = 60, 160, 80
_HEAD_LINES = 6
_KICKER, _TELLING_TITLE = 30, 20
_NOTICE_LENGTH = 300
_ENDING_FROM = 0.5
_TOLD, _TOLD_SHARE = 400, 0.3


def remove_furniture(tree: HtmlElement) -> None:
    """Take blocks that their names call furniture out of the tree, in place.

    A block with a good part of the page's paragraphs stays whatever its name, as names lie,
    and so does every block of a page with few words.
    """
    body = tree.find(".//body")
    if body is None:
        return
    named = [element for element in body.iter(*_CONTAINERS) if _is_furniture(element)]
    prose = _prose(body) if named else 0
    if prose < _FEW_WORDS:
        return
    allowed = _MOST_OF_PAGE * prose
    for element in named:
        if _prose(element) <= allowed and element.getparent() is not None:
            element.drop_tree()


def _prose(element: HtmlElement) -> int:
    """Characters of running text: what stands in nodes of a sentence's length."""
    wide = (width(text) for text in map(str, element.itertext()) if len(text) >= _SHORT // 3)
    return sum(length for length in wide if length >= _SHORT)


def without_furniture(
    paragraphs: Sequence[str], title: str, authors: Sequence[str] = ()
) -> list[str]:
    """The article's own paragraphs: nothing before, between or behind them.

    No title, by-line or date at the start, no notices, no list of further reading at the
    end. Never empties a text.
    """
    kept = list(paragraphs)
    kept = kept[: _end(kept)]
    kept = [line for line in kept if not is_notice(line)]
    kept = kept[_start(kept, bare(title), {bare(author) for author in authors}) :]
    return kept or list(paragraphs)


def is_notice(line: str) -> bool:
    """Whether a line addresses the reader on the page's behalf instead of telling the story."""
    length = len(line)
    if length <= _LINE and (_SENDS_ELSEWHERE.match(line) or _NOTICE.match(line)):
        return True
    if length <= _SHORT and _ADDRESS.fullmatch(line):
        return True
    return length <= _NOTICE_LENGTH and _PROMOTION.search(line) is not None


def _end(lines: Sequence[str]) -> int:
    """Where comments or further reading begin behind the story; else the number of lines."""
    sizes = [width(line) for line in lines]
    total, before = sum(sizes), 0
    for position, line in enumerate(lines):
        late = before >= _ENDING_FROM * total
        told = before >= _TOLD and before >= _TOLD_SHARE * total
        if told and len(line) <= _SHORT and _CERTAIN_ENDING.match(line):
            return position
        if late and position == len(lines) - 1 and _TRAILER.match(line):
            return position
        if late and len(line) <= _SHORT and _ENDING.match(line):
            rest = lines[position + 1 :]
            if sum(len(text) for text in rest if len(text) >= _LINE) <= 0.5 * sum(map(len, rest)):
                return position
        before += width(line)
    return len(lines)


def _start(lines: Sequence[str], title: str, authors: set[str]) -> int:
    """The first line after a repeated title, by-line and date."""
    start = 0
    for position, line in enumerate(lines[:_HEAD_LINES]):
        if _is_heading(line, title):
            start = position + 1
        elif width(line) >= _PROSE:
            break
        elif _is_byline(line) or bare(line) in authors:
            start = position + 1
    return start if start < len(lines) else 0


def _is_heading(line: str, title: str) -> bool:
    key = bare(line)
    if title and key.startswith(title) and len(key) <= len(title) + _SHORT and read_date(line):
        return True
    kicker = _KICKER if len(title) >= _TELLING_TITLE else 0
    return bool(title) and key.endswith(title) and len(key) <= len(title) + kicker


def _is_byline(line: str) -> bool:
    return _BYLINE.match(line) is not None or (len(line) < _SHORT and read_date(line) is not None)
