"""Brings `fingerprints.json` up to date, where the versions allow it."""

from __future__ import annotations

import sys

from tests.fingerprints.stored import update

if __name__ == "__main__":
    sys.exit("\n".join(update()) or None)
