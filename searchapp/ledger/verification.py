"""The ledger's rows held against their checksums, and the damaged ones dropped.

Beside `ledger`, for a run and for `repair`. A page whose row is dropped fails until it is read
again, which the next run does. Every run verifies some rows, so that all have their turn.
"""

import itertools
import os
from collections.abc import Iterable, Iterator

from searchapp.ledger.checksums import StoredRow
from searchapp.ledger.ledger import Ledger

ROWS_PER_RUN = 20_000
_POSITION = "verified"
"""Under which a ledger notes the path that was verified last, in hexadecimal; "" at the end."""
_SEALED = 500


def verify_some(ledger: Ledger, most: int = ROWS_PER_RUN) -> list[str]:
    """As `verify_all`, for so many rows from where the last call ended on."""
    start, count, last = _position(ledger), 0, b""

    def counted() -> Iterator[StoredRow]:
        nonlocal count, last
        for row in itertools.islice(ledger.rows(start), most):
            count, last = count + 1, row.path
            yield row

    dropped = _verify(ledger, counted())
    ledger.set_note(_POSITION, last.hex() if count == most else "")
    return dropped


def verify_all(ledger: Ledger) -> list[str]:
    """Drop the rows that are not as they were written; the paths of these.

    Rows of before schema 5 are given their checksum, some to a transaction.
    """
    return _verify(ledger, ledger.rows())


def _position(ledger: Ledger) -> bytes:
    try:
        return bytes.fromhex(ledger.note(_POSITION) or "")
    except ValueError:  # damaged, and of no importance
        return b""


def _verify(ledger: Ledger, rows: Iterable[StoredRow]) -> list[str]:
    broken, unsealed = list[StoredRow](), list[StoredRow]()
    for row in rows:
        if not row.is_whole:
            broken.append(row)
        elif row.checksum is None:
            unsealed.append(row)
        if len(unsealed) == _SEALED:
            ledger.seal(unsealed)
            unsealed.clear()
    ledger.seal(unsealed)
    if broken:
        ledger.drop(broken)
    return [os.fsdecode(row.path) for row in broken]
