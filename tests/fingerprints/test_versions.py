"""No step gives other results under the version it had: what was stored would never be redone."""

from __future__ import annotations

import pytest

from tests.fingerprints import stored
from tests.fingerprints.results import STEPS


@pytest.mark.parametrize("name", STEPS)
def test_other_results_have_another_version(name: str) -> None:
    known, found = stored.read(), stored.fingerprints(name)
    assert stored.fault(name, known, found) == ""
    assert stored.is_current(name, known, found), f"run `{stored.COMMAND}`"


def test_a_changed_result_is_told_unless_the_version_was_raised() -> None:
    version = STEPS["ledger"].version
    now = {"source": "new", "added": "x"}
    same = {"ledger": {"version": version, "results": {"source": "old", "removed": "y"}}}
    assert "(source): raise searchapp.ledger.schema.VERSION" in stored.fault("ledger", same, now)
    raised = {"ledger": {"version": "0", "results": {"source": "old"}}}
    assert stored.fault("ledger", raised, now) == ""
    assert stored.fault("ledger", {}, now) == ""
    assert not stored.is_current("ledger", raised, now)
