"""Texts in many charsets, half of them with a damaged byte (`python -m bench.charsets`)."""

from __future__ import annotations

from collections.abc import Iterator

from searchapp.errors import PageError
from searchapp.model import RawPage
from searchapp.sources.charset import decode
from tests.sources.charset_samples import CHARSETS, Sample, samples


def faults(seed: int = 0) -> Iterator[str]:
    """The samples that lose more than the character whose byte was damaged."""
    for sample in samples(seed):
        read = _read(sample)
        if read != sample.text and _lost(sample.text, read) > sample.is_damaged:
            yield f"{sample.charset}{' damaged' * sample.is_damaged}: {sample.text!r} -> {read!r}"
        elif read != sample.text and not sample.is_damaged:
            yield f"{sample.charset}: {sample.text!r} -> {read!r}"


def _read(sample: Sample) -> str:
    try:
        return decode(RawPage("/a.html", sample.body))
    except PageError as error:
        return str(error)


def _lost(text: str, read: str) -> int:
    """Characters of the text between the start and the end that both have in common."""
    start = _shared(text, read)
    end = _shared(text[start:][::-1], read[start:][::-1])
    return len(text) - start - end


def _shared(one: str, other: str) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (a, b) in pairs if a != b), min(len(one), len(other)))


def test_ninety_nine_of_a_hundred_texts_lose_no_more_than_a_damaged_character() -> None:
    size = sum(1 for _ in samples())
    assert len(CHARSETS) >= 40
    assert size >= 300
    assert len(list(faults())) <= size // 100
