"""The file of fingerprints: read, compared with what the steps give now, and written again."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

from tests.fingerprints.results import STEPS

FILE = Path(__file__).with_name("fingerprints.json")
COMMAND = "python -m tests.fingerprints"
Fingerprints = dict[str, str]
Stored = dict[str, Any]


def fingerprint(result: Any) -> str:
    """What tells a result from another."""
    text = json.dumps(result, sort_keys=True, ensure_ascii=True)
    return sha256(text.encode()).hexdigest()[:12]


def fingerprints(name: str) -> Fingerprints:
    """Those of what a step makes of each of its cases now."""
    return {case: fingerprint(result) for case, result in STEPS[name].cases()}


def read() -> Stored:
    """A step's version and fingerprints, by its name; nothing when there is no file."""
    stored: Stored = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}
    return stored


def fault(name: str, stored: Stored, found: Fingerprints) -> str:
    """What has to be done about a step before its results may be stored; "" if nothing."""
    known = stored.get(name, {"version": "", "results": {}})
    if known["version"] != STEPS[name].version:
        return ""
    changed = [c for c, was in known["results"].items() if found.get(c, was) != was]
    if not changed:
        return ""
    return (
        f"results of {name} changed ({', '.join(changed[:5])}): raise {STEPS[name].constant} and "
        f"run `{COMMAND}`; if only the input changed, delete its line in {FILE.name} instead"
    )


def is_current(name: str, stored: Stored, found: Fingerprints) -> bool:
    """Whether the file says of a step what it does now."""
    return bool(stored.get(name) == {"version": STEPS[name].version, "results": found})


def update() -> list[str]:
    """Store what every step gives now; the faults of those that keep what they had."""
    stored = read()
    faults = []
    for name, step in STEPS.items():
        found = fingerprints(name)
        if problem := fault(name, stored, found):
            faults.append(problem)
        else:
            stored[name] = {"version": step.version, "results": found}
    FILE.write_text(json.dumps(stored, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return faults
