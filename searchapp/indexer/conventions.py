"""What the conventions of news name without a model: datelines and ministries.

On the data's path: certain mentions that `repairs` puts in the place of a
model's guesses. English only.
"""

from __future__ import annotations

import re

from searchapp.indexer import gazetteer, names
from searchapp.indexer.mentions import Mention
from searchapp.model import EntityType

# ruff: noqa: SIM905 -- word lists are read as running text

_AGENCIES = (
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
    (?:[ ]{{0,2}}\((?:[^()\n]{{1,20}}[ /])?(?P<agency>{_AGENCIES})\)
      |[ ]{{0,2}}\((?P<station>[A-Z]{{2,6}})\)[ ]?(?:[—–_]|--?[ ])
      |[,.]?[ ]?/(?P<slashed>[A-Z]{{2,12}})/\.?
      |[ ]?[—–_]|[ ]--?(?=[ ])|--|:(?=[ ]))""",
    re.VERBOSE | re.MULTILINE,
)
_NOT_DATELINES = frozenset(
    """advertisement analysis breaking caption correction editorial exclusive explainer factbox
    file insight interview live note opinion photo read report review tip update updated video
    warning watch wrapup""".split()
)
_MINISTRY = re.compile(
    r"\b([A-Z][a-z]{2,20}) ((?:[Aa]griculture|[Cc]ulture|[Dd]efen[cs]e|[Ee]conomy|[Ee]ducation|"
    r"[Ee]nergy|[Ff]inance|[Ff]oreign|[Hh]ealth|[Ii]nterior|[Jj]ustice|[Ll]abou?r|[Tt]rade|"
    r"[Tt]ransport) [Mm]inistry)\b"
)


def datelines(text: str) -> list[Mention]:
    """`MOSCOW, October 4. /TASS/.` names a place, and the agency that reports from it."""
    found = []
    for line in _DATELINE.finditer(text):
        places = [part.strip() for part in line["places"].split("/")]
        if any(part.casefold().rstrip(".") in _NOT_DATELINES for part in places):
            continue
        if line[0].endswith(":") and names.title_end(places[0]):
            continue  # who speaks, not where
        places[-1] = places[-1].removesuffix(".") if line["slashed"] else places[-1]
        start = line.start("places")
        for part in places:
            start = text.index(part, start)
            found.append(Mention(start, start + len(part), EntityType.PLACE))
            start += len(part)
        agencies = (line.span(group) for group in ("agency", "station", "slashed") if line[group])
        found.extend(Mention(*agency, EntityType.ORG) for agency in agencies)
    return found


def ministries(text: str) -> list[Mention]:
    """`the Russian foreign ministry` is the name of one, whatever its letters' case."""
    return [
        Mention(*match.span(), EntityType.ORG)
        for match in _MINISTRY.finditer(text)
        if gazetteer.is_nationality(match[1])
    ]
