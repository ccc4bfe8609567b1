"""A text as it is spelled in an index, to find words in it without reading all of them.

Between `snippets`, which has the document, and `term_offsets`. A word and its term are spelled
alike. Where they are not, because something joins a word to others (`U.S.`, `co-operate`) or a
letter is not its own term's (`ß`, `Œ`), a text is read as `analyse` reads it, a run of what is
no white space at a time: nothing `analyse` makes reaches over white space. Runs read before are
remembered.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cached_property, lru_cache

from searchapp.engines.analysis.spelling import fold
from searchapp.engines.analysis.terms import Token, analyse

_MAX_CACHED = 20_000  # runs; set by hand, not measured
# Longer runs are addresses and texts without spaces: seldom met twice.
LONGEST_RUN = 30
_RUN = re.compile(r"\S+")
# Letters with a case or an accent that folding takes off, one for one; letters of full width.
_FOLDED = {
    chr(n): letter
    for first, last in ((0xC0, 0x250), (0x370, 0x500), (0x1E00, 0x1F00), (0xFF10, 0xFF5B))
    for n in range(first, last)
    if len(letter := fold(chr(n))) == 1 and letter.isalnum()
}
# Those that lower case spells as folding does, wherever in a word they stand.
_LOWERED = "".join(c for c, letter in _FOLDED.items() if f"x{c}".lower() == f"x{letter}")
_JOINERS_SELDOM = (0xB4, 0x2010, 0x2011, 0x201B, 0x2032, 0xFF07)
# White space, punctuation and symbols that are no part of a word; a few marks join words.
_SIGNS = "\x85\u1680" + "".join(
    chr(n)
    for first, last in (
        (0xA0, 0xC0),
        (0x2000, 0x2C00),
        (0x3000, 0x3040),
        (0xFF00, 0xFFF0),
        (0x1F000, 0x1FB00),
    )
    for n in range(first, last)
    if unicodedata.category(chr(n))[0] in "PSZ" and n not in _JOINERS_SELDOM
)
# Han, kana and hangul as they mostly are: each a term, and each two of them.
IDEOGRAPHS = "\u3005\u3007\u3041-\u3096\u30a1-\u30fc\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3"
_UNLIKE = re.compile(f"[^\x00-\x7f{_SIGNS}{_LOWERED}{IDEOGRAPHS}]+")
# Stands for what is spelled otherwise: lower case, and in no term, since it folds to `ss`.
OTHER = "ß"
JOINERS = "'`&.@,\u2018\u2019-"
_UNREADABLE = re.compile(OTHER)
_JOINED = re.compile(rf"[{JOINERS}](?=[^\W_])|(?<=[^\W_])[+#]")
_JOINING = JOINERS.encode("ascii", "ignore")
# A longer text is read window by window; neighbours overlap by what a phrase may reach over.
_WINDOW, _OVERLAP = 24_000, 4_000
# Characters that a step of `effort` makes plain: ASCII, and other ones.
_PLAIN_ASCII, _PLAIN_OTHER = 400, 40
_TO_READ = 1  # of a run that is analysed
Runs = dict[int, str]
TokenRun = tuple[tuple[Token, ...], int]


class SourceText:
    """A text in which words are sought, and what is worth remembering of it.

    `plain` is the text as terms are spelled, letter for letter, with `OTHER` where that fails,
    and `bare` that without what may join the letters of a term, encoded. `other` are the runs
    with a letter that is spelled otherwise, by where they start. `cost` counts the steps taken
    to look for words in it (`effort`).
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.plain = text.lower() if text.isascii() else _UNLIKE.sub(_fold_letters, text).lower()
        self.bare = strip_joiners(self.plain)
        self.other = {} if text.isascii() else _runs_with(_UNREADABLE, self)
        self.cost = 0

    @property
    def size(self) -> int:
        """The steps it takes to make it plain."""
        return 1 + len(self.text) // (_PLAIN_ASCII if self.text.isascii() else _PLAIN_OTHER)

    def read_runs(self, runs: Runs) -> list[tuple[int, tuple[Token, ...]]]:
        """The tokens of some runs, each with where the run starts."""
        self.cost += sum(map(len, runs.values())) // _TO_READ
        return [(start, read_run(run)[0]) for start, run in runs.items()]

    @cached_property
    def joined(self) -> Runs:
        """The runs in which something joins words, by where they start."""
        return _runs_with(_JOINED, self)


def _fold_letters(unlike: re.Match[str]) -> str:
    return "".join([_FOLDED.get(letter, OTHER) for letter in unlike[0]])


def strip_joiners(text: str) -> bytes:
    """A text without what may join the letters of a term."""
    straight = text.replace("\u2019", "").replace("\u2018", "")
    return straight.encode("utf-8", "surrogatepass").translate(None, _JOINING)


def _runs_with(pattern: re.Pattern[str], text: SourceText) -> Runs:
    """The runs in which the plain text fits a pattern, by where they start."""
    runs: Runs = {}
    found = pattern.search(text.plain)
    while found:
        start, run = run_at(text.text, found.start())
        runs[start] = run
        found = pattern.search(text.plain, start + len(run))
    return runs


def run_at(text: str, offset: int) -> tuple[int, str]:
    """Where the run around an offset starts, and the run."""
    start = offset
    while start and not text[start - 1].isspace():
        start -= 1
    run = _RUN.match(text, start)
    assert run  # there is no space at the offset
    return start, run[0]


def read_run(run: str) -> TokenRun:
    """The tokens of a run, and how many positions it takes."""
    return _cached_run(run) if len(run) <= LONGEST_RUN else _analyse_run(run)


def _analyse_run(run: str) -> TokenRun:
    *tokens, end = analyse(f"{run} x")
    return tuple(tokens), end.position


_cached_run = lru_cache(maxsize=_MAX_CACHED)(_analyse_run)


def windows(text: str) -> Iterator[tuple[int, int]]:
    """Where the windows of a text start and stop, at white space if there is any near."""
    start = stop = 0
    while stop < len(text):
        stop = min(len(text), start + _WINDOW)
        if stop < len(text):
            stop = _blank_before(text, stop)
        yield start, stop
        start = _blank_before(text, stop - _OVERLAP // 2)


def _blank_before(text: str, offset: int) -> int:
    """The end of the last white space that is not far ahead of an offset, else that itself."""
    first = offset - _OVERLAP // 2
    piece = text[first:offset]
    blank = max(piece.rfind(" "), piece.rfind("\n"))
    return first + blank + 1 if blank >= 0 else offset
