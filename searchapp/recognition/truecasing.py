"""Headlines in capitals, rewritten so that a model trained on prose can read them.

On the data's path between an Article's text and the language model. Every
character stays at its place: what is found can be looked up in the original.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

# ruff: noqa: SIM905 -- word lists are read as running text

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
FUNCTION_WORDS = frozenset(
    """a about accused after against agree agrees ahead all amid among an and announces approves
    are arrest arrested arrests as asks at attack attacks back backs ban bans be beat beats
    before begin begins between bid bids bill blast bomb bombing but by call calls can case
    charged claim claims close crash crisis cut cuts day dead deal death debate deny denies
    dies down during early end ends face faces fall falls fears fight fights find fire first
    five for four from gains get gets give gives had has have head her high his hit hits
    hold holds how hundreds if in injured into is it its jobs join joins kill killed kills
    last late launch launches law lead leader leaders leads leave leaves less live look lose
    loses low make makes man may meet meets million more near new next no not now of off
    official officials on one open opens or our out over peace per percent plan plans points
    police poll protest protests push quit quits rally rates reach reaches reject rejects
    report reports resign resigns results return rise rises row rule rules said say says see
    sees seek seeks sentenced set sets share shares shot sign signs six soldiers stocks stop
    strike strikes suspect take takes talk talks tax tells ten than that the their them they
    third this thousands threat three to told then top trade trial troops two under up upon
    urge urges us visit visits vote votes vs wants war warn warning warns was we week were
    what when who why will win wins with woman won work world year years you""".split()
)


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
