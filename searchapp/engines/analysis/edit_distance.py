"""How far apart two words are: optimal string alignment (Damerau 1964)."""


def edits(one: str, other: str) -> int:
    """The distance of two words."""
    return _distances(one, other)[-1]


def prefix_edits(typed: str, word: str) -> int:
    """The least distance of a word typed from a beginning of another."""
    return min(_distances(typed, word))


def _distances(one: str, other: str) -> list[int]:
    """The distances of a word from all beginnings of another, the empty one first."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, letter in enumerate(one):
        row = [i + 1]
        for j, meant in enumerate(other):
            least = min(last[j + 1] + 1, row[j] + 1, last[j] + (letter != meant))
            if i and j and letter == other[j - 1] and one[i - 1] == meant:
                least = min(least, before[j - 1] + 1)
            row.append(least)
        before, last = last, row
    return last
