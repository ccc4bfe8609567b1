"""What the conventions of news name without a model: datelines, ministries, companies, scores.

On the data's path: certain mentions that `postprocess` puts in the place of a
model's guesses. English only.
"""

import re
from collections import Counter
from dataclasses import replace
from itertools import chain

from searchapp.model import EntityType
from searchapp.recognition import gazetteer, name_forms
from searchapp.recognition.english import WORDS
from searchapp.recognition.mentions import Mention, add_disjoint
from searchapp.recognition.truecasing import FUNCTION_WORDS

AGENCIES = (
    "AFP|ANI|ANSA|AP|Associated Press|Bloomberg|CNN|dpa|DPA|EFE|IANS|Interfax|Kyodo|PTI|Reuters|"
    "REUTERS|RIA|TASS|UPI|Xinhua"
)
_MONTH = (
    "(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|"
    "Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)"
)
_CITY = r"[A-Z][A-Z.'’\-]{1,24}(?:[ ][A-Z][A-Z.'’\-]{1,24}){0,3}"
_DATELINE = re.compile(
    rf"""^(?P<places>{_CITY}(?:[ ]?/[ ]?{_CITY}){{0,3}})
    (?:,[ ](?P<region>[A-Z][\w.]{{1,20}}(?:[ ][A-Z][\w.]{{1,20}})?(?=[ ,(—–/\-])))?
    (?:,?[ ](?:{_MONTH}\.?[ ]\d{{1,2}}|\d{{1,2}}[ ]{_MONTH}(?=[ .,:—–/(]))\.?(?:,?[ ]\d{{4}}\.?)?)?
    (?:[ ]{{0,2}}\((?:[^()\n]{{1,20}}[ /])?(?P<agency>{AGENCIES})\)
      |[ ]{{0,2}}\((?P<station>[A-Z]{{2,6}})\)[ ]?(?:[—–_]|--?[ ])
      |[,.]?[ ]?/(?P<slashed>[A-Z]{{2,12}})/\.?
      |[ ]?[—–_]|[ ]--?(?=[ ])|--|:(?=[ ]))""",
    re.VERBOSE | re.MULTILINE,
)
_BARE_MINISTRY = re.compile(
    r"\b[Tt]he ((?:agriculture|culture|defen[cs]e|economy|education|energy|finance|foreign|health|"
    r"interior|justice|labou?r|trade|transport) ministry)\b"
)
_FIRST_WORD = re.compile(r"(\S+) ")
_DESCRIBES = re.compile(r"['’]s?$|-[a-z]+$|\.$(?<![A-Z]\.)")
_NOT_FIRST = FUNCTION_WORDS | {"chief", "executive", "rival", "shares"}
_NOT_DATELINES = WORDS["not_datelines"]
_MINISTRY = re.compile(
    r"\b([A-Z][a-z]{2,20}) ((?:[Aa]griculture|[Cc]ulture|[Dd]efen[cs]e|[Ee]conomy|[Ee]ducation|"
    r"[Ee]nergy|[Ff]inance|[Ff]oreign|[Hh]ealth|[Ii]nterior|[Jj]ustice|[Ll]abou?r|[Tt]rade|"
    r"[Tt]ransport) [Mm]inistry)\b"
)


# Strong enough to name a company without a model; `SE` or `Co` may end other things.
_COMPANY = re.compile(
    r"\b(?P<name>[A-Z][\w'’.\-]{0,30}(?: (?:& |and (?=Co\b))?[A-Z][\w'’.\-]{0,30}){0,4}?),?"
    r" (?:AG|Corp|GmbH|Inc|LLC|LLP|Ltd|Oyj|PLC|Plc|plc|S\.p\.A|SpA)\b\.?"
)
_TEAM = r"[A-Z][\w.'’\-]{1,20}(?: [A-Z][\w.'’\-]{0,20}){0,3}"
_SCORE = re.compile(
    rf"^(?P<home>{_TEAM}) \d{{1,3}}(?:,? | [-–] )(?P<away>{_TEAM}) \d{{1,3}}(?=$|[ .,:;(])",
    re.MULTILINE,
)
_SPORT = re.compile(
    r"\b(?:[Cc]oach|[Cc]hampionship|[Dd]ivision|[Gg]ames?|[Gg]oals?|[Ii]nnings|[Ll]eague|"
    r"[Mm]atch(?:es)?|[Pp]layoffs?|[Ss]eason|[Tt]ournament)\b"
)


