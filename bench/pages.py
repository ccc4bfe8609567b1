"""Small made-up pages for the benches: no two alike, words as frequent as in prose (Zipf)."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

_CONSONANTS, _VOWELS = "bdfgklmnprstvz", "aeiou"
_WORDS = [
    f"{a}{b}{c}{d}"
    for a in _CONSONANTS
    for b in _VOWELS
    for c in _CONSONANTS
    for d in ("", *_VOWELS)
]
_WEIGHTS = [1 / rank for rank in range(1, len(_WORDS) + 1)]
_CITIES = ("Vienna", "Berlin", "Yerevan", "Oslo", "Lisbon", "Nairobi", "Lima", "Hanoi")
_PAGE = (
    '<html lang="en"><head><title>{title}</title><meta property="article:published_time" '
    'content="{day}T10:00:00Z"></head><body><article><h1>{title}</h1>{text}</article></body></html>'
)
PER_FOLDER = 1_000


def page(number: int, version: int = 0) -> str:
    """The page of that number: about 150 words, the same every time."""
    drawn = random.Random(number * 1_000_003 + version)  # noqa: S311 - no secret
    words = drawn.choices(_WORDS, _WEIGHTS, k=150)
    city = drawn.choice(_CITIES)
    title = f"{' '.join(words[:4]).capitalize()} in {city}, page {number}"
    text = "".join(
        f"<p>{' '.join(words[start : start + 50]).capitalize()} in {city}.</p>"
        for start in range(0, 150, 50)
    )
    day = f"20{10 + number % 12:02}-{1 + number % 9:02}-{1 + number % 28:02}"
    return _PAGE.format(title=title, day=day, text=text)


def write(
    folder: Path, numbers: Iterator[int] | range, version: int = 0, distinct: int | None = None
) -> None:
    """The pages of those numbers as files, a thousand to a folder; from `distinct` on, again."""
    for number in numbers:
        path = place(folder, number)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page(number % (distinct or number + 1), version), encoding="utf-8")


def place(folder: Path, number: int) -> Path:
    """Where the page of that number lies."""
    return folder / f"{number // PER_FOLDER:04}" / f"{number}.html"
