"""Texts in many charsets, half of them damaged, and how many are read right.

`python -m bench.charsets N`: N is how often each is damaged, at another byte each time.
"""

from __future__ import annotations

import sys

from tests.sources.charset_samples import CHARSETS, samples
from tests.sources.test_charset_recovery import faults


def main(rounds: int) -> None:
    """Print what was read wrong, and the share read right."""
    found = [fault for seed in range(rounds) for fault in faults(seed)]
    size = sum(1 for seed in range(rounds) for _ in samples(seed))
    print(*found, sep="\n")
    print(f"{size} texts in {len(CHARSETS)} charsets, {1 - len(found) / size:.1%} right")


if __name__ == "__main__":
    main(int((*sys.argv, "1")[1]))
