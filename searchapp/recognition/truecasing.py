"""Headlines in capitals, rewritten so that a model trained on prose can read them.

On the data's path between an Article's text and the language model. Every
character stays at its place: what is found can be looked up in the original.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from searchapp.recognition.english import WORDS

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
# `SOCCER-ARSENAL BEAT LEEDS`: the desk's word for the story, not half of a name.
_SLUG = re.compile(
    r"""((?:ALPINE[ ]SKIING|ANALYSIS|ATHLETICS|BADMINTON|BASEBALL|BASKETBALL|BOXING|CORRECTED|
    CRICKET|CYCLING|EXCLUSIVE|FACTBOX|FEATURE|GOLF|HOCKEY|ICE[ ]HOCKEY|INTERVIEW|MOTOR[ ]RACING|NBA|
    NFL|NHL|OLYMPICS|ROWING|RUGBY(?:[ ](?:LEAGUE|UNION))?|SKIING|SOCCER|SWIMMING|TENNIS|TIMELINE|
    RPT|(?:UPDATE|WRAPUP)[ ]\d|WITNESS|YACHTING))-(?=[A-Z\d])""",
    re.VERBOSE,
)
_FEWEST_CAPITALS = 12
_FEWEST_WORDS = 3
_SMALL_SHARE = 0.2
FUNCTION_WORDS = WORDS["function_words"]


def restore_case(text: str) -> str:
    """The text with lines of capitals in the case its own words have elsewhere.

    A word that occurs nowhere else gets a capital first letter.
    """
    lines = text.split("\n")
    shouted = [_is_shouted(line) for line in lines]
    if not any(shouted):
        return text
    usual = _usual_case(line for line, loud in zip(lines, shouted, strict=True) if not loud)
    return "\n".join(
        _rewrite_line(line, usual) if loud else line
        for line, loud in zip(lines, shouted, strict=True)
    )


def _is_shouted(line: str) -> bool:
    capitals = sum(map(str.isupper, line))
    small = sum(map(str.islower, line))
    enough = capitals >= _FEWEST_CAPITALS and small <= _SMALL_SHARE * capitals
    return enough and len(_WORD.findall(line)) >= _FEWEST_WORDS


def _usual_case(lines: Iterable[str]) -> Mapping[str, str]:
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    for line in lines:
        for word in _WORD.findall(line):
            seen[word.lower()][word] += 1
    return {word: forms.most_common(1)[0][0] for word, forms in seen.items()}


def _rewrite_line(line: str, usual: Mapping[str, str]) -> str:
    def recase(match: re.Match[str]) -> str:
        word = match.group()
        small = word.lower()
        guess = small if small in FUNCTION_WORDS else word[0] + small[1:]
        form = usual.get(small, guess)
        # Some letters change their number with their case (ß, İ).
        return form if len(form) == len(word) else word

    slug = _SLUG.match(line)
    desk = f"{slug[1].lower()}:" if slug else ""
    return desk + _WORD.sub(recase, line[len(desk) :])
