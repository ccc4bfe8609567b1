"""How far apart two words are."""


def edits(one: str, other: str) -> int:
    """The optimal string alignment distance of two words (Damerau 1964)."""
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
    return last[-1]