def find_conventional(text: str) -> list[Mention]:
    """All that the forms of news name, without overlaps."""
    rules = (find_datelines, find_ministries, find_teams, find_paired_countries)
    found = chain.from_iterable(rule(text) for rule in rules)
    return [replace(mention, sure=True) for mention in add_disjoint((), found)]


def find_paired_countries(text: str) -> list[Mention]:
    """`Trinidad and Tobago` is one country, however much it looks like two names."""
    pairs = gazetteer.paired_countries()
    return [Mention(*found.span(), EntityType.PLACE) for found in pairs.finditer(text)]


def find_companies(text: str) -> list[Mention]:
    """`Lumen Robotics Inc.` is a company by its legal form."""
    found = []
    for match in _COMPANY.finditer(text):
        start = match.start()
        while (word := _FIRST_WORD.match(text, start, match.end("name"))) and _is_before(word[1]):
            start = word.end()
        if not _is_before(text[start : match.end("name")]):
            found.append(Mention(start, match.end(), EntityType.ORG, sure=True))
    return found


def _is_before(word: str) -> bool:
    """Whether it stands before a company's name: `When`, `Japan's`, `Paris-based`."""
    return word.lower() in _NOT_FIRST or _DESCRIBES.search(word) is not None


def find_teams(text: str) -> list[Mention]:
    """`Real Madrid 3 Valencia 1` are teams; countries play as themselves."""
    if not _SPORT.search(text):
        return []
    return [
        Mention(*score.span(side), EntityType.ORG, here=True)
        for score in _SCORE.finditer(text)
        for side in ("home", "away")
        if not gazetteer.has_a_team(score[side])
    ]


def find_datelines(text: str) -> list[Mention]:
    """`MOSCOW, October 4. /TASS/.` names a place, and the agency that reports from it."""
    found = []
    for line in _DATELINE.finditer(text):
        places = [part.strip() for part in line["places"].split("/")]
        if any(part.casefold().rstrip(".") in _NOT_DATELINES for part in places):
            continue
        if line[0].endswith(":") and name_forms.title_end(places[0]):
            continue  # who speaks, not where
        places[-1] = places[-1].removesuffix(".") if line["slashed"] else places[-1]
        start = line.start("places")
        for part in places:
            start = text.index(part, start)
            found.append(Mention(start, start + len(part), EntityType.PLACE))
            start += len(part)
        if line["region"] and gazetteer.place(line["region"]) != line["region"]:
            found.append(Mention(*line.span("region"), EntityType.PLACE))
        agencies = (line.span(group) for group in ("agency", "station", "slashed") if line[group])
        found.extend(Mention(*agency, EntityType.ORG) for agency in agencies)
    return found


def find_ministries(text: str) -> list[Mention]:
    """`the Russian foreign ministry` is the name of one, whatever its letters' case.

    `the foreign ministry` alone is, too, in a text that names one of the kind.
    """
    full = [m for m in _MINISTRY.finditer(text) if gazetteer.is_nationality(m[1])]
    found = [Mention(*match.span(), EntityType.ORG) for match in full]
    named = {(match[2].lower(), match[1]) for match in full}
    several = Counter(kind for kind, _ in named)
    bare = (m for m in _BARE_MINISTRY.finditer(text) if several[m[1]] == 1)
    return [*found, *(Mention(*match.span(1), EntityType.ORG) for match in bare)]
